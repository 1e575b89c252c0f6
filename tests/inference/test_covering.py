"""Tiles of a picture covered by the engine in this process."""

from dataclasses import replace

import pytest

from perhaps.errors import ImageError, ModelError, RequestError, StoppedError
from perhaps.imaging.occlude import cover, mean_colour
from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import ImagePart, LoadOptions, Message, ModelPair, Request, TextPart
from perhaps.probability.evidence import Tile, level
from tests.helpers.model_maker import cached_pair
from tests.imaging.test_occlude import drawn


@pytest.fixture(scope="module")
def pair():
    model, projector = cached_pair("tiny")
    return ModelPair(str(model), str(projector))


@pytest.fixture(scope="module")
def engine(pair):
    engine = LocalEngine()
    engine.load(pair, LoadOptions(), lambda _: None)
    return engine


PICTURE = drawn(60, 40)


def asked(*images, **fields):
    parts = (*map(ImagePart, images), TextPart("What?"))
    return Request((Message("user", parts),), **fields)


def test_each_score_is_that_of_the_covered_picture(engine):
    tiles = (None, *level(2))
    scores = tuple(engine.cover(asked(PICTURE, forced_text="a red one"), PICTURE.key, tiles))
    assert [score.tile for score in scores] == list(tiles)
    for score in scores:
        box = score.tile.box(60, 40) if score.tile else (0, 0, 0, 0)
        covered = cover(PICTURE, box, mean_colour(PICTURE))
        (alone,) = engine.score(asked(covered), ("a red one",))
        told = [step.logprob for step in alone.tokens]
        assert score.logprobs == pytest.approx(told, abs=2e-2)
    assert len({score.logprobs for score in scores}) == len(tiles)


def test_a_token_is_scored_after_those_before_it(engine):
    request = asked(PICTURE, forced_text="a red one")
    (whole,) = engine.cover(request, PICTURE.key, (None,))
    (score,) = engine.score(asked(PICTURE), ("a red one",))
    ids = tuple(step.id for step in score.tokens)
    last = replace(asked(PICTURE), kept_tokens=ids[:-1], forced_tokens=ids[-1:])
    (alone,) = engine.cover(last, PICTURE.key, (None,))
    assert alone.logprobs == pytest.approx(whole.logprobs[-1:], abs=2e-2)


def test_only_the_named_picture_is_covered(engine):
    other = drawn(30, 30, seed=1)
    request = asked(PICTURE, other, forced_text="red")
    tile = (Tile(2, 0, 0),)
    (first,), (second,) = (engine.cover(request, key, tile) for key in (PICTURE.key, other.key))
    covered = cover(other, tile[0].box(30, 30), mean_colour(other))
    (expected,) = engine.score(asked(PICTURE, covered), ("red",))
    assert sum(second.logprobs) == pytest.approx(expected.logprob, abs=5e-2)
    assert first.logprobs != pytest.approx(second.logprobs, abs=1e-3)


def test_covered_pictures_are_not_kept(engine):
    engine_bytes = engine.statistics().embedding_bytes
    tuple(engine.cover(asked(PICTURE, forced_text="red"), PICTURE.key, level(3)))
    assert engine.statistics().embedding_bytes <= engine_bytes


def test_stopping_ends_it_at_once(engine):
    covering = engine.cover(asked(PICTURE, forced_text="red"), PICTURE.key, level(12))
    scores = iter(covering)
    next(scores)
    covering.stop()
    with pytest.raises(StoppedError):
        tuple(scores)


def test_what_cannot_be_explained_gets_one_sentence(engine, pair):
    given = asked(PICTURE, forced_text="red")
    with pytest.raises(RequestError, match="no picture in this conversation"):
        engine.cover(asked(forced_text="red"), PICTURE.key, (None,))
    with pytest.raises(RequestError, match="not in the conversation"):
        engine.cover(given, "another key", (None,))
    with pytest.raises(RequestError, match="has 0 tokens"):
        engine.cover(asked(PICTURE), PICTURE.key, (None,))
    with pytest.raises(RequestError, match="at most 256"):
        engine.cover(asked(PICTURE, forced_tokens=(1,) * 300), PICTURE.key, (None,))
    with pytest.raises(ModelError):
        LocalEngine().cover(given, PICTURE.key, (None,))
    blind = LocalEngine()
    blind.load(ModelPair(pair.model), LoadOptions(), lambda _: None)
    with pytest.raises(ImageError, match="projector"):
        blind.cover(given, PICTURE.key, (None,))
