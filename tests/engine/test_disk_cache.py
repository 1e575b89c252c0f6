"""Embeddings on disk: found after a restart, bounded, and harmless when damaged or refused."""

import os
import time
from pathlib import Path

import pytest

from perhaps import _engine
from tests.engine.conftest import answer, load, picture, prompt
from tests.helpers.permissions import read_only, without_privileges

PARTS = ("What is it?", picture(seed=11))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "embeddings"


@pytest.fixture
def open_model(tiny_pair, folder):
    """Give a way to load the model as a new process would."""

    def open_model(fingerprint="one", budget=10**9):
        disk = _engine.DiskCacheOptions(os.fsencode(folder), fingerprint, budget)
        return load(*tiny_pair, disk_cache=disk)

    return open_model


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def wait_for_files(folder, count):
    deadline = time.monotonic() + 20
    while len([f for f in files(folder) if f.suffix == ".f16"]) != count:
        assert time.monotonic() < deadline, f"there never were {count} files: {files(folder)}"
        time.sleep(0.01)


def ask(model, seed=11):
    return answer(model, prompt("What is it?", picture(seed=seed)))


def test_a_picture_of_an_earlier_run_is_not_encoded_again(open_model, folder):
    first = ask(open_model())
    wait_for_files(folder, 1)
    model = open_model()
    again = ask(model)
    assert model.statistics().pictures_encoded == 0
    assert model.statistics().pictures_on_disk == 1
    assert [s.measures.logprob for s in again.steps] == pytest.approx(
        [s.measures.logprob for s in first.steps], abs=1e-5
    )


def test_what_depends_on_another_projector_is_not_taken(open_model, folder):
    ask(open_model("one"))
    wait_for_files(folder, 1)
    model = open_model("two")
    ask(model)
    assert model.statistics().pictures_encoded == 1


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "longer"])
def test_a_damaged_file_is_as_good_as_none(open_model, folder, damage):
    ask(open_model())
    wait_for_files(folder, 1)
    (path,) = files(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    whole = path.read_bytes()
    path.write_bytes(
        {"cut": whole[:-10], "flip": bytes(data), "empty": b"", "longer": whole + b"x"}[damage]
    )
    model = open_model()
    ask(model)
    assert model.statistics().pictures_encoded == 1
    assert model.statistics().disk_problem == ""
    wait_for_files(folder, 1)


def test_files_may_vanish_while_the_model_runs(open_model, folder):
    model = open_model()
    ask(model)
    wait_for_files(folder, 1)
    for path in files(folder):
        path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir()
    ask(model, seed=12)
    wait_for_files(folder, 1)
    assert model.statistics().disk_problem == ""


def test_the_longest_unused_leave_when_the_budget_is_used_up(open_model, folder):
    model = open_model()
    ask(model, seed=1)
    wait_for_files(folder, 1)
    (oldest,) = files(folder)
    size = oldest.stat().st_size
    os.utime(oldest, (1, 1))
    model = open_model(budget=2 * size)
    ask(model, seed=2)
    wait_for_files(folder, 2)
    ask(model, seed=3)
    deadline = time.monotonic() + 20
    while oldest.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    wait_for_files(folder, 2)


def problem_of(model):
    deadline = time.monotonic() + 20
    while not (problem := model.statistics().disk_problem):
        assert time.monotonic() < deadline, "no problem was told"
        ask(model)
        time.sleep(0.02)
    return problem


def test_a_file_in_the_place_of_the_folder_costs_a_sentence_only(open_model, folder):
    folder.write_text("in the way")
    model = open_model()
    assert ask(model).steps
    problem = problem_of(model)
    assert str(folder) in problem
    assert "make room or make it writable" in problem


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_costs_a_sentence_only(open_model, folder):
    model = open_model()
    ask(model, seed=1)
    wait_for_files(folder, 1)
    (written,) = files(folder)
    written.unlink()
    # The next file of that name goes to a device that is always full.
    written.with_suffix(".f16.new").symlink_to("/dev/full")
    model = open_model()
    assert ask(model, seed=1).steps
    assert "No space left" in problem_of(model)


def test_a_read_only_folder_costs_a_sentence_only(tiny_pair):
    with read_only() as folder:
        disk = _engine.DiskCacheOptions(os.fsencode(folder), "one", 10**9)
        model = load(*tiny_pair, disk_cache=disk)
        with without_privileges():
            assert ask(model).steps
            assert "Permission denied" in problem_of(model)
