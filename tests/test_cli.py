"""`perhaps ask|devices|check` as scripts use them: exit codes, sentences, JSON."""

import json
import math
import os
import shutil
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from perhaps.cli import app
from tests.helpers.model_maker import cached_pair, make_pair


@pytest.fixture(scope="module")
def tiny():
    model, projector = cached_pair("tiny")
    return ["--model", str(model), "--projector", str(projector)]


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "red.png"
    Image.new("RGB", (200, 120), "red").save(path)
    return str(path)


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def ask_json(*arguments):
    result = run("ask", "--json", *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def is_one_sentence(text):
    lines = text.strip().splitlines()
    return len(lines) == 1 and len(lines[0]) > 20 and lines[0].endswith((".", ")"))


def test_json_has_every_field(tiny, picture):
    answer = ask_json(*tiny, "--image", picture, "--max-tokens", 4, "What is it?")
    assert set(answer) >= {
        "answer", "finish_reason", "tokens", "timings_ms", "usage", "tokens_per_second",
        "placement", "model",
    }  # fmt: skip
    token = answer["tokens"][0]
    assert set(token) >= {"id", "text", "bytes", "logprob", "rank", "entropy", "rest", "candidates"}
    assert set(token["candidates"][0]) >= {"id", "text", "logprob", "sampled_probability"}
    assert set(answer["timings_ms"]) == {
        "load", "image_decode", "image_encode", "image_prefill", "text_prefill", "first_token",
        "generate",
    }  # fmt: skip
    assert answer["finish_reason"] == "length"
    assert answer["usage"]["image_tokens"] == 100
    assert answer["placement"]["vision"]["device"] == "CPU"
    assert "".join(t["text"] for t in answer["tokens"]) == answer["answer"]


def test_json_probabilities_are_a_distribution(tiny, picture):
    answer = ask_json(*tiny, "--image", picture, "--max-tokens", 6, "--temperature", 0, "Hm?")
    for token in answer["tokens"]:
        logprobs = [candidate["logprob"] for candidate in token["candidates"]]
        assert len(logprobs) == 20
        assert logprobs == sorted(logprobs, reverse=True)
        assert sum(map(math.exp, logprobs)) + token["rest"] == pytest.approx(1, abs=1e-4)
        assert token["rank"] == 1


def test_no_probabilities_are_computed_where_none_are_asked_for(tiny):
    answer = ask_json(*tiny, "--max-tokens", 3, "--top-logprobs", 0, "Hm?")
    assert {(t["logprob"], t["rank"], len(t["candidates"])) for t in answer["tokens"]} == {
        (None, None, 0)
    }


def test_the_answer_is_the_same_in_every_form(tiny):
    question = [*tiny, "--max-tokens", 6, "Hm?"]
    expected = ask_json(*question)["answer"]
    assert run("ask", *question).stdout == expected + "\n"
    assert run("ask", "--stream", *question).stdout == expected + "\n"


def test_a_text_only_model_chats_and_refuses_a_picture(picture):
    model = cached_pair("tiny")[0]
    assert run("ask", "--model", model, "--max-tokens", 3, "Hi").exit_code == 0
    refused = run("ask", "--model", model, "--image", picture, "Hi")
    assert refused.exit_code == 1
    assert "projector" in refused.stderr
    assert is_one_sentence(refused.stderr)


def header_bomb(path):
    """A PNG whose header promises 65 500 × 65 500 pixels."""
    header = struct.pack(">IIBBBBB", 65_500, 65_500, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    )


def test_bad_pictures_get_a_sentence(tiny, tmp_path):
    (tmp_path / "text.png").write_text("I am no picture")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "folder.png").mkdir()
    header_bomb(tmp_path / "bomb.png")
    Image.new("RGB", (20_000, 1)).save(tmp_path / "line.png")
    for name in ("text.png", "empty.png", "folder.png", "bomb.png", "line.png", "missing.png"):
        result = run("ask", *tiny, "--image", tmp_path / name, "What?")
        assert result.exit_code == 1, name
        assert is_one_sentence(result.stderr), result.stderr
        assert name in result.stderr
        assert result.stdout == ""


