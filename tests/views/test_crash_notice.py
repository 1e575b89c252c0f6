from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFrame, QPlainTextEdit, QPushButton


def test_what_was_kept_is_shown_and_copied(desk):
    desk.window.tell_crash("<b>Fatal</b> & where")
    desk.find(QPushButton, "copyCrash").click()
    assert QGuiApplication.clipboard().text() == "<b>Fatal</b> & where"
    desk.find(QPushButton, "showCrash").click()
    text = desk.find(QPlainTextEdit, "crashText")
    assert text.toPlainText() == "<b>Fatal</b> & where"
    text.window().close()
    desk.find(QAbstractButton, "closeCrashNotice").click()
    assert not desk.window.findChild(QFrame, "crashNotice").isVisible()


def test_the_engine_s_last_crash_can_be_read_in_the_window(desk):
    desk.window.tell_engine_crash("the first")
    desk.window.tell_engine_crash("the second")
    desk.qtbot.waitUntil(lambda: len(desk.window.findChildren(QFrame, "engineCrashNotice")) == 1)
    desk.find(QPushButton, "copyCrash").click()
    assert QGuiApplication.clipboard().text() == "the second"
