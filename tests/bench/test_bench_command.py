"""`perhaps bench` as people start it."""

import json

import pytest
from typer.testing import CliRunner

from perhaps.bench import files
from perhaps.cli import app
from tests.helpers.model_maker import cached_pair


def bench(*arguments):
    return CliRunner().invoke(app, ["bench", *map(str, arguments)])


def test_a_shape_and_a_model_are_too_much():
    result = bench("--shape", "tiny", "--model", "m.gguf")
    assert result.exit_code == 2
    assert "--shape" in result.stderr


def test_an_unknown_shape_is_a_sentence():
    result = bench("--shape", "huge")
    assert result.exit_code == 1
    assert result.stderr == "The models of the shape “huge” cannot be made (KeyError: 'huge').\n"


def test_shapes_need_the_source_code(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "CHECKOUT", tmp_path)
    result = bench("--shape", "tiny")
    assert result.exit_code == 1
    assert "--shape needs the source code" in result.stderr


def test_a_missing_model_is_a_sentence(tmp_path):
    result = bench("--model", tmp_path / "missing.gguf")
    assert result.exit_code == 1
    assert result.stderr.startswith("missing.gguf is missing")


def test_what_cannot_be_measured_is_a_sentence():
    result = bench("--shape", "tiny", "--only", "smell")
    assert result.exit_code == 1
    assert result.stderr.startswith("There is nothing named “smell” to measure; there are: ")
    assert "memory" in result.stderr


def test_a_folder_that_cannot_be_is_told_before_anything_is_measured(tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = bench("--shape", "tiny", "--only", "smell", "--out", tmp_path / "file" / "out")
    assert result.exit_code == 1
    assert "cannot take the result" in result.stderr


@pytest.mark.slow
def test_a_result_that_cannot_be_written_is_printed_all_the_same(tmp_path):
    (tmp_path / "bench.md").mkdir()
    wish = ["--shape", "tiny", "--only", "memory", "--rounds", 1, "--no-peers"]
    result = bench(*wish, "--json", "--out", tmp_path)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["rows"]
    assert "cannot take the result" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("sees", [True, False], ids=["seeing", "blind"])
def test_without_peers_our_own_rows_appear(sees, tmp_path):
    model, projector = cached_pair("tiny")
    pair = ["--model", model, *(["--projector", projector] if sees else [])]
    result = bench(*pair, "--rounds", 1, "--no-peers", "--json", "--out", tmp_path)
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["absent"]["llama-server"] == "not wanted"
    assert {"Perhaps", "Perhaps through its host"} <= set(report["programs"])
    bars = {row["what"] for row in report["rows"] if row["bar"]}
    assert "generation with 20 log-probabilities ÷ without" in bars
    assert ("8 questions at once ÷ one after another" in bars) == sees
    assert json.loads((tmp_path / "bench.json").read_text(encoding="utf-8")) == report
