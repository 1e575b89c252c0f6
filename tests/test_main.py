"""`perhaps` as a process: what opens the window and what does not."""

import os
import subprocess
import sys

import pytest

from perhaps.__main__ import _names_file


def run(*arguments, **environment):
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    command = [sys.executable, "-m", "perhaps", *arguments]
    return subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, timeout=60
    )


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
@pytest.mark.parametrize("arguments", [[], ["cat.png"]])
def test_without_a_screen_the_window_is_refused_in_words(arguments):
    result = run(*arguments)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "no screen" in result.stderr


def test_commands_need_no_screen():
    assert run("devices").returncode == 0


def test_an_unknown_command_is_bad_usage():
    result = run("nosuchcommand")
    assert result.returncode == 2
    assert "No such command" in result.stderr


def test_pictures_open_the_window(tmp_path):
    (tmp_path / "ask").mkdir()
    assert _names_file(str(tmp_path / "ask"))
    assert _names_file("gone.png")
    assert not _names_file("ask")
    assert not _names_file("--help")


def test_commands_load_no_qt():
    code = "import perhaps.cli, perhaps.inference.local, sys; print('PySide6' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout.strip() == "False"
