"""Who is measured when, and what a failing peer costs."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from perhaps.bench.contract import Setup
from perhaps.bench.measuring import Bench
from perhaps.errors import EngineLostError


@dataclass
class Loaded:
    """Stands for a program that has started."""

    name: str

    def load(self, setup):
        assert setup.threads == 2


@pytest.fixture
def bench(tmp_path):
    setup = Setup("model.gguf", None, threads=2, context_size=512)
    bench = Bench(setup, 3, tmp_path, lambda _text: None)
    bench.admit(Loaded("ours"), is_peer=False)
    bench.admit(Loaded("peer"), is_peer=True)
    return bench


def test_another_program_begins_each_round(bench):
    seen = []
    measure = lambda program, number: seen.append((number, program.name))  # noqa: E731
    bench.alternate("speed", dict.fromkeys(("ours", "peer"), measure))
    assert seen == [
        (0, "ours"), (0, "peer"), (1, "peer"), (1, "ours"), (2, "ours"), (2, "peer"),
    ]  # fmt: skip


def test_programs_that_do_not_take_part_are_left_out(bench):
    taken = bench.alternate("speed", dict.fromkeys(("ours", "absent"), lambda _, number: number))
    assert taken == {"ours": [0, 1, 2]}


def fails_in_second_round(program, number):
    if number == 1:
        raise EngineLostError(f"{program.name} is gone.")
    return number


def test_a_peer_that_fails_is_named_and_left_out(bench):
    measures = {"ours": lambda _, number: number, "peer": fails_in_second_round}
    assert bench.alternate("speed", measures) == {"ours": [0, 1, 2]}
    assert bench.absent == {"peer": "peer is gone."}
    assert not bench.has("peer")


def test_our_own_failure_ends_the_bench(bench):
    with pytest.raises(EngineLostError, match="ours is gone"):
        bench.alternate("speed", {"ours": fails_in_second_round})


def test_every_picture_is_another_one(bench):
    first, second = bench.new_picture(), bench.new_picture()
    assert Path(first).read_bytes() != Path(second).read_bytes()
