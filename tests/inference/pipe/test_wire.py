from __future__ import annotations

import contextlib
import dataclasses
import math
import pickle

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from perhaps.inference.pipe import commands, events, wire
from perhaps.inference.pipe.pixel_block import pack_pixels
from perhaps.inference.pipe.wire import WireError
from perhaps.inference.protocol import (
    AnswerScore,
    DeviceInfo,
    Failure,
    FinishReason,
    ImagePart,
    ImagePixels,
    LoadOptions,
    LoadProgress,
    LoadStage,
    Message,
    ModelInfo,
    ModelPair,
    PairReport,
    PictureCost,
    Request,
    RunFinished,
    RunProgress,
    RunStage,
    SamplingOptions,
    TextPart,
    Tile,
    TileScore,
    TokenCandidate,
    TokenStep,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.integers(-(2**63), 2**64 - 1)
chances = st.floats(allow_nan=False)
st.register_type_strategy(str, text)
st.register_type_strategy(int, numbers)
st.register_type_strategy(float, chances)

pixels = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=6).map(lambda s: (*s, 3)))
images = st.builds(ImagePixels, pixels=pixels, key=text, source_size=st.tuples(numbers, numbers))
parts = st.builds(TextPart, text) | st.builds(ImagePart, images)
messages = st.builds(
    Message,
    role=st.sampled_from(["system", "user", "assistant"]),
    parts=st.lists(parts, max_size=4).map(tuple),
)
requests = st.builds(
    Request,
    messages=st.lists(messages, max_size=3).map(tuple),
    max_tokens=numbers,
    sampling=st.builds(SamplingOptions),
    stop=st.lists(text, max_size=3).map(tuple),
    top_logprobs=numbers,
    seed=st.none() | numbers,
)
steps = st.builds(TokenStep, candidates=st.lists(st.builds(TokenCandidate), max_size=3).map(tuple))
scores = st.builds(AnswerScore, tokens=st.lists(steps, max_size=3).map(tuple))
run_events = st.lists(st.builds(RunProgress) | steps | st.builds(RunFinished), max_size=5).map(
    tuple
)


@given(requests)
def test_request_crosses_unchanged(request):
    pictures = commands.pictures_of(request)
    data = wire.encode(commands.pack_request(7, request))
    command = wire.decode_command(data)
    assert isinstance(command, commands.Generate)
    assert command.run_id == 7
    assert set(commands.picture_keys(command)) == set(pictures)
    assert commands.unpack_request(command, pictures) == request


@given(requests, st.lists(text, max_size=3).map(tuple))
def test_answers_to_score_cross_with_their_request(request, answers):
    asked = commands.pack_request(7, request)
    command = wire.decode_command(wire.encode(commands.Score(asked, answers)))
    assert isinstance(command, commands.Score)
    assert command.answers == answers
    pictures = commands.pictures_of(request)
    assert commands.unpack_request(command.asked, pictures) == request


@given(requests, text, st.lists(st.none() | st.builds(Tile), max_size=3).map(tuple))
def test_tiles_to_cover_cross_with_their_request(request, picture, tiles):
    said = commands.Cover(commands.pack_request(7, request), picture, tiles)
    assert wire.decode_command(wire.encode(said)) == said


def test_request_has_no_field_that_stays_behind():
    fields = {field.name for field in dataclasses.fields(Request)}
    assert fields == set(commands.Generate.__struct_fields__) - {"run_id"}


def test_pictures_of_a_request_do_not_cross_with_it():
    image = ImagePixels(np.zeros((500, 500, 3), np.uint8), "key", (500, 500))
    request = Request((Message("user", (ImagePart(image), TextPart("?"))),))
    assert len(wire.encode(commands.pack_request(1, request))) < 1000


@given(st.integers(0, 9), run_events)
def test_run_events_cross_unchanged(run_id, told):
    event = wire.decode_event(wire.encode(events.pack_events(run_id, told)))
    assert isinstance(event, events.RunAdvanced)
    assert (event.run_id, event.events()) == (run_id, told)


@given(images, st.none() | st.builds(PictureCost))
def test_picture_crosses_with_exact_pixels(image, cost):
    event = wire.decode_event(wire.encode(events.PictureRead(3, pack_pixels(image), cost)))
    assert isinstance(event, events.PictureRead)
    picture = event.picture()
    assert np.array_equal(picture.image.pixels, image.pixels)
    assert picture.image.pixels.shape == image.pixels.shape
    assert (picture.image.key, picture.image.source_size) == (image.key, image.source_size)
    assert picture.cost == cost
    with pytest.raises(ValueError, match="read-only"):
        picture.image.pixels[0] = 0


