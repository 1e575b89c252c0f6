"""Rendering contacts nobody and opens nothing, as the system calls of a process show.

Seen to fail on planted bugs: with images inserted as `QTextImageFormat` and Qt's own
`loadResource`, the file of the first answer was opened; with an import left to the first
formula, the modules of `pylatexenc` were.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.views.formatted.silent_rendering import BEGIN, END

ROOT = Path(__file__).resolve().parents[3]
OPENING = re.compile(r"\b(?:open|openat|openat2|creat|execve|fork|vfork)\(")
TALKING = re.compile(r"\b(?:socket|socketpair|connect|sendto|sendmsg|bind)\(")


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_rendering_opens_no_socket_and_no_file(tmp_path):
    log = tmp_path / "calls"
    calls = "trace=%network,open,openat,openat2,creat,access,faccessat,faccessat2,execve,fork,vfork"
    command = ["strace", "-f", "-qq", "-o", str(log), "-e", calls]
    program = [sys.executable, "-m", "tests.views.formatted.silent_rendering"]
    result = subprocess.run(
        [*command, *program],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    lines = log.read_text("utf-8", "replace").splitlines()
    marks = [number for number, line in enumerate(lines) if BEGIN in line or END in line]
    assert len(marks) == 2
    before, between = lines[: marks[0]], lines[marks[0] + 1 : marks[1]]
    assert any(OPENING.search(line) for line in before), "the tracer sees nothing"
    assert [line for line in between if TALKING.search(line)] == []
    assert [line for line in between if OPENING.search(line)] == []
