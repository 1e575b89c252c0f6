"""“Where did it look?” in the Picture tab."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QPushButton, QSlider, QToolButton, QWidget

from perhaps.imaging.heat import FOR, greyed
from perhaps.paths import resources_path
from perhaps.state.selection import TokenPlace
from perhaps.views.inquiry_buttons import has_picture
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import FakeEngine, ScoreScript
from tests.helpers.worker_desk import OTHER_PAIR

SAMPLE = load_samples(resources_path() / "samples")[0]


def asked_about_a_picture(desk):
    desk.session.attachments.add_path(str(SAMPLE.path))
    desk.qtbot.waitUntil(lambda: desk.session.obstacle is None)
    desk.ask("What is it?")
    desk.wait_idle()
    return desk


def search(desk):
    return desk.window._inquiries.search


def looked(desk):
    """The map of the last answer, complete."""
    desk.find(QToolButton, "askEvidence").click()
    desk.qtbot.waitUntil(lambda: not search(desk).running and search(desk).found is not None)
    desk.qtbot.waitUntil(lambda: "parts covered" in desk.find(QWidget, "evidenceStatus").text())
    return desk.find(QWidget, "evidenceWell")


@pytest.fixture
def asked(desk):
    return asked_about_a_picture(desk)


def hover(well, x, y):
    at = QPointF(x * well.width(), y * well.height())
    none = Qt.MouseButton.NoButton
    plain = Qt.KeyboardModifier.NoModifier
    where = well.mapToGlobal(at)
    well.mouseMoveEvent(QMouseEvent(QMouseEvent.Type.MouseMove, at, where, none, none, plain))


def test_one_click_shows_what_the_answer_rests_on(asked):
    well = looked(asked)
    assert well.isVisible()
    assert asked.find(QWidget, "evidenceSubject").text().startswith("For the answer: Perhaps")
    request, picture, _ = asked.engine.covered[0]
    answer = asked.session.last_answer
    assert request.messages == answer.request.messages
    assert request.forced_tokens == tuple(step.id for step in answer.steps)
    assert picture == search(asked).picture.key


def test_pointing_tells_what_covering_does(asked):
    well = looked(asked)
    readout = asked.find(QWidget, "evidenceReadout")
    assert "Point at the picture" in readout.text()
    count = len(asked.session.last_answer.steps)
    target = well._target()
    hover(well, (target.left() + 3) / well.width(), (target.top() + 3) / well.height())
    assert f"takes {2.0 * count:.2f} nats" in readout.text()
    assert f"2×2: −{2.0 * count:.2f}" in readout.text()
    hover(well, 0.5, 0.9)
    assert "takes 0.00 nats" in readout.text()


def test_a_pinned_token_has_a_map_of_its_own(asked):
    well = looked(asked)
    asked.session.selection.pin(TokenPlace(asked.session.last_answer, 1))
    subject = asked.find(QWidget, "evidenceSubject")
    asked.qtbot.waitUntil(lambda: "token" in subject.text())
    target = well._target()
    hover(well, (target.left() + 3) / well.width(), (target.top() + 3) / well.height())
    assert "takes 2.00 nats" in asked.find(QWidget, "evidenceReadout").text()


def test_a_search_can_be_stopped_and_gone_on_with(open_window):
    desk = asked_about_a_picture(open_window(FakeEngine(scores=[ScoreScript(delay=0.05)])))
    desk.find(QToolButton, "askEvidence").click()
    desk.qtbot.waitUntil(lambda: search(desk).found is not None and len(search(desk).found) > 0)
    desk.find(QPushButton, "stopEvidence").click()
    desk.qtbot.waitUntil(lambda: not search(desk).running)
    before = len(search(desk).found)
    desk.find(QPushButton, "refineEvidence").click()
    desk.qtbot.waitUntil(lambda: len(search(desk).found) > before)
    search(desk).stop()


def test_the_map_is_saved_over_the_grey_picture(asked, tmp_path):
    looked(asked)
    asked.find(QSlider, "evidenceOpacity").setValue(100)
    path = tmp_path / "map.png"
    asked.window.inspector.findChild(QWidget, "evidenceView").save(str(path))
    image = QImage(str(path))
    pixels = search(asked).picture.pixels
    assert (image.width(), image.height()) == (pixels.shape[1], pixels.shape[0])
    corner, far = image.pixelColor(0, 0), image.pixelColor(image.width() - 1, image.height() - 1)
    assert (corner.red(), corner.green(), corner.blue()) == FOR
    assert np.array_equal([far.red()] * 3, greyed(pixels)[-1, -1])


def test_a_place_that_cannot_be_written_gets_one_sentence(asked, tmp_path):
    looked(asked)
    asked.window.inspector.findChild(QWidget, "evidenceView").save(str(tmp_path / "no" / "map.png"))
    assert "“map.png” cannot be written" in asked.find(QWidget, "evidenceFailure").text()


def test_it_closes_and_another_chat_closes_it(asked):
    looked(asked)
    asked.find(QToolButton, "closeEvidence").click()
    view = asked.window.inspector.findChild(QWidget, "evidenceView")
    asked.qtbot.waitUntil(view.isHidden)
    looked(asked)
    asked.session.new_chat()
    asked.qtbot.waitUntil(view.isHidden)


def test_an_answer_without_a_picture_offers_no_map_and_the_key_says_why(desk):
    desk.ask("Hm?")
    desk.wait_idle()
    assert not desk.window.findChild(QToolButton, "askEvidence").isVisible()
    desk.qtbot.keyClick(desk.window, "l", Qt.KeyboardModifier.ControlModifier)
    assert "no picture" in desk.find(QWidget, "evidenceFailure").text()


def test_answers_after_one_about_a_picture_can_be_looked_into_too(desk):
    desk.ask("Hm?")
    desk.wait_idle()
    asked_about_a_picture(desk)
    desk.ask("And its colour?")
    desk.wait_idle()
    answers = [turn.shown for turn in desk.session.conversation.turns]
    assert [has_picture(answer) for answer in answers] == [False, True, True]


def test_an_answer_of_another_model_says_which_one_to_open(asked):
    looked(asked)
    searched = len(asked.engine.covered)
    asked.session.engine.load(OTHER_PAIR)
    asked.qtbot.waitUntil(
        lambda: (
            asked.session.engine.info is not None and asked.session.engine.info.pair == OTHER_PAIR
        )
    )
    asked.qtbot.waitUntil(asked.window.inspector.findChild(QWidget, "evidenceView").isHidden)
    asked.find(QToolButton, "askEvidence").click()
    notice = asked.window.page.notice.findChild(QWidget, "noticeSentence").text()
    assert "This answer is by “starter”" in notice
    assert len(asked.engine.covered) == searched
