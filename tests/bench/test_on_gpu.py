"""What is measured on a GPU alone."""

from dataclasses import dataclass, field

import pytest

from perhaps.bench.contract import AnswerTimes, AskTimes, Setup
from perhaps.bench.measuring import LLAMA_CPP_PYTHON, OURS, Bench
from perhaps.bench.rows import on_gpu


@dataclass
class Answering:
    """Writes twice as fast in all when it writes four times as much at once."""

    name: str
    device_bytes: int
    asked: list[int] = field(default_factory=list)

    def load(self, setup):
        return ""

    def statistics(self):
        return {"device_bytes": self.device_bytes}

    def ask(self, *questions, max_tokens, top_logprobs):
        assert top_logprobs
        self.asked.append(len({question.text for question in questions}))
        generate_ms = 10 * (max_tokens - 1) * len(questions) ** 0.5
        answer = AnswerTimes(1.0, generate_ms, max_tokens, 20, 0)
        return AskTimes((answer,) * len(questions), generate_ms + 1)


def bench_of(tmp_path, device_bytes, projector="mmproj.gguf"):
    setup = Setup("model.gguf", projector, threads=2, context_size=512)
    bench = Bench(setup, 2, tmp_path, lambda _text: None)
    bench.admit(Answering(OURS, device_bytes), is_peer=False)
    bench.admit(Answering(LLAMA_CPP_PYTHON, 0), is_peer=True)
    return bench


def test_nothing_is_measured_without_a_gpu(tmp_path):
    bench = bench_of(tmp_path, device_bytes=0)
    assert on_gpu.rows(bench) == []
    assert bench.programs[OURS].asked == []


def test_speeds_of_many_answers_add_up(tmp_path):
    bench = bench_of(tmp_path, device_bytes=5_000_000_000)
    rows = {(row.what, row.program): row for row in on_gpu.rows(bench)}
    assert rows["device memory", OURS].median == 5000
    speeds = [rows[f"{n} answers written at once", OURS].median for n in on_gpu.AT_ONCE]
    assert speeds == pytest.approx([100, 200, 100 * 8**0.5, 400])
    assert rows["16 answers ÷ one", OURS].values == pytest.approx([4, 4])
    assert rows["16 answers ÷ one", OURS].met is False
    assert bench.programs[OURS].asked[:8] == [1, 1, 4, 4, 8, 8, 16, 16]


@pytest.mark.parametrize("projector", ["mmproj.gguf", None])
def test_a_whole_answer_is_measured_beside_the_peer(tmp_path, projector):
    rows = on_gpu.rows(bench_of(tmp_path, 1, projector))
    whole = {row.program: row.median for row in rows if "in all" in row.what}
    expected = {OURS: 531, LLAMA_CPP_PYTHON: 531} if projector else {}
    assert whole == pytest.approx(expected)
