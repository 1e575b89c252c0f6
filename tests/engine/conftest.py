"""The real engine with the `tiny` test model."""

from __future__ import annotations

import os

import numpy as np
import pytest

from perhaps import _engine
from tests.helpers.model_maker import cached_pair


def load(model_path, projector_path="", **options):
    """Load a model and wait until it can be asked."""
    native = _engine.LoadOptions()
    for name, value in options.items():
        setattr(native, name, value)
    model = _engine.Model(os.fsencode(model_path), os.fsencode(projector_path), native)
    while not model.wait_loaded(1000).done:
        pass
    return model


@pytest.fixture(scope="session")
def tiny_pair():
    return cached_pair("tiny")


@pytest.fixture(scope="session")
def seeing(tiny_pair):
    return load(*tiny_pair)


@pytest.fixture(scope="session")
def blind(tiny_pair):
    return load(tiny_pair[0])


def picture(seed=0, height=120, width=160):
    """Give a picture of noise whose key tells its seed."""
    pixels = np.random.default_rng(seed).integers(0, 255, (height, width, 3), dtype=np.uint8)
    return _engine.Picture(pixels, f"noise-{seed}-{height}-{width}")


def prompt(question, *pictures):
    """Give the parts of one ChatML question."""
    return [
        _engine.TemplateText("<|im_start|>user\n"),
        *pictures,
        _engine.UserText(question),
        _engine.TemplateText("<|im_end|>\n<|im_start|>assistant\n"),
    ]


def request(parts, *, temperature=0.0, top_k=40, top_p=0.95, min_p=0.05, **fields):
    """Give a request that takes the most likely token unless told otherwise."""
    native = _engine.GenerationRequest()
    native.prompt = parts
    native.max_tokens = 12
    sampling = _engine.SamplingOptions()
    sampling.temperature, sampling.top_k = temperature, top_k
    sampling.top_p, sampling.min_p = top_p, min_p
    native.sampling = sampling
    for name, value in fields.items():
        setattr(native, name, value)
    return native


class Answer:
    """A whole run: its events in order."""

    def __init__(self, run):
        self.events = []
        while (event := run.next()) is not None:
            self.events.append(event)

    @property
    def steps(self):
        return [event for event in self.events if isinstance(event, _engine.TokenStep)]

    @property
    def stages(self):
        return [e.stage.name for e in self.events if isinstance(e, _engine.RunProgress)]

    @property
    def finished(self):
        return self.events[-1]

    @property
    def ids(self):
        return [step.id for step in self.steps]

    @property
    def text(self):
        return "".join(step.text for step in self.steps) + self.finished.text


def answer(model, parts, **fields):
    """Ask and wait for the whole answer."""
    return Answer(model.submit(request(parts, **fields)))
