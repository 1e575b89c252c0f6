"""What the doctor says of pairs that fit and of pairs that do not."""

from __future__ import annotations

import os
import shutil

import pytest

from perhaps.errors import ModelError
from perhaps.library.pair_doctor import check_pair, inspect
from tests.helpers import gguf_bytes as g
from tests.helpers.model_maker import cached_pair, make_pair

GIB = 1 << 30
LANGUAGE = {
    "general.architecture": "llama",
    "llama.block_count": 2,
    "llama.embedding_length": 64,
    "llama.attention.head_count": 4,
    "llama.context_length": 512,
}
PROJECTOR = {
    "general.architecture": "clip",
    "clip.has_vision_encoder": True,
    "clip.projector_type": "mlp",
    "clip.vision.image_size": 32,
    "clip.vision.patch_size": 16,
    "clip.vision.embedding_length": 48,
}
LANGUAGE_TENSORS = {"token_embd.weight": (64, 300)}
PROJECTOR_TENSORS = {"mm.0.weight": (48, 64), "mm.2.weight": (64, 64)}


@pytest.fixture(scope="module")
def pair():
    return cached_pair("tiny")


@pytest.fixture
def write(tmp_path):
    def write_file(name: str, values: dict, tensors: dict):
        path = tmp_path / name
        path.write_bytes(g.simple_file(values, tensors))
        return path

    return write_file


@pytest.fixture
def model(write):
    return write("model.gguf", LANGUAGE, LANGUAGE_TENSORS)


@pytest.fixture
def projector(write):
    return write("mmproj.gguf", PROJECTOR, PROJECTOR_TENSORS)


def check(model, projector, *, context_size=0, memory_free=8 * GIB):
    return check_pair(
        model, projector, context_size=context_size, memory_free=memory_free, device="CPU"
    )


def only_problem(report) -> str:
    assert not report.ok
    assert len(report.problems) == 1
    assert report.summary == report.problems[0]
    return report.summary


def test_inspects_a_language_model(pair):
    facts = inspect(pair[0])
    assert (facts.role, facts.architecture, facts.name) == ("language", "llama", "Test model tiny")
    assert (facts.embedding_width, facts.context_length) == (256, 4096)
    assert facts.size_bytes == pair[0].stat().st_size
    assert facts.projector_type == ""


def test_inspects_a_projector(pair):
    facts = inspect(str(pair[1]))
    assert (facts.role, facts.architecture, facts.projector_type) == ("projector", "clip", "mlp")
    assert (facts.embedding_width, facts.context_length) == (256, 0)


def test_inspecting_raises_for_what_cannot_be_read(tmp_path):
    with pytest.raises(ModelError, match=r"gone\.gguf is missing"):
        inspect(tmp_path / "gone.gguf")


def test_a_pair_that_fits(pair):
    report = check(*pair)
    assert report.ok
    assert report.problems == report.notes == ()
    assert report.summary.startswith("tiny.gguf and tiny-mmproj.gguf fit together and need about")
    assert (report.model, report.projector) == (inspect(pair[0]), inspect(pair[1]))
    assert (report.device, report.memory_free) == ("CPU", 8 * GIB)
    assert sum(path.stat().st_size for path in pair) < report.memory_needed < GIB


def test_a_model_alone_answers_text(pair):
    report = check(pair[0], None)
    assert report.ok
    assert report.projector is None
    assert "text only" in report.summary
    assert "cannot look at pictures" in report.notes[0]


def test_swapped_files(pair):
    assert only_problem(check(pair[1], pair[0])) == (
        "The files are swapped: tiny-mmproj.gguf is the projector and tiny.gguf the language model;"
        " give them the other way round."
    )


def test_a_text_model_in_place_of_the_projector(pair):
    problem = only_problem(check(pair[0], pair[0]))
    assert "tiny.gguf is a language model and not a projector" in problem