def test_bad_models_get_a_sentence(tiny, tmp_path):
    model, projector = cached_pair("tiny")
    (tmp_path / "cut.gguf").write_bytes(model.read_bytes()[:200_000])
    (tmp_path / "cut-mmproj.gguf").write_bytes(projector.read_bytes()[:50_000])
    _, other = make_pair("tiny", tmp_path / "other", projector_width=320)
    pairs = [
        (tmp_path / "cut.gguf", projector),
        (model, tmp_path / "cut-mmproj.gguf"),
        (model, model),
        (projector, model),
        (projector, projector),
        (model, other),
        (tmp_path / "missing.gguf", projector),
    ]
    for pair in pairs:
        result = run("ask", "--model", pair[0], "--projector", pair[1], "What?")
        assert result.exit_code == 1, pair
        assert is_one_sentence(result.stderr), result.stderr
        checked = run("check", *pair)
        assert checked.exit_code == 1
        assert checked.stdout.splitlines()[0] == result.stderr.strip()


def test_a_conversation_that_does_not_fit_gets_a_sentence(tiny):
    result = run("ask", *tiny, "word " * 5000)
    assert result.exit_code == 1
    assert "context" in result.stderr
    assert is_one_sentence(result.stderr)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--max-tokens", "0"],
        ["--max-tokens", "many"],
        ["--max-tokens", "99999999999"],
        ["--gpu-layers", "99999999999"],
        ["--gpu-memory", "99999999999"],
        ["--top-logprobs", "65"],
        ["--temperature", "-1"],
        ["--json", "--stream"],
        ["--projector", "p.gguf"],
        ["--unknown"],
    ],
)
def test_bad_usage_exits_with_two(arguments):
    result = run("ask", *arguments, "What?")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Error: " in result.stderr


def test_a_good_pair_is_confirmed():
    model, projector = cached_pair("tiny")
    assert run("check", model, projector).exit_code == 0
    report = json.loads(run("check", "--json", model, projector).stdout)
    assert report["ok"]
    assert report["model"]["role"] == "language"
    assert report["projector"]["role"] == "projector"


def test_devices_are_listed():
    found = json.loads(run("devices", "--json").stdout)
    assert any(device["kind"] == "cpu" and device["memory_total"] > 0 for device in found)
    assert "CPU" in run("devices").stdout


@pytest.mark.parametrize("option", ["--device", "--vision-device"])
@pytest.mark.parametrize(("name", "remedy"), [("metal", "device cpu"), ("Abacus7", "auto")])
def test_a_device_that_is_not_there_is_refused_with_the_remedy(tiny, option, name, remedy):
    result = run("ask", *tiny, option, name, "What is it?")
    assert result.exit_code == 1
    assert is_one_sentence(result.stderr)
    assert f"'{name}'" in result.stderr
    assert remedy in result.stderr


def test_the_cpu_can_be_asked_for(tiny):
    chosen = ["--device", "cpu", "--vision-device", "cpu", "--gpu-layers", 0, "--max-tokens", 1]
    answer = ask_json(*tiny, *chosen, "What is it?")
    assert {half["device"] for half in answer["placement"].values()} == {"CPU"}
    taken = [use["taken"] for use in answer["model"]["memory"]]
    assert 0.3 < answer["model"]["memory_estimate"] / sum(taken) < 3


def test_several_questions_share_one_picture(tiny, picture):
    answers = ask_json(*tiny, "--image", picture, "--max-tokens", 3, "What?", "Where?", "Why?")
    assert [each["question"] for each in answers] == ["What?", "Where?", "Why?"]
    assert sum(each["timings_ms"]["image_encode"] > 0 for each in answers) == 1


def test_several_answers_are_drawn_apart(tiny):
    drawn = ["--temperature", 1.5, "--seed", 1, "--max-tokens", 8, "-n", 3, "Draw."]
    texts = [each["answer"] for each in ask_json(*tiny, *drawn)]
    assert len(set(texts)) == 3
    assert [each["answer"] for each in ask_json(*tiny, *drawn)] == texts
    assert run("ask", *tiny, *drawn).stdout.count("\n") == 3


