"""Loading: progress, refusal in words, cancelling, and what is known afterwards."""

import os

import pytest

from perhaps import _engine
from perhaps.errors import LoadCancelledError, ModelError, PairError, RequestError
from tests.engine.conftest import answer, load, prompt
from tests.helpers.model_maker import make_pair


def test_a_model_tells_its_limits(seeing, blind):
    info = seeing.info()
    assert (info.architecture, info.vocabulary_size) == ("llama", 4096)
    assert info.sees
    assert not blind.info().sees
    assert info.context_size == 4096


def test_vision_operations_are_counted_where_they_run(seeing, blind):
    vision = seeing.info().vision
    assert vision.device == "CPU"
    assert vision.on_device == vision.total > 50
    assert blind.info().vision is None


def test_a_context_is_never_larger_than_the_model_was_trained_for(tiny_pair):
    assert load(tiny_pair[0], context_size=512).info().context_size == 512
    assert load(tiny_pair[0], context_size=10**6).info().context_size == 4096


def test_progress_passes_the_stages_in_order(tiny_pair):
    model = _engine.Model(*map(os.fsencode, tiny_pair), _engine.LoadOptions())
    order = list(_engine.LoadStage.__members__)
    seen = []
    while not (progress := model.wait_loaded(1000)).done:
        seen.append(order.index(progress.stage.name))
        assert 0 <= progress.fraction <= 1
    assert seen == sorted(seen)


def wait(model):
    while not model.wait_loaded(1000).done:
        pass


def test_a_cancelled_loading_says_so(tiny_pair):
    model = _engine.Model(*map(os.fsencode, tiny_pair), _engine.LoadOptions())
    model.cancel_load()
    with pytest.raises(LoadCancelledError):
        wait(model)


def test_nothing_can_be_asked_before_it_is_loaded(tmp_path):
    model = _engine.Model(os.fsencode(tmp_path / "none.gguf"), b"", _engine.LoadOptions())
    with pytest.raises(ModelError):
        model.info()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"none\.gguf"):
        load(tmp_path / "none.gguf")


def test_a_truncated_file_is_refused(tiny_pair, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(tiny_pair[0].read_bytes()[:100_000])
    with pytest.raises(ModelError, match=r"cut\.gguf"):
        load(cut)


def test_a_projector_of_another_width_is_refused(tiny_pair, tmp_path):
    _, other = make_pair("tiny", tmp_path, projector_width=320)
    with pytest.raises(PairError, match="another model"):
        load(tiny_pair[0], other)


def test_a_language_model_is_no_projector(tiny_pair):
    with pytest.raises(ModelError, match=r"tiny\.gguf"):
        load(tiny_pair[0], tiny_pair[0])


def test_a_device_that_is_not_there_is_named(tiny_pair):
    with pytest.raises(RequestError, match="named 'CUDA7'"):
        load(tiny_pair[0], device="CUDA7")


def test_unloading_while_it_answers_does_not_hang(tiny_pair):
    model = load(tiny_pair[0])
    native = _engine.GenerationRequest()
    native.prompt = prompt("Go on.")
    native.max_tokens = 4000
    run = model.submit(native)
    run.next()
    del model
    while (event := run.next()) is not None:
        last = event
    assert last.reason == _engine.FinishReason.cancelled


def test_a_name_that_is_not_text_does_no_harm(tiny_pair, tmp_path):
    raw = tiny_pair[0].read_bytes()
    name = b"Test model tiny"
    assert raw.count(name) == 1
    path = tmp_path / "odd.gguf"
    path.write_bytes(raw.replace(name, b"Test\xffmodel tiny"))
    model = load(path)
    assert model.info().name == "Test\ufffdmodel tiny"
    assert answer(model, prompt("Hello.")).steps