@pytest.mark.parametrize("second", [None, 1])
def test_a_projector_in_place_of_the_model(pair, second):
    problem = only_problem(check(pair[1], pair[second] if second else None))
    assert "tiny-mmproj.gguf is a projector and not a language model" in problem


def test_widths_that_differ(pair, tmp_path):
    _, other = make_pair("tiny", tmp_path, projector_width=320)
    problem = only_problem(check(pair[0], other))
    assert "width 320, but tiny.gguf takes 256" in problem


def test_truncated_files(pair, tmp_path):
    for source, cut in ((pair[0], 1000), (pair[1], 1_000_000)):
        path = tmp_path / source.name
        shutil.copy(source, path)
        os.truncate(path, path.stat().st_size - cut)
        files = (path, pair[1]) if source == pair[0] else (pair[0], path)
        report = check(*files)
        assert f"{source.name} is cut off: {cut:,} of " in only_problem(report)
        assert (report.model is None) == (source == pair[0])


def test_both_files_missing_are_both_named(tmp_path):
    report = check(tmp_path / "a.gguf", tmp_path / "b.gguf")
    assert [problem.split()[0] for problem in report.problems] == ["a.gguf", "b.gguf"]


def test_a_context_beyond_what_was_trained(model, projector):
    report = check(model, projector, context_size=2000)
    assert report.ok
    assert "trained with 512 tokens" in report.notes[0]


@pytest.mark.parametrize(
    ("share", "ok", "notes"), [(2.0, True, 0), (1.1, True, 1), (0.9, True, 1), (0.8, False, 0)]
)
def test_memory_that_is_enough_tight_or_too_little(model, projector, share, ok, notes):
    needed = check(model, projector).memory_needed
    report = check(model, projector, memory_free=int(needed * share))
    assert (report.ok, len(report.notes)) == (ok, notes)
    if not ok:
        assert "choose a smaller model, a smaller context, or another device" in report.summary


def test_what_a_gpu_has_no_room_for_goes_to_the_host(model, projector):
    needed = check(model, projector).memory_needed
    report = check_pair(
        model,
        projector,
        context_size=0,
        memory_free=needed // 2,
        memory_beside=needed * 4,
        device="Vulkan0",
    )
    assert report.ok
    (note,) = report.notes
    assert "what does not fit there runs on the CPU" in note
    little = check_pair(
        model, projector, context_size=0, memory_free=1, memory_beside=2, device="Vulkan0"
    )
    assert "the CPU" in only_problem(little)


def test_unknown_free_memory_is_a_note(model, projector):
    report = check(model, projector, memory_free=0)
    assert report.ok
    assert "not known" in report.notes[0]


def test_an_audio_projector(model, write):
    values = {**PROJECTOR, "clip.has_vision_encoder": False, "clip.has_audio_encoder": True}
    path = write("ears.gguf", values, PROJECTOR_TENSORS)
    assert "ears.gguf understands sound but not pictures" in only_problem(check(model, path))


def test_a_projector_without_its_last_tensor(model, write):
    path = write("mmproj.gguf", PROJECTOR, {"mm.0.weight": (48, 64)})
    assert "lacks the tensor mm.2.weight" in only_problem(check(model, path))


@pytest.mark.parametrize(
    ("key", "value"),
    [("patch_size", 0), ("image_size", 100_000), ("embedding_length", 0), ("block_count", 1 << 31)],
)
def test_impossible_sizes(model, write, key, value):
    path = write("mmproj.gguf", {**PROJECTOR, f"clip.vision.{key}": value}, PROJECTOR_TENSORS)
    assert f"clip.vision.{key} is {value:,}" in only_problem(check(model, path))


def test_an_unknown_projector_type_is_left_to_loading(model, write):
    values = {**PROJECTOR, "clip.projector_type": "brand_new"}
    report = check(model, write("mmproj.gguf", values, PROJECTOR_TENSORS))
    assert report.ok
    assert "(projector type “brand_new”) agree will show when they are loaded" in report.notes[0]


