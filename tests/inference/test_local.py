"""The engine in this process, through its protocol."""

import io

import pytest
from PIL import Image

from perhaps.errors import (
    ContextFullError,
    ImageError,
    ModelError,
    PairError,
    RequestError,
    StoppedError,
)
from perhaps.inference.local import LocalEngine
from perhaps.inference.protocol import (
    FinishReason,
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
from tests.helpers.model_maker import cached_pair

GREEDY = SamplingOptions(temperature=0.0)


def png(colour):
    data = io.BytesIO()
    Image.new("RGB", (90, 60), colour).save(data, "PNG")
    return data.getvalue()


def load(engine, pair):
    return engine.load(pair, LoadOptions(), lambda _: None)


@pytest.fixture(scope="module")
def pair():
    model, projector = cached_pair("tiny")
    return ModelPair(str(model), str(projector))


@pytest.fixture(scope="module")
def engine(pair):
    engine = LocalEngine()
    load(engine, pair)
    return engine


def question(text, *images, **fields):
    parts = (*map(ImagePart, images), TextPart(text))
    return Request((Message("user", parts),), sampling=GREEDY, max_tokens=6, **fields)


def ask(engine, request):
    *events, finished = engine.generate(request)
    assert isinstance(finished, RunFinished)
    return [event for event in events if isinstance(event, TokenStep)], finished


def test_a_loaded_model_tells_where_it_runs(pair):
    engine = LocalEngine()
    progress = []
    info = engine.load(pair, LoadOptions(), progress.append)
    assert info.pair == pair
    assert info.placement.vision.unit == "operations"
    assert info.template == "model"
    assert progress


def test_a_picture_costs_what_the_request_then_takes(engine):
    picture = engine.read_picture(png("red"))
    _, finished = ask(engine, question("What?", picture.image))
    assert finished.usage.image_tokens == picture.cost.tokens == 100
    assert finished.timings.image_decode > 0


def test_decoding_is_told_once(engine):
    image = engine.read_picture(png("blue")).image
    assert ask(engine, question("What?", image))[1].timings.image_decode > 0
    assert ask(engine, question("And?", image))[1].timings.image_decode == 0


def test_scores_are_of_the_distribution_that_answers_are_drawn_from(engine):
    request = question("What?", engine.read_picture(png("green")).image)
    (first, *_), _ = ask(engine, request)
    (score,) = engine.score(request, ("no",))
    given = score.tokens[0]
    assert b"".join(step.bytes for step in score.tokens) == b"no"
    assert score.logprob == pytest.approx(sum(step.logprob for step in score.tokens))
    assert given.entropy == pytest.approx(first.entropy, abs=2e-2)
    most_likely = {c.id: c.logprob for c in given.candidates if c.id != given.id}
    for candidate in first.candidates[:10]:
        assert most_likely[candidate.id] == pytest.approx(candidate.logprob, abs=2e-2)


def test_scores_do_not_depend_on_their_company(engine):
    request = question("Is it?")
    (alone,) = engine.score(request, ("yes",))
    together = {s.text: s.logprob for s in engine.score(request, ("no", "yes", "a long answer"))}
    assert together["yes"] == pytest.approx(alone.logprob, abs=2e-2)
    assert together["no"] != pytest.approx(together["yes"], abs=2e-2)


def test_an_answer_that_does_not_fit_behind_the_prompt_is_refused(engine):
    long = question("word " * 3900)
    with pytest.raises(ContextFullError, match="shorten"):
        tuple(engine.score(long, ("on " * 250,)))


def test_stopped_scores_say_so(engine):
    scoring = engine.score(question("Is it?"), tuple(f"{n} " * 60 for n in range(200)))
    scoring.stop()
    with pytest.raises(StoppedError):
        tuple(scoring)


def test_answers_that_cannot_be_scored_are_refused(engine):
    for answers, sentence in [
        ((), "0 answers"),
        (("",), "empty"),
        (("x",) * 10_000, "10000"),
        (("yes", "on and on " * 400), "“on and on .*…” has"),
    ]:
        with pytest.raises(RequestError, match=sentence):
            engine.score(question("Is it?"), answers)


def test_a_prepared_picture_is_found_by_the_question(engine):
    image = engine.read_picture(png("orange")).image
    messages = (Message("user", (ImagePart(image),)),)
    *_, prepared = engine.generate(Request(messages, prepare_only=True))
    assert prepared.reason is FinishReason.prepared
    _, finished = ask(engine, question("What?", image))
    assert finished.timings.image_encode == 0
    assert finished.usage.cached_tokens >= 100


def test_there_must_be_a_picture_to_prepare(engine):
    with pytest.raises(RequestError, match="no picture"):
        engine.generate(Request((Message("user", (TextPart("Hm?"),)),), prepare_only=True))


def test_nothing_is_asked_of_no_model():
    with pytest.raises(ModelError, match="No model is loaded"):
        LocalEngine().generate(question("Hm?"))


def test_a_blind_model_refuses_pictures_before_it_computes(pair):
    engine = LocalEngine()
    load(engine, ModelPair(pair.model))
    picture = engine.read_picture(png("red"))
    assert picture.cost is None
    with pytest.raises(ImageError, match="projector"):
        engine.generate(question("What?", picture.image))


def test_a_swapped_pair_is_refused_and_the_loaded_model_stays(engine, pair):
    with pytest.raises(PairError, match="swapped"):
        load(engine, ModelPair(pair.projector, pair.model))
    assert ask(engine, question("Still there?"))[1].reason is FinishReason.length


def test_after_unloading_nothing_is_asked(pair):
    engine = LocalEngine()
    load(engine, pair)
    engine.unload()
    with pytest.raises(ModelError):
        engine.generate(question("Hm?"))