def test_choices_get_shares(tiny):
    rows = ask_json(*tiny, "--choices", "yes|no|maybe", "Is it?")["choices"]
    assert {row["answer"] for row in rows} == {"yes", "no", "maybe"}
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert [row["share"] for row in rows] == sorted((r["share"] for r in rows), reverse=True)
    shown = run("ask", *tiny, "--choices", "yes|no", "Is it?").stdout.splitlines()
    assert all("%" in line for line in shown[:2])
    assert "hardly begin with any" in shown[2]


def test_a_file_of_requests_is_answered_line_by_line(tiny, picture, tmp_path):
    lines = [
        json.dumps({"question": "What?", "images": [picture], "max_tokens": 3, "id": "a"}),
        "{broken",
        '{"question": "Hm?", "max_tokens": 0}',
        '{"question": "Hm?", "colour": "red"}',
        '{"question": "Hm?", "images": ["nowhere.png"]}',
        "",
        '{"question": "Hm?", "max_tokens": 2, "temperature": 0.5}',
    ]
    path = tmp_path / "requests.jsonl"
    path.write_text("\n".join(lines))
    result = run("ask", *tiny, "--batch", path)
    assert result.exit_code == 0
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["line"] for each in answers] == [1, 2, 3, 4, 5, 7]
    assert ["error" in each for each in answers] == [False, True, True, True, True, False]
    assert answers[0]["id"] == "a"
    assert answers[0]["usage"]["generated_tokens"] == 3
    assert "nowhere.png" in answers[4]["error"]["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--batch", "x.jsonl", "Hm?"],
        ["--stream", "One?", "Two?"],
        ["--choices", "a|b", "One?", "Two?"],
        ["-n", "0", "Hm?"],
        ["-n", "65", "Hm?"],
    ],
)
def test_bad_combinations_exit_with_two(arguments):
    assert run("ask", *arguments).exit_code == 2


def test_choices_must_be_two_at_least(tiny):
    refused = run("ask", *tiny, "--choices", "yes", "Is it?")
    assert refused.exit_code == 1
    assert "at least 2" in refused.stderr


@pytest.mark.parametrize("choices", ["yes|", "yes|no|yes", "yes|" + "on and on " * 1000])
def test_lists_of_choices_that_make_no_sense_get_one_sentence(tiny, choices):
    refused = run("ask", *tiny, "--choices", choices, "Is it?")
    assert refused.exit_code == 1
    assert is_one_sentence(refused.stderr)
    assert len(refused.stderr) < 200


def test_choices_show_what_is_behind_their_shares(tiny):
    whole = ask_json(*tiny, "--choices", "yes|no way", "Is it?")["choices"]
    for row in whole:
        mean = sum(token["logprob"] for token in row["tokens"]) / len(row["tokens"])
        assert row["mean_logprob"] >= mean - 1e-9
        assert row["logprob"] >= mean * len(row["tokens"]) - 1e-9
        assert "".join(token["text"] for token in row["tokens"]).strip() == row["answer"]
    by_length = ask_json(*tiny, "--choices", "yes|no way", "--by-length", "Is it?")["choices"]
    assert {row["answer"]: row["logprob"] for row in by_length} == pytest.approx(
        {row["answer"]: row["logprob"] for row in whole}, abs=1e-4
    )
    assert by_length[0]["mean_logprob"] >= by_length[1]["mean_logprob"]


def test_paths_and_texts_that_are_no_utf8_do_no_harm(tiny, picture, tmp_path):
    odd = tmp_path / os.fsdecode(b"mod\xffel.gguf")
    shutil.copy(cached_pair("tiny")[0], odd)
    lone = os.fsdecode(b"\xff")
    asked = run("ask", "--model", odd, "--max-tokens", 2, "--stop", f"x{lone}", f"What? {lone}")
    assert asked.exit_code == 0, asked.output
    chosen = run("ask", *tiny, "--choices", f"yes{lone}|no", "Is it?")
    assert chosen.exit_code == 0, chosen.output
    odd.write_bytes(b"no model")
    refused = run("ask", "--model", odd, "Hm?")
    assert refused.exit_code == 1
    assert is_one_sentence(refused.stderr)


def test_a_folder_that_takes_no_embeddings_costs_a_note(tiny, picture, monkeypatch, tmp_path):
    in_the_way = tmp_path / "cache"
    in_the_way.write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(in_the_way))
    result = run("ask", *tiny, "--image", picture, "--max-tokens", 8, "What is it?")
    assert result.exit_code == 0
    assert result.stdout.strip()
    assert result.stderr.startswith("Note: Encoded pictures are not kept on disk")
    assert is_one_sentence(result.stderr)


