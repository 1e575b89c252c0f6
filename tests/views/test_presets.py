from PySide6.QtWidgets import QCheckBox, QComboBox, QInputDialog, QPlainTextEdit, QPushButton


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
    desk.session.settings.reset_sampling()
    qtbot.waitUntil(lambda: edit.toPlainText() == "")


def test_a_model_gets_settings_of_its_own(desk):
    own = desk.window.findChild(QCheckBox, "ownForModel")
    assert own.isEnabled()
    own.click()
    desk.session.settings.max_tokens = 9
    own.click()
    assert desk.session.settings.max_tokens == 512
