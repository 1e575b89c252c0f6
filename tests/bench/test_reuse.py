"""What is told of the queue and of what is known from before."""

from contextlib import closing

import pytest

from perhaps.bench.contract import Setup
from perhaps.bench.measuring import OURS, Bench
from perhaps.bench.program import Program
from perhaps.bench.rows.reuse import CROWD, rows
from tests.helpers.model_maker import cached_pair


@pytest.mark.parametrize("sees", [True, False], ids=["seeing", "blind"])
def test_the_queue_and_the_disk_are_told(sees, tmp_path):
    model, projector = cached_pair("tiny")
    setup = Setup(str(model), str(projector) if sees else None, threads=1, context_size=2048)
    bench = Bench(setup, 2, tmp_path, tell=lambda _: None)
    with closing(Program(OURS, "in_process")) as program:
        bench.admit(program, is_peer=False)
        told = {row.what: row for row in rows(bench)}
    assert 1 <= max(told[f"longest queue, {CROWD} questions at once"].values) < CROWD
    assert ("pictures found on disk" in told) == sees
    if sees:
        assert told["pictures found on disk"].values == (1.0,)
        assert len(told["first token, picture found on disk"].values) == 2
