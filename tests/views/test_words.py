import pytest

from perhaps.inference.protocol import FinishReason, Picture, RunFinished, RunProgress, RunStage
from perhaps.views import words
from tests.state.builders import a_model, a_picture


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.583, "58.3 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (0.0004, "< 0.1 %"), (0.001, "0.1 %")],
)
def test_percent_never_rounds_something_to_nothing(share, text):
    assert words.percent(share) == text


def test_minus_is_a_minus():
    assert words.signed(-0.19) == "−0.19"
    assert words.signed(-0.0001) == "0.00"


@pytest.mark.parametrize(
    ("value", "text"), [(0.42, "0.4 ms"), (12.3, "12 ms"), (12_340.0, "12.3 s")]
)
def test_durations_are_rounded_for_people(value, text):
    assert words.milliseconds(value) == text


def test_progress_says_what_and_where():
    progress = RunProgress(RunStage.encode, 1, 2, 0.0)
    assert words.run_progress(progress, a_model()) == "Encoding picture 1 of 2 on CPU"
    reading = RunProgress(RunStage.text_prefill, 1, 1, 0.43)
    assert words.run_progress(reading, a_model()) == "Reading 43 %"


@pytest.mark.parametrize("stage", [None, *RunStage])
def test_a_stop_says_where(stage):
    finish = RunFinished(FinishReason.cancelled, stopped_in=stage)
    assert words.finish(finish, 512).startswith("stopped")


def test_the_limit_is_named():
    finish = RunFinished(FinishReason.length)
    assert words.finish(finish, 512) == "reached the limit of 512 tokens"
    assert words.finish(RunFinished(FinishReason.eos), 512) == ""


def test_a_picture_says_what_becomes_of_it():
    picture = a_picture(40, 30, tokens=100)
    assert words.picture_size(picture) == "80 × 60 → 40 × 30"
    assert words.picture_cost(picture, 2000) == ["100 tokens", "5 % of context"]
    assert words.picture_cost(Picture(picture.image, None), 2000) == []


def test_one_token_is_no_tokens():
    assert words.limit(1) == "up to 1 token"
    assert words.limit(4096) == "up to 4\u202f096 tokens"
    ended = RunFinished(FinishReason.length)
    assert words.finish(ended, 1) == "reached the limit of 1 token"
