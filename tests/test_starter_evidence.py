"""What the bundled model's answers rest on, in pictures where that is known."""

from dataclasses import replace

import pytest

from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import (
    ImagePart,
    LoadOptions,
    Message,
    Request,
    SamplingOptions,
    TextPart,
    TokenStep,
)
from perhaps.paths import starter_pair
from perhaps.probability.evidence import EvidenceMap, level, peak
from tests.helpers.drawn_scenes import draw_scene

SIDES = (2, 3, 4, 5, 6)
"""90 tiles: what a search covers in a few seconds."""


@pytest.fixture(scope="module")
def starter():
    engine = LocalEngine()
    engine.load(starter_pair(), LoadOptions(threads=1), lambda _: None)
    return engine


def peaks_on_the_circle(engine, seed):
    scene = draw_scene(seed)
    image = engine.read_picture(scene.data).image
    messages = (Message("user", (ImagePart(image), TextPart("What colour is the circle?"))),)
    request = Request(messages, sampling=SamplingOptions(temperature=0))
    ids = tuple(event.id for event in engine.generate(request) if isinstance(event, TokenStep))
    tiles = [tile for side in SIDES for tile in level(side)]
    forced = replace(request, forced_tokens=ids)
    whole, *covered = engine.cover(forced, image.key, (None, *tiles))
    found = EvidenceMap(whole.logprobs)
    for score in covered:
        found.add(score.tile, score.logprobs)
    x, y = peak(found.losses())
    return scene.holds(x * image.width, y * image.height)


def share_on_the_circle(engine, seeds):
    hits = [peaks_on_the_circle(engine, seed) for seed in seeds]
    return sum(hits) / len(hits)


def test_the_colour_of_a_circle_rests_on_the_circle(starter):
    assert share_on_the_circle(starter, range(6)) > 0.8


@pytest.mark.slow
def test_the_colour_of_a_circle_rests_on_the_circle_in_fifty_scenes(starter):
    assert share_on_the_circle(starter, range(100, 150)) >= 0.9
