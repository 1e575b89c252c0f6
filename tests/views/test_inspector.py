import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QPushButton, QWidget

from perhaps.paths import resources_path
from perhaps.probability.doubt import Tint
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


def chart_point(plot, index, height=0.5):
    return plot.mapFromScene(plot.field.mapViewToScene(QPointF(index, height)))


def moved_to(plot, point):
    return QMouseEvent(
        QMouseEvent.Type.MouseMove,
        QPointF(point),
        plot.mapToGlobal(QPointF(point)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )


def test_the_chart_leads_to_the_token_under_the_mouse(answered):
    plot = answered.find(QWidget, "chartPlot")
    selection = answered.session.selection
    for index in (0, 6, 2):
        point = chart_point(plot, index)
        plot.mouseMoveEvent(moved_to(plot, point))
        assert selection.hovered.index == index
        answered.qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=point)
        assert selection.pinned.index == index
    plot.setFocus()
    answered.qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert selection.pinned.index == 3


def test_the_chart_draws_the_figures_of_the_answer(answered):
    chart = answered.find(QWidget, "probabilityChart")
    trace = answered.session.last_answer.trace
    places, heights = chart._entropies.getData()
    assert places.tolist() == list(range(len(trace)))
    assert heights == pytest.approx(trace.entropies)
    assert chart._logprobs.getData()[1] - chart._scale == pytest.approx(trace.logprobs)


def test_ctrl_and_the_wheel_draw_tokens_nearer(open_window):
    script = answer_script(" ".join(f"word{i}" for i in range(100)))
    desk = open_window(FakeEngine(answers=(script,)))
    desk.ask("Count.")
    desk.wait_idle()
    plot = desk.find(QWidget, "chartPlot")
    desk.qtbot.waitUntil(lambda: plot.shown(100) == (0, 100))
    notch(plot, Qt.KeyboardModifier.NoModifier)
    assert plot.shown(100) == (0, 100)
    notch(plot, Qt.KeyboardModifier.ControlModifier)
    first, stop = plot.shown(100)
    assert 0 < first < stop < 100


def notch(plot, modifiers):
    """Turn the wheel by eight notches over the middle."""
    where = QPointF(plot.rect().center())
    event = QWheelEvent(
        where,
        plot.mapToGlobal(where),
        QPoint(),
        QPoint(0, 960),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    plot.wheelEvent(event)


def test_a_click_picks_a_candidate_and_keys_walk_them(answered):
    selection, shown = answered.session.selection, bars(answered)
    answered.qtbot.mouseClick(shown, Qt.MouseButton.LeftButton, pos=QPoint(20, 40))
    assert selection.candidate == 1
    assert selection.pinned == selection.current
    flow = answered.window.page.chat.turn_views[-1].answer_view.flow
    for _ in range(9):
        answered.qtbot.keyClick(flow, Qt.Key.Key_Down)
    assert selection.candidate == 10
    assert 10 in [row.index for row in bars(answered).rows]
    answered.qtbot.keyClick(flow, Qt.Key.Key_Up)
    assert selection.candidate == 9


def test_what_if_changes_the_bars_and_nothing_else(answered):
    before = bars(answered).rows
    asked = answered.session.settings.sampling
    answered.find(QPushButton, "whatIfToggle").click()
    answered.find(QWidget, "whatIfTemperature").setValue(0)
    tried = bars(answered).rows
    assert [row.raw for row in tried] == [row.raw for row in before]
    assert [row.sampled for row in tried] == [1.0] + [0.0] * (len(tried) - 1)
    assert answered.session.settings.sampling == asked
    answered.find(QPushButton, "whatIfReset").click()
    assert "Exact" in answered.find(QWidget, "whatIfVerdict").text()
    answered.find(QPushButton, "whatIfToggle").click()
    assert bars(answered).rows == before


def test_tints_are_chosen_and_kept(answered):
    lens = answered.session.selection.lens
    answered.find(QPushButton, "tint_entropy").click()
    assert lens.tint is Tint.entropy
    assert answered.session.settings.tint is Tint.entropy
    assert next(words for _, words in answered.find(QWidget, "tintKey").steps()) == "< 0.5 nats"
    lens.tint = Tint.off
    assert answered.find(QPushButton, "tint_off").isChecked()


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
