"""What scripts and people read."""

import json

import pytest

from perhaps.bench.report import prepare, to_json, to_markdown, write
from perhaps.bench.results import Row, at_least, at_most
from perhaps.bench.run import BenchResult
from perhaps.errors import RequestError


@pytest.fixture
def result():
    rows = (
        Row("generation", "Perhaps", "tokens/s", (70.0, 71.0, 69.0)),
        Row("generation ÷ bare loop", "Perhaps", "×", (0.5, 0.75, 0.25), at_least(0.98)),
        Row("what the host adds", "Perhaps", "µs", (100.0,), at_most(150)),
    )
    return BenchResult(
        rows=rows,
        builds={"Perhaps": "llama"},
        absent={"llama-server": "not installed"},
        machine={"threads": "2"},
    )


def test_json_keeps_every_round(result):
    read = json.loads(json.dumps(to_json(result)))
    assert [row["values"] for row in read["rows"]][1] == [0.5, 0.75, 0.25]
    assert [row["met"] for row in read["rows"]] == [None, False, True]
    assert read["rows"][1]["bar"] == "≥ 0.98"
    assert read["absent"] == {"llama-server": "not installed"}


def test_markdown_puts_the_bars_first_and_hides_no_miss(result):
    bars, everything = to_markdown(result).split("## All measurements")
    assert "| generation ÷ bare loop | ≥ 0.98 | 0.5 | 0.25 to 0.75 | **no** |" in bars
    assert "| what the host adds (µs) | ≤ 150 | 100 | one value | yes |" in bars
    assert "tokens/s" not in bars
    assert "| generation | Perhaps | 70 | 69 to 71 | tokens/s |" in everything


def test_who_could_not_take_part_is_named(result):
    assert "- llama-server: not installed" in to_markdown(result)


def test_both_files_are_written(result, tmp_path):
    prepare(tmp_path / "new" / "folder")
    write(result, tmp_path / "new" / "folder", "{}")
    assert (tmp_path / "new" / "folder" / "bench.json").read_text(encoding="utf-8") == "{}\n"
    text = (tmp_path / "new" / "folder" / "bench.md").read_text(encoding="utf-8")
    assert text == to_markdown(result)


def test_a_folder_that_cannot_be_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(
        RequestError, match=r"“.*folder” cannot take the result \(Not a directory\)"
    ):
        prepare(tmp_path / "file" / "folder")


def test_a_file_that_cannot_be_written_is_told_in_words(result, tmp_path):
    (tmp_path / "bench.json").mkdir()
    with pytest.raises(RequestError, match="cannot take the result"):
        write(result, tmp_path, "{}")
