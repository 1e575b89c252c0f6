"""The measured programs as processes of their own."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from perhaps.bench import files
from perhaps.bench.contract import Question, Setup
from perhaps.bench.program import Program
from perhaps.bench.workload import long_text, write_picture
from perhaps.errors import EngineLostError
from tests.helpers.model_maker import cached_pair


@pytest.fixture(scope="module")
def setup():
    model, projector = cached_pair("tiny")
    return Setup(str(model), str(projector), threads=2, context_size=2048)


@pytest.fixture(scope="module", params=["in_process", "through_host"])
def program(request, setup):
    with closing(Program(request.param, request.param)) as program:
        program.load(setup)
        yield program


def test_an_answer_has_its_times(program, tmp_path):
    times = program.ask(Question("What is it?", write_picture(tmp_path, 1)), max_tokens=6)
    (answer,) = times.answers
    assert answer.tokens == 6
    assert answer.prompt_tokens > 100  # the picture alone has so many
    assert answer.cached_tokens < answer.prompt_tokens
    assert 0 < answer.first_token_ms <= answer.first_token_ms + answer.generate_ms <= times.wall_ms
    assert answer.stages_ms["image_encode"] > 0


def test_a_picture_that_is_known_is_not_encoded_again(program, tmp_path):
    picture = write_picture(tmp_path, 2)
    first = program.ask(Question("What is it?", picture))
    again = program.ask(Question("How many?", picture, system="Be brief."))
    encode_ms = [times.answers[0].stages_ms["image_encode"] for times in (first, again)]
    assert encode_ms[1] < encode_ms[0]
    assert (first.encoded, again.encoded) in {(1, 0), (None, None)}


def test_all_questions_are_answered_at_once(program, tmp_path):
    picture = write_picture(tmp_path, 3)
    times = program.ask(*(Question(f"{i}?", picture) for i in range(4)), max_tokens=4)
    assert [answer.tokens for answer in times.answers] == [4] * 4


@pytest.mark.parametrize("program", ["in_process"], indirect=True)
def test_what_was_prepared_is_cached(program, tmp_path):
    question = Question("What is it?", write_picture(tmp_path, 4))
    program.prepare(question)
    # Whoever asks for the picture that is being read waits for it.
    (answer,) = program.ask(question, max_tokens=2).answers
    assert answer.cached_tokens >= 100


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="the system does not tell")
def test_the_memory_of_the_computing_process_is_told(program):
    assert 20e6 < program.resident_bytes() < 2e9


def test_the_failure_of_a_program_is_a_sentence(setup):
    with closing(Program("Perhaps", "in_process")) as program:
        with pytest.raises(EngineLostError, match="could not ask: ModelError: No model is loaded"):
            program.ask(Question("What?"))
        program.load(setup)  # and it still listens


def test_the_end_of_a_program_is_a_sentence():
    named = pytest.raises(EngineLostError, match=r"Nobody could not .*no_such_module")
    with closing(Program("Nobody", "no_such_module")) as program, named:
        program.ask(Question("What?"))


def test_the_bench_and_the_peers_stay_apart():
    """A second libllama in the process of our engine would be fatal."""
    code = (
        "import sys, perhaps.bench.run, perhaps.bench.subjects.data_uri; "
        "assert not {'llama_cpp', 'xllamacpp', 'perhaps._engine'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_package_is_found_without_importing_it_here():
    assert files.has_package(sys.executable, "json")
    assert not files.has_package(sys.executable, "no_such_package")


def test_a_long_text_differs_from_its_first_word_on():
    assert long_text(50, 1)[0] != long_text(50, 2)[0]
    assert len(long_text(50, 1).split()) == 51