def test_an_unknown_architecture_is_left_to_loading(projector, write):
    values = {key.replace("llama", "tomorrow"): value for key, value in LANGUAGE.items()}
    values["general.architecture"] = "tomorrow"
    report = check(write("model.gguf", values, LANGUAGE_TENSORS), projector)
    assert report.ok
    assert report.model.architecture == "tomorrow"


@pytest.mark.parametrize(
    ("values", "tensors", "words"),
    [
        ({"general.architecture": "flux"}, {"x": (4,)}, "a model of architecture “flux”"),
        ({**LANGUAGE, "general.type": "adapter"}, {"x": (4,)}, "a file of type “adapter”"),
        (LANGUAGE, {}, "no weights"),
        ({}, {"x": (4,)}, "nameless weights"),
    ],
)
def test_files_that_are_neither(projector, write, values, tensors, words):
    path = write("other.gguf", values, tensors)
    assert inspect(path).role == "other"
    assert f"other.gguf holds {words} and not a language model" in only_problem(
        check(path, projector)
    )
    assert f"other.gguf holds {words} and not a projector" in check(path, path).problems[1]


def test_names_of_different_families_are_a_note(write):
    model = write("a.gguf", {**LANGUAGE, "general.name": "Qwen2 VL 2B"}, LANGUAGE_TENSORS)
    projector = write(
        "b.gguf", {**PROJECTOR, "general.name": "SmolVLM Instruct"}, PROJECTOR_TENSORS
    )
    report = check(model, projector)
    assert report.ok
    assert "a.gguf calls itself “qwen” and b.gguf “smolvlm”" in report.notes[0]


def test_a_type_made_for_another_architecture_is_a_note(model, write):
    values = {**PROJECTOR, "clip.projector_type": "qwen2vl_merger"}
    report = check(model, write("b.gguf", values, {"mm.2.bias": (64,)}))
    assert report.ok
    assert "not made for models of architecture “llama”" in report.notes[0]


def test_deepstack_widens_both_sides_alike(write):
    values = {key.replace("llama", "qwen3vl"): value for key, value in LANGUAGE.items()}
    values |= {"general.architecture": "qwen3vl", "qwen3vl.n_deepstack_layers": 3}
    model = write("model.gguf", values, LANGUAGE_TENSORS)
    eyes = {**PROJECTOR, "clip.projector_type": "qwen3vl_merger"}
    tensors = {"mm.2.bias": (64,)} | {f"v.deepstack.{i}.fc1.weight": (8, 8) for i in (5, 11, 17)}
    projector = write("mmproj.gguf", eyes, tensors)
    assert check(model, projector).ok
    assert inspect(model).embedding_width == inspect(projector).embedding_width == 256
    flat = write("flat.gguf", eyes, {"mm.2.bias": (64,)})
    assert "width 64, but model.gguf takes 256" in only_problem(check(model, flat))


def test_parts_of_a_split_model(write, projector):
    values = {**LANGUAGE, "split.count": 3}
    first = write("m-00001-of-00003.gguf", values, LANGUAGE_TENSORS)
    second = write("m-00002-of-00003.gguf", values, LANGUAGE_TENSORS)
    assert "m-00003-of-00003.gguf is missing beside" in only_problem(check(first, projector))
    write("m-00003-of-00003.gguf", values, LANGUAGE_TENSORS)
    assert check(first, projector).ok
    assert "not the first of its 3 parts" in only_problem(check(second, projector))
    renamed = write("renamed.gguf", values, LANGUAGE_TENSORS)
    assert "its name does not tell which" in only_problem(check(renamed, projector))


def test_names_in_files_are_made_fit_to_be_shown(write):
    name = "\u202eevil\x1b[31m\n" + "x" * 5000
    facts = inspect(write("m.gguf", {**LANGUAGE, "general.name": name}, LANGUAGE_TENSORS))
    assert facts.name.isprintable()
    assert len(facts.name) <= 80
