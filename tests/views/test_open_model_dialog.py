from dataclasses import replace

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QPushButton, QWidget

from perhaps.inference.protocol import LoadOptions, ModelPair
from perhaps.state.engine_state import EngineState
from perhaps.views.open_model_dialog import OpenModelDialog
from tests.helpers.fake_engine import GPU, PROCESSOR
from tests.helpers.scripts import good_report
from tests.state.scripted_link import ScriptedLink

BAD = replace(
    good_report(),
    ok=False,
    summary="These two files do not belong together.",
    problems=("The projector gives 5120 values, but the model takes 4096.",),
)


@pytest.fixture
def link(qapp):
    return ScriptedLink()


@pytest.fixture
def dialog(qtbot, link):
    dialog = OpenModelDialog(link, EngineState(link))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.fixture
def load(dialog):
    return dialog.findChild(QPushButton, "loadModel")


def choose(qtbot, dialog, link, model, projector=""):
    before = len(link.checks)
    dialog.model.path = model
    dialog.projector.path = projector
    qtbot.waitUntil(lambda: len(link.checks) > before)


def test_a_good_pair_can_be_loaded(qtbot, dialog, link, load):
    assert not load.isEnabled()
    choose(qtbot, dialog, link, "/m.gguf", "/p.gguf")
    assert link.checks == [ModelPair("/m.gguf", "/p.gguf")]
    assert not load.isEnabled()
    link.pair_checked.emit(good_report())
    with qtbot.waitSignal(dialog.load_requested) as wish:
        load.click()
    assert wish.args == [ModelPair("/m.gguf", "/p.gguf"), LoadOptions()]


def test_devices_are_chosen_where_there_is_a_gpu(qtbot, link):
    engine = EngineState(link)
    link.devices_listed.emit((PROCESSOR, GPU))
    dialog = OpenModelDialog(link, engine)
    qtbot.addWidget(dialog)
    dialog.show()
    vision = dialog.findChild(QComboBox, "visionDevice")
    assert [vision.itemData(index) for index in range(vision.count())] == ["auto", "cpu", "Vulkan0"]
    choose(qtbot, dialog, link, "/m.gguf", "/p.gguf")
    vision.setCurrentIndex(2)
    qtbot.waitUntil(lambda: len(link.checks) > 1)
    link.pair_checked.emit(good_report())
    link.pair_checked.emit(good_report())
    with qtbot.waitSignal(dialog.load_requested) as wish:
        dialog.findChild(QPushButton, "loadModel").click()
    assert wish.args[1] == LoadOptions(vision_device="Vulkan0")


def test_no_devices_are_offered_where_there_is_only_the_cpu(dialog):
    assert not dialog.findChild(QWidget, "deviceRow").isVisible()


def test_a_bad_pair_says_why_and_cannot_be_loaded(qtbot, dialog, link, load):
    choose(qtbot, dialog, link, "/m.gguf", "/p.gguf")
    link.pair_checked.emit(BAD)
    assert not load.isEnabled()
    assert load.toolTip()
    assert dialog.report.lines[:2] == ["✕ " + BAD.summary, BAD.problems[0]]


def test_a_model_alone_is_text_only_and_says_so(qtbot, dialog, link, load):
    choose(qtbot, dialog, link, "/m.gguf")
    assert dialog.findChild(type(dialog._text_only), "textOnlyNote").isVisible()
    link.pair_checked.emit(good_report())
    with qtbot.waitSignal(dialog.load_requested) as wish:
        load.click()
    assert wish.args[0] == ModelPair("/m.gguf", None)


def test_a_report_about_other_files_counts_for_nothing(qtbot, dialog, link, load):
    choose(qtbot, dialog, link, "/old.gguf")
    choose(qtbot, dialog, link, "/new.gguf")
    link.pair_checked.emit(good_report())
    assert not load.isEnabled()
    link.pair_checked.emit(BAD)
    assert not load.isEnabled()


def test_changing_a_path_takes_the_permission_back(qtbot, dialog, link, load):
    choose(qtbot, dialog, link, "/m.gguf")
    link.pair_checked.emit(good_report())
    assert load.isEnabled()
    dialog.projector.path = "/p.gguf"
    assert not load.isEnabled()


def test_both_files_can_be_dropped(dialog):
    mime = QMimeData()
    names = ["/x/llava-mmproj-f16.gguf", "/x/llava-q4.gguf"]
    mime.setUrls([QUrl.fromLocalFile(name) for name in names])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    dialog.dropEvent(event)
    assert dialog.pair() == ModelPair(names[1], names[0])


def test_names_from_files_are_shown_as_they_are(qtbot, dialog, link):
    choose(qtbot, dialog, link, "/m.gguf")
    link.pair_checked.emit(replace(good_report(), notes=("<img src='file:///etc/passwd'>",)))
    label = dialog.report._labels[1]
    assert label.text() == "<img src='file:///etc/passwd'>"
    assert label.textFormat() is Qt.TextFormat.PlainText