def test_a_picture_of_an_earlier_call_is_not_encoded_again(tiny, picture):
    first = ask_json(*tiny, "--image", picture, "--max-tokens", 4, "What is it?")
    again = ask_json(*tiny, "--image", picture, "--max-tokens", 4, "What is it?")
    assert first["answer"] == again["answer"]
    assert again["timings_ms"]["image_encode"] < first["timings_ms"]["image_encode"] / 4


def explained(*arguments):
    result = run("explain", "--json", "--budget", 0, *arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_answer_is_explained_tile_by_tile(tiny, tmp_path):
    out, picture = tmp_path / "map.png", tmp_path / "noise.png"
    noise = np.random.default_rng(5).integers(0, 255, (120, 200, 3), np.uint8)
    Image.fromarray(noise).save(picture)
    told = explained(*tiny, "--image", picture, "--answer", "red", "--out", out, "What?")
    assert told["answer"].strip() == "red"
    assert told["picture"] == {"width": 200, "height": 120}
    assert [tile["side"] for tile in told["tiles"]] == [2] * 4
    for tile in told["tiles"]:
        assert tile["loss"] == pytest.approx(sum(tile["token_losses"]))
        assert len(tile["token_losses"]) == len(told["tokens"])
    with Image.open(out) as drawn:
        assert drawn.size == (200, 120)
    left, top, right, bottom = max(told["tiles"], key=lambda tile: tile["loss"])["box"]
    assert left <= told["peak"]["x"] < right
    assert top <= told["peak"]["y"] < bottom


def test_without_an_answer_the_models_own_is_explained(picture):
    result = run("explain", "--image", picture, "--budget", 0, "What colour is the ground?")
    assert result.exit_code == 0, result.output
    assert "rests most on" in result.stdout


def test_what_cannot_be_explained_gets_a_sentence(tiny, picture, tmp_path):
    nowhere = tmp_path / "no" / "map.png"
    for arguments, words in [
        (["--answer", "red", "What?"], "--image"),
        (["--image", picture, "--answer", " ", "What?"], "empty"),
        (["--image", picture, "--answer", "on and on " * 400, "What?"], "tokens"),
        (["--image", picture, "--answer", "red", "--budget", 0, "--out", nowhere, "What?"], "map"),
    ]:
        result = run("explain", *tiny, *arguments)
        assert result.exit_code == 1, result.output
        assert is_one_sentence(result.stderr), result.stderr
        assert words in result.stderr


@pytest.mark.parametrize("suffix", ["json", "csv", "html", "svg"])
def test_an_answer_is_exported(tiny, picture, tmp_path, suffix):
    path = tmp_path / f"answer.{suffix}"
    result = run("ask", *tiny, "--image", picture, "--max-tokens", 3, "--export", path, "What?")
    assert result.exit_code == 0, result.output
    written = path.read_text("utf-8")
    assert ("red.png" in written) == (suffix != "svg")


def test_an_exported_answer_has_the_figures_that_are_printed(tiny, picture, tmp_path):
    path = tmp_path / "answer.json"
    wish = [*tiny, "--image", picture, "--max-tokens", 3, "--export", path, "What?"]
    printed, written = ask_json(*wish), json.loads(path.read_text("utf-8"))
    for one, other in zip(printed["tokens"], written["tokens"], strict=True):
        assert {name: other[name] for name in one if name != "candidates"} == {
            name: one[name] for name in one if name != "candidates"
        }
        assert other["candidates"] == one["candidates"]


def test_an_unknown_format_is_refused_before_anything_is_computed(tiny, tmp_path):
    result = run("ask", *tiny, "--export", tmp_path / "answer.pdf", "What?")
    assert result.exit_code == 1
    assert is_one_sentence(result.stderr)
    assert "no format to export to" in result.stderr


def test_one_answer_at_a_time_is_exported(tiny, tmp_path):
    result = run("ask", *tiny, "-n", 2, "--export", tmp_path / "answer.json", "What?")
    assert result.exit_code == 2
