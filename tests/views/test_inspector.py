import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from perhaps.paths import resources_path
from perhaps.state.selection import TokenPlace
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import FakeEngine, answer_script

SAMPLES = load_samples(resources_path() / "samples")


@pytest.fixture
def answered(open_window):
    desk = open_window(FakeEngine(answers=(answer_script("There is an owl at the top."),)))
    desk.ask("What is it?")
    desk.wait_idle()
    return desk


def bars(desk):
    return desk.find(QWidget, "candidateBars")


def test_bars_share_out_everything_and_mark_the_chosen_token(answered):
    rows = bars(answered).rows
    assert sum(row.raw for row in rows) == pytest.approx(1, abs=1e-6)
    assert sum(row.sampled for row in rows) == pytest.approx(1, abs=1e-6)
    (chosen,) = [row for row in rows if row.chosen]
    assert chosen.candidate.id == answered.session.last_answer.steps[-1].id
    assert bars(answered).label(rows[-1]) == "rest of 32\u202f000"


def test_all_candidates_can_be_shown(answered):
    few = len(bars(answered).rows)
    answered.find(QPushButton, "allCandidates").click()
    assert len(bars(answered).rows) == 21 > few
    answered.find(QPushButton, "allCandidates").click()
    assert len(bars(answered).rows) == few


def test_the_panel_follows_what_is_chosen(answered):
    answer = answered.session.last_answer
    for index, glyphs in ((0, "There"), (3, "·owl")):
        answered.session.selection.pin(TokenPlace(answer, index))
        assert answered.find(QWidget, "tokenGlyphs").text() == glyphs
        chosen = next(row for row in bars(answered).rows if row.chosen)
        assert bars(answered).label(chosen) == glyphs


def test_the_chart_leads_to_the_token_under_the_mouse(answered):
    chart = answered.find(QWidget, "probabilityChart")
    for x, index in ((0.0, 0), (float(chart.width()), 6)):
        event = QMouseEvent(
            QMouseEvent.Type.MouseButtonPress,
            QPointF(x, 20),
            chart.mapToGlobal(QPointF(x, 20)),
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        chart.mousePressEvent(event)
        assert answered.session.selection.pinned.index == index


def test_timing_shows_the_stages_that_took_time(answered):
    answered.find(QPushButton, "tabTiming").click()
    stages = dict(answered.find(QWidget, "stageBars").stages)
    assert stages == {"Read the text": 12.0, "Write the answer": 35.0}


def test_picture_shows_the_very_pixels(answered):
    answered.session.attachments.add_path(str(SAMPLES[0].path))
    answered.qtbot.waitUntil(lambda: bool(answered.session.attachments.named_pictures()))
    answered.find(QPushButton, "tabPicture").click()
    well = answered.find(QWidget, "pixelWell")
    pixels = answered.session.attachments.named_pictures()[0].picture.image.pixels
    shown = well._image.pixelColor(140, 190)
    assert (shown.red(), shown.green(), shown.blue()) == tuple(pixels[190, 140])


def test_settings_hold_for_the_next_answer(answered):
    answered.find(QPushButton, "tabSettings").click()
    answered.find(QWidget, "temperature").setValue(0.9)
    answered.find(QWidget, "topK").setValue(0)
    answered.find(QWidget, "candidates").setValue(5)
    answered.find(QWidget, "fixedSeed").click()
    answered.find(QWidget, "seed").setValue(11)
    answered.ask("Again?")
    answered.qtbot.waitUntil(lambda: len(answered.engine.requests) == 2)
    answered.wait_idle()
    request = answered.engine.requests[-1]
    assert (request.sampling.temperature, request.sampling.top_k) == (0.9, 0)
    assert (request.top_logprobs, request.seed) == (5, 11)
    answered.find(QPushButton, "resetSettings").click()
    assert answered.find(QWidget, "temperature").value() == pytest.approx(0.2)
    assert not answered.find(QWidget, "seed").isEnabled()


def test_before_the_first_answer_it_says_what_it_is_for(desk):
    assert "Ask something" in desk.find(QWidget, "probabilitiesEmpty").text()
