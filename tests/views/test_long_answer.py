"""A long answer at the speed of a fast model."""

from tests.helpers.fake_engine import FakeEngine
from tests.helpers.scripts import AnswerScript, token_step

WORDS = [token_step(f" word{i}", candidates=5) for i in range(50)]
COUNT = 4000


def test_a_long_answer_arrives_whole_and_in_sight(open_window):
    steps = tuple(WORDS[i % len(WORDS)] for i in range(COUNT))
    desk = open_window(FakeEngine(answers=(AnswerScript(steps, delay=0.0005),)))
    desk.session.settings.max_tokens = COUNT
    desk.ask("Count.")
    desk.qtbot.waitUntil(lambda: not desk.session.answering, timeout=120_000)
    flow = desk.window.page.chat.turn_views[-1].answer_view.flow
    assert len(desk.session.last_answer.steps) == COUNT
    assert flow.token_at(flow.token_boxes(COUNT - 1)[0].center()) == COUNT - 1
    bar = desk.window.page.chat.verticalScrollBar()
    desk.qtbot.waitUntil(lambda: bar.value() == bar.maximum() > 0)
