"""The window in any font and at 150 percent of the usual size."""

import pytest
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from tests.helpers.fake_engine import FakeEngine, answer_script
from tests.helpers.scripts import AnswerScript

LARGE = 21


@pytest.fixture(params=[14, LARGE])
def fonts(request, qapp):
    """The font of the system; the application gets its own back."""
    before = qapp.font()
    font = QFont("DejaVu Sans")
    font.setPixelSize(request.param)
    qapp.setFont(font)
    yield request.param
    qapp.setFont(before)


def words_width(button):
    return QFontMetrics(button.font()).horizontalAdvance(button.text())


def test_stop_and_its_key_do_not_overlap(fonts, open_window):
    desk = open_window(FakeEngine(answers=(AnswerScript(blocks=True),)))
    desk.ask("Count.")
    stop = desk.find(QPushButton, "stop")
    cap = stop.findChild(QLabel)
    desk.qtbot.waitUntil(lambda: cap.x() > 0)
    assert cap.geometry().right() < stop.width()
    padding = 14
    assert padding + words_width(stop) <= cap.x()
    desk.session.stop()
    desk.wait_idle()


def test_a_chosen_tab_shows_its_bold_words(fonts, desk):
    tabs = [w for w in desk.window.inspector.findChildren(QPushButton) if w.isCheckable()][:4]
    for tab in tabs:
        tab.click()
        bold = QFont(tab.font())
        bold.setWeight(QFont.Weight.DemiBold)
        assert tab.width() >= QFontMetrics(bold).horizontalAdvance(tab.text())
        right = tab.mapTo(desk.window.inspector, tab.rect().topRight()).x()
        assert right <= desk.window.inspector.width()


@pytest.mark.parametrize("width", [1400, 900, 800])
def test_the_status_line_leaves_facts_out_rather_than_cut_them(fonts, open_window, width):
    desk = open_window(FakeEngine(answers=(answer_script("One two three."),)))
    desk.window.resize(width, 600)
    desk.ask("Count.")
    desk.wait_idle()
    status = desk.window.status
    shown = [w for w in status.findChildren(QLabel) if w.isVisible()]
    desk.qtbot.waitUntil(lambda: all(w.width() >= w.sizeHint().width() for w in shown))
    assert all(w.geometry().right() <= status.width() for w in shown)
    model = desk.find(QPushButton, "modelButton")
    assert model.width() >= model.sizeHint().width()


def test_the_inspector_gives_way_to_the_chat_until_it_is_called(qapp, open_window):
    before = qapp.font()
    font = QFont(before)
    font.setPixelSize(LARGE)
    qapp.setFont(font)
    try:
        desk = open_window()
        desk.window.resize(900, 600)
        assert not desk.window.inspector.isVisible()
        desk.window.page.header.inspector.click()
        assert desk.window.inspector.isVisible()
        desk.window.resize(880, 600)
        assert desk.window.inspector.isVisible()
    finally:
        qapp.setFont(before)


def test_a_narrow_row_leaves_room_for_the_question(desk):
    desk.window.resize(1300, 800)
    limit = desk.find(QPushButton, "maxTokensButton")
    assert limit.text() == "up to 512 tokens ▾"
    desk.window.page.composer.resize(300, 100)
    assert limit.text() == "512 ▾"
    assert limit.accessibleName() == "Longest answer: up to 512 tokens"


def test_sample_cards_in_a_row_are_of_one_height(fonts, desk):
    cards = desk.window.findChildren(QWidget, "sampleCard")
    desk.window.resize(1400, 900)
    desk.qtbot.waitUntil(lambda: len({card.y() for card in cards}) == 1)
    assert len({card.height() for card in cards}) == 1
