"""A long answer at the speed of a fast model."""

import statistics
import time
from itertools import pairwise

from PySide6.QtCore import QTimer

from tests.helpers.fake_engine import FakeEngine
from tests.helpers.scripts import AnswerScript, token_step

WORDS = [token_step(f" word{i}", candidates=5) for i in range(50)]
COUNT = 4000


def test_the_window_stays_quick_through_a_long_answer(open_window):
    steps = tuple(WORDS[i % len(WORDS)] for i in range(COUNT))
    desk = open_window(FakeEngine(answers=(AnswerScript(steps, delay=0.0005),)))
    desk.session.settings.max_tokens = COUNT
    beats = []
    heart = QTimer(interval=1)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    desk.ask("Count.")
    heart.start()
    desk.qtbot.waitUntil(lambda: not desk.session.answering, timeout=60_000)
    heart.stop()
    flow = desk.window.page.chat.turn_views[-1].answer_view.flow
    assert len(desk.session.last_answer.steps) == COUNT
    assert flow.token_at(flow.token_boxes(COUNT - 1)[0].center()) == COUNT - 1
    bar = desk.window.page.chat.verticalScrollBar()
    desk.qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
    gaps = [later - earlier for earlier, later in pairwise(beats)]
    # The tenth-worst of many hundreds: a busy machine may pause us now and then.
    assert statistics.median(gaps) < 0.016
    assert sorted(gaps)[-10] < 0.2
