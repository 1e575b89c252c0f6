from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import logging, os, sys
from pathlib import Path
from perhaps.inference.serving import host_log

host_log.MAX_LOG_BYTES = 1000
log = host_log.HostLog(Path(sys.argv[1]))
for i in range(40):
    print(f"printed {i}")
    os.write(2, f"native {i}\\n".encode())
    logging.getLogger("perhaps").info("logged %d", i)
    log.bound()
"""


@pytest.fixture
def lines(tmp_path) -> dict[str, list[str]]:
    path = tmp_path / "state" / "engine.log"
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert result.stdout + result.stderr == b""
    return {log.name: log.read_text().splitlines() for log in path.parent.iterdir()}


def test_everything_printed_goes_to_the_log_in_order(lines):
    last = lines["engine.old.log"][-3:] if not lines["engine.log"] else lines["engine.log"][-3:]
    assert last[:2] == ["printed 39", "native 39"]
    assert last[2].endswith("INFO perhaps: logged 39")


def test_log_stays_small(lines):
    assert set(lines) == {"engine.log", "engine.old.log"}
    for text in lines.values():
        assert sum(len(line) + 1 for line in text) < 1200
