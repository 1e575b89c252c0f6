from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QInputDialog,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
)


def test_a_preset_is_kept_chosen_and_forgotten(desk):
    settings = desk.session.settings
    settings.max_tokens = 33
    choice = desk.window.findChild(QComboBox, "preset")
    assert not choice.isEnabled()
    desk.window.findChild(QPushButton, "keepPreset").click()
    dialog = desk.window.findChild(QInputDialog, "presetName")
    dialog.textValueSelected.emit("  Short   ones ")
    dialog.close()
    assert choice.currentText() == "Short ones"
    settings.max_tokens = 44
    assert choice.currentIndex() == -1
    choice.textActivated.emit("")
    choice.setCurrentIndex(0)
    choice.textActivated.emit("Short ones")
    assert settings.max_tokens == 33
    desk.window.findChild(QPushButton, "forgetPreset").click()
    assert settings.presets == ()


def test_the_system_prompt_holds_when_typing_rests(desk, qtbot):
    edit = desk.window.findChild(QPlainTextEdit, "systemPrompt")
    qtbot.keyClicks(edit, "Be brief")
    qtbot.waitUntil(lambda: desk.session.settings.system_prompt == "Be brief")
    desk.session.settings.system_prompt = ""
    qtbot.waitUntil(lambda: edit.toPlainText() == "")


def test_a_model_gets_settings_of_its_own(desk):
    own = desk.window.findChild(QCheckBox, "ownForModel")
    assert own.isEnabled()
    own.click()
    desk.session.settings.max_tokens = 9
    own.click()
    assert desk.session.settings.max_tokens == 512


def undo(desk, sentence):
    assert desk.find(QLabel, "undoSentence").text() == sentence
    desk.find(QPushButton, "undo").click()


def test_what_a_click_in_the_settings_overwrites_comes_back(desk):
    settings, window = desk.session.settings, desk.window
    settings.max_tokens = 7
    settings.keep_preset("short")
    settings.max_tokens, settings.system_prompt = 44, "Written with care."
    choice = window.findChild(QComboBox, "preset")
    choice.setCurrentIndex(0)
    choice.textActivated.emit("short")
    assert settings.system_prompt == ""
    undo(desk, "“short” holds now.")
    assert (settings.max_tokens, settings.system_prompt) == (44, "Written with care.")
    window.findChild(QPushButton, "resetSettings").click()
    assert settings.max_tokens == 512
    undo(desk, "The usual values hold again.")
    assert settings.max_tokens == 44
    own = window.findChild(QCheckBox, "ownForModel")
    own.click()
    settings.system_prompt = "For this model."
    own.click()
    undo(desk, "What was set for this model only is gone.")
    assert (own.isChecked(), settings.system_prompt) == (True, "For this model.")


def test_a_preset_that_was_replaced_or_forgotten_comes_back(desk):
    settings, window = desk.session.settings, desk.window
    settings.max_tokens = 7
    settings.keep_preset("short")
    settings.max_tokens = 44
    window.findChild(QPushButton, "keepPreset").click()
    dialog = window.findChild(QInputDialog, "presetName")
    dialog.textValueSelected.emit("short")
    dialog.close()
    assert settings.presets[0].max_tokens == 44
    undo(desk, "“short” was replaced by what holds now.")
    assert settings.presets[0].max_tokens == 7
    settings.max_tokens = 7
    window.findChild(QPushButton, "forgetPreset").click()
    assert settings.presets == ()
    undo(desk, "“short” was forgotten.")
    assert settings.presets[0].max_tokens == 7


def test_the_wheel_changes_nothing_that_it_passes_over(desk, qapp):
    settings = desk.session.settings
    settings.system_prompt = "Other."
    settings.keep_preset("other")
    settings.system_prompt = "Written with care."
    desk.window.inspector.show_settings()
    for kind, name in ((QComboBox, "preset"), (QSpinBox, "maxTokens")):
        control = desk.find(kind, name)
        control.setFocus()
        middle = QPointF(control.rect().center())
        wheel = QWheelEvent(
            middle,
            control.mapToGlobal(middle),
            QPoint(),
            QPoint(0, -120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        qapp.sendEvent(control, wheel)
    assert (settings.system_prompt, settings.max_tokens) == ("Written with care.", 512)