@given(
    st.one_of(
        st.builds(events.LoadAdvanced, progress=st.builds(LoadProgress)),
        st.builds(events.Loaded, info=st.builds(ModelInfo)),
        st.builds(events.LoadFailed, failure=st.builds(Failure)),
        st.builds(events.PairChecked, report=st.builds(PairReport)),
        st.builds(events.CheckFailed, failure=st.builds(Failure)),
        st.builds(events.PictureRefused, failure=st.builds(Failure)),
        st.builds(events.PicturesMissing, keys=st.lists(text, max_size=3).map(tuple)),
        st.builds(events.Scored, scores=st.lists(scores, max_size=3).map(tuple)),
        st.builds(events.TileScored, score=st.builds(TileScore)),
        st.builds(events.ScoreFailed, failure=st.builds(Failure)),
        st.builds(
            events.DevicesListed, devices=st.lists(st.builds(DeviceInfo), max_size=3).map(tuple)
        ),
        st.sampled_from([events.HostReady(), events.Unloaded(), events.Pong()]),
    )
)
def test_other_events_cross_unchanged(event):
    assert wire.decode_event(wire.encode(event)) == event


@given(
    st.one_of(
        st.builds(commands.Load, pair=st.builds(ModelPair), options=st.builds(LoadOptions)),
        st.builds(commands.Check, pair=st.builds(ModelPair), options=st.builds(LoadOptions)),
        st.builds(commands.ReadPicture, source=st.binary()),
        st.builds(commands.Stop),
        st.sampled_from(
            [
                commands.CancelLoad(),
                commands.Unload(),
                commands.ListDevices(),
                commands.Ping(),
                commands.ShutDown(),
            ]
        ),
    )
)
def test_other_commands_cross_unchanged(command):
    assert wire.decode_command(wire.encode(command)) == command


def test_endless_doubt_crosses():
    step = TokenStep(1, b"\xe2\x82", "", -math.inf, 9, math.inf, (), None, 0)
    event = wire.decode_event(wire.encode(events.pack_events(1, [step])))
    assert isinstance(event, events.RunAdvanced)
    assert event.events() == (step,)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_an_error_with_a_name(data):
    with contextlib.suppress(WireError):
        assert isinstance(wire.decode_event(data), events.Event)


loading = wire.encode(events.LoadAdvanced(1, LoadProgress(LoadStage.model, 0.5)))


@given(st.integers(0, len(loading) - 1))
def test_message_cut_short_has_a_name(length):
    with pytest.raises(WireError, match="makes no sense"):
        wire.decode_event(loading[:length])


@given(st.integers(0, len(loading) - 1), st.integers(1, 255))
def test_damaged_message_is_a_message_or_an_error_with_a_name(position, change):
    damaged = bytearray(loading)
    damaged[position] ^= change
    with contextlib.suppress(WireError):
        assert isinstance(wire.decode_event(bytes(damaged)), events.Event)


class Trap:
    def __reduce__(self):
        return (pytest.fail, ("the window ran what the host said",))


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps(Trap()),
        b"\x91" * 100_000,
        msgspec.msgpack.encode({"type": "Load"}),
        msgspec.msgpack.encode({"type": "RunAdvanced", "run_id": 1}),
        msgspec.msgpack.encode(
            {"type": "PictureRead", "ticket": 1, "cost": None, "block": {
                "key": "k", "width": 2**31, "height": 2**31, "source_size": [1, 1], "pixels": b"",
            }}
        ),
        msgspec.msgpack.encode(
            {"type": "PictureRead", "ticket": 1, "cost": None, "block": {
                "key": "k", "width": -1, "height": -1, "source_size": [1, 1], "pixels": b"abc",
            }}
        ),
    ],
    ids=["pickle", "depth", "command", "fields missing", "pixels missing", "negative size"],
)  # fmt: skip
def test_nonsense_has_a_name(data):
    with pytest.raises(WireError, match="makes no sense"):
        wire.decode_event(data)


def test_text_with_half_a_character_cannot_be_sent():
    with pytest.raises(WireError, match=r"U\+DCFF"):
        wire.encode(commands.Load(1, ModelPair("/x/\udcff.gguf"), LoadOptions()))


def test_numbers_beyond_64_bits_cannot_be_sent():
    with pytest.raises(WireError, match="Generate cannot be sent"):
        wire.encode(commands.pack_request(1, Request((), seed=2**64)))


def test_too_large_a_message_cannot_be_sent():
    source = bytes(wire.MAX_MESSAGE_BYTES)
    with pytest.raises(WireError, match="make it smaller"):
        wire.encode(commands.ReadPicture(1, source, is_path=False))


def test_finish_reasons_and_stages_stay_what_they_are():
    end = RunFinished(FinishReason.cancelled, stopped_in=RunStage.encode)
    event = wire.decode_event(wire.encode(events.pack_events(1, [end])))
    assert isinstance(event, events.RunAdvanced)
    (told,) = event.events()
    assert isinstance(told, RunFinished)
    assert told.reason is FinishReason.cancelled
    assert told.stopped_in is RunStage.encode
