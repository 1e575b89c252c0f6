from dataclasses import replace

from perhaps.inference.protocol import FinishReason, Request, RunProgress, RunStage
from perhaps.probability.trace import Origin
from perhaps.probability.trace_file import from_bytes, to_bytes
from perhaps.state.answer import Answer
from tests.state.builders import a_model, a_step, finished


def make_answer():
    return Answer(Request(messages=()), a_model())


def test_steps_arrive_in_order_with_the_index_of_the_first_new_one(qapp):
    answer, firsts = make_answer(), []
    answer.advanced.connect(firsts.append)
    answer.apply([a_step("A", 0.9)])
    answer.apply([a_step(" b", 0.9), a_step(" c", 0.9)])
    assert firsts == [0, 1]
    assert answer.text == "A b c"


def test_the_end_that_was_held_back_belongs_to_the_text(qapp):
    answer = make_answer()
    answer.apply([a_step("A", 0.9), finished(text=" tail")])
    assert answer.text == "A tail"
    assert not answer.running


def test_progress_is_told_apart_from_tokens(qapp):
    answer, told = make_answer(), []
    answer.progressed.connect(lambda: told.append(answer.progress))
    progress = RunProgress(RunStage.encode, 1, 2, 0.0)
    answer.apply([progress])
    answer.apply([a_step("A", 0.9)])
    assert told == [progress]


def test_speed_leaves_the_first_token_out(qapp):
    answer = make_answer()
    answer.apply([a_step("A", 0.9)])
    assert answer.tokens_per_second is None
    answer.apply([a_step("b", 0.9), a_step("c", 0.9)])
    assert answer.tokens_per_second == 200


def test_a_failed_answer_keeps_what_was_written(qapp):
    answer = make_answer()
    answer.apply([a_step("A", 0.9), finished(FinishReason.failed, error="It broke.")])
    assert answer.failed
    assert answer.text == "A"


def test_steps_are_given_as_they_came(qapp):
    answer, steps = make_answer(), [a_step("A", 0.5), a_step(" b", 0.25, rank=2)]
    answer.apply(steps)
    assert list(answer.steps) == steps
    assert answer.steps[-1] == steps[1]
    assert answer.steps[:1] == steps[:1]


def test_forced_steps_stay_told_apart(qapp):
    answer, forced = make_answer(), replace(a_step("A", 0.5), forced=True)
    answer.apply([forced, a_step(" b", 0.5)])
    assert answer.trace.origins.tolist() == [Origin.forced, Origin.drawn]
    assert answer.steps[0] == forced


def test_steps_without_probabilities_stay_without(qapp):
    answer = make_answer()
    bare = replace(
        a_step("A", 0.5), logprob=None, rank=None, entropy=None, candidates=(), rest=None
    )
    answer.apply([bare])
    assert answer.steps[0] == bare


def test_an_answer_is_taken_up_again_from_its_trace(qapp):
    answer = make_answer()
    answer.apply([a_step("A", 0.5), a_step(" b", 0.25), finished(text="!")])
    trace = from_bytes(to_bytes(answer.trace))
    again = Answer(answer.request, answer.model, trace=trace, finish=answer.finish)
    assert again.text == "A b!"
    assert not again.running
    assert again.tokens_per_second == answer.tokens_per_second
