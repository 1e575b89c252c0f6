"""Hostile templates end with one sentence, in time and in little memory."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from perhaps.errors import TemplateError
from perhaps.prompting.sandbox import Program
from tests.prompting.bombs import BOMBS, ESCAPES

SECONDS = 0.3
MESSAGES = [{"role": "user", "content": "question"}]


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_in_time(bomb):
    started = time.thread_time()  # the machine may be busy with other things
    with pytest.raises(TemplateError) as caught:
        Program(BOMBS[bomb]).run({"messages": MESSAGES}, SECONDS)
    assert time.thread_time() - started < 2
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("escape", ESCAPES)
def test_nothing_leaves_the_sandbox(escape):
    with pytest.raises(TemplateError):
        Program(ESCAPES[escape]).run({"messages": MESSAGES}, SECONDS)


def test_a_bomb_ends_on_any_thread():
    ended: list[str] = []

    def explode():
        try:
            Program(BOMBS["nested loops"]).run({}, SECONDS)
        except TemplateError as error:
            ended.append(str(error))

    thread = threading.Thread(target=explode)
    thread.start()
    thread.join(timeout=10)
    assert len(ended) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by getrusage")
def test_all_bombs_together_stay_within_the_memory_limit():
    program = """
import resource, sys
from perhaps.errors import TemplateError
from perhaps.prompting.sandbox import Program
from tests.prompting.bombs import BOMBS
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
before = peak()
for bomb in BOMBS.values():
    try:
        Program(bomb).run({"messages": []}, 1.0)
    except TemplateError:
        pass
unit = 1 if sys.platform == "darwin" else 1024
print((peak() - before) * unit)
"""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{program}"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert int(ended.stdout) < 256_000_000
