"""However an answer is computed, its tokens are the same: plain, cached, batched, ahead, branched.

Where batching alone flips a tie, the log-probabilities of both tokens agree to `TIE`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import (
    ImagePart,
    LoadOptions,
    Message,
    ModelPair,
    Request,
    RunFinished,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.paths import resources_path, starter_pair
from tests.helpers.model_maker import cached_pair

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.inference.protocol import RunEvent

TIE = 2e-2
"""Nats."""
QUESTIONS = ("What is in the picture?", "What colour is the circle?", "How many things are there?")


def pair_of(name: str) -> ModelPair:
    if name == "starter":
        pair = starter_pair()
        assert pair is not None
        return pair
    return ModelPair(*map(str, cached_pair("tiny")))


@pytest.fixture(scope="module", params=["tiny", "starter"])
def pair(request) -> ModelPair:
    return pair_of(request.param)


def fresh_engine(pair: ModelPair) -> LocalEngine:
    engine = LocalEngine()
    engine.load(pair, LoadOptions(threads=2, disk_cache=False), lambda _progress: None)
    return engine


def requests(engine: LocalEngine) -> list[Request]:
    picture = engine.read_picture(str(resources_path() / "samples" / "circle-and-square.png"))
    return [
        Request(
            (Message("user", (ImagePart(picture.image), TextPart(question))),),
            max_tokens=16,
            sampling=SamplingOptions(temperature=0),
        )
        for question in QUESTIONS
    ]


def steps_of(run: Iterable[RunEvent]) -> list[TokenStep]:
    return [event for event in run if isinstance(event, TokenStep)]


def answer(engine: LocalEngine, request: Request) -> list[TokenStep]:
    return steps_of(engine.generate(request))


@pytest.fixture(scope="module")
def plain(pair) -> list[list[TokenStep]]:
    """Each answer by an engine that has computed nothing else."""
    answers = []
    for index in range(len(QUESTIONS)):
        engine = fresh_engine(pair)
        answers.append(answer(engine, requests(engine)[index]))
    return answers


def assert_same(found: list[list[TokenStep]], plain: list[list[TokenStep]]) -> None:
    for ours, theirs in zip(found, plain, strict=True):
        for one, other in zip(ours, theirs, strict=False):
            if one.id != other.id:
                assert_tie(one, other)
                break
            assert one.logprob == pytest.approx(other.logprob, abs=TIE)
        else:
            assert len(ours) == len(theirs)


def assert_tie(one: TokenStep, other: TokenStep) -> None:
    """From here on the texts differ, and only because both tokens were as likely."""
    chances = {candidate.id: candidate.logprob for candidate in one.candidates}
    assert chances[other.id] == pytest.approx(chances[one.id], abs=TIE)


def test_cached(pair, plain):
    engine = fresh_engine(pair)
    for request in requests(engine):
        answer(engine, request)
    assert_same([answer(engine, request) for request in requests(engine)], plain)
    assert engine.statistics().pictures_encoded == 1


def test_batched(pair, plain):
    engine = fresh_engine(pair)
    runs = [engine.generate(request) for request in requests(engine)]
    assert_same([steps_of(run) for run in runs], plain)


def test_ahead(pair, plain):
    engine = fresh_engine(pair)
    for _event in engine.generate(replace(requests(engine)[0], prepare_only=True)):
        pass
    assert_same([answer(engine, request) for request in requests(engine)], plain)


def test_branched(pair, plain):
    engine = fresh_engine(pair)
    request = requests(engine)[0]
    whole = answer(engine, request)
    kept = tuple(step.id for step in whole[:5])
    rest = answer(engine, replace(request, kept_tokens=kept, max_tokens=16 - len(kept)))
    assert_same([whole[:5] + rest], plain[:1])


def test_a_branch_reads_one_token_and_no_picture(pair):
    engine = fresh_engine(pair)
    request = requests(engine)[0]
    whole = answer(engine, request)
    other = whole[5].candidates[1].id
    branch = replace(
        request, kept_tokens=tuple(step.id for step in whole[:5]), forced_tokens=(other,)
    )
    *_, finished = engine.generate(branch)
    assert isinstance(finished, RunFinished)
    assert finished.usage.prompt_tokens - finished.usage.cached_tokens == 1
    assert engine.statistics().pictures_encoded == 1


def test_scored(pair, plain):
    engine = fresh_engine(pair)
    request = requests(engine)[0]
    whole = answer(engine, request)
    given = tuple(step.id for step in whole)
    forced = answer(engine, replace(request, forced_tokens=given, max_tokens=len(given)))
    assert_same([forced], [whole])
    assert all(step.forced for step in forced)
