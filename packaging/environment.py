"""Makes `.venv` with everything in it and builds the engine, each only where needed.

Standard library only: this runs before anything is installed. All messages go to
stderr, because what `start.py ask` prints belongs to whoever reads its stdout.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
STAMPS = VENV / "perhaps-stamps"
OLDEST_PYTHON = (3, 11)
UNAVAILABLE = 69
"""Exit code (EX_UNAVAILABLE): nothing is wrong with us, but this machine lacks something."""

Command = list[str]


class UnavailableError(Exception):
    """What this machine lacks and cannot be given, in one sentence."""


def say(message: str) -> None:
    """Tell the person what goes on."""
    print(f"Perhaps: {message}", file=sys.stderr, flush=True)


def give_up(message: str, code: int = 1) -> NoReturn:
    """End with one sentence."""
    say(message)
    sys.exit(code)


def run(command: Command, at: Path = ROOT, **environment: str) -> None:
    """Run a step of the set-up; its output goes to stderr, and a failure ends us."""
    code = exit_code(command, at, **environment)
    if code != 0:
        give_up(f"this failed with exit code {code}: {' '.join(command)}")


def fetch(what: str, command: Command, at: Path = ROOT, **environment: str) -> None:
    """Run a step that needs a network; raises UnavailableError where it fails."""
    code = exit_code(command, at, **environment)
    if code != 0:
        told = f"{Path(command[0]).name} {' '.join(command[1:3])} failed with exit code {code}"
        raise UnavailableError(
            f"Fetching {what} failed ({told}); connect this machine to a network, or install it "
            "by hand."
        )


def exit_code(command: Command, at: Path = ROOT, **environment: str) -> int:
    """Run a command with its output on stderr."""
    where = {**os.environ, **environment}
    return subprocess.run(command, cwd=at, env=where, stdout=sys.stderr, check=False).returncode


def prepare(extras: tuple[str, ...] = ()) -> None:
    """Bring `.venv` up to date; takes minutes the first time and no time the next."""
    if sys.version_info < OLDEST_PYTHON:
        give_up(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    make_venv()
    table = project()
    optional = table["optional-dependencies"]
    _install_llama(llama_requirement())
    wanted = [*optional["build"], *(need for extra in extras for need in optional[extra])]
    step = "-".join(["packages", *extras])  # each command keeps its own stamp
    _once(step, "\n".join(wanted + table["dependencies"]), _install, wanted)
    _once("engine", fingerprint_of_sources(), _build_engine)


def make_venv() -> None:
    """Make an empty `.venv` where there is none."""
    if PYTHON.exists():
        return
    say("making .venv ...")
    run([sys.executable, "-m", "venv", str(VENV)])


def project() -> dict[str, Any]:
    """Give the table `project` of pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)["project"]
    return table


def llama_requirement() -> str:
    """Give the one version of llama-cpp-python that the engine is built for."""
    needs: list[str] = project()["dependencies"]
    return next(need for need in needs if need.startswith("llama-cpp-python"))


def _once(step: str, fingerprint: str, action: object, *arguments: object) -> None:
    """Do a step unless its last success was with the same fingerprint."""
    digest = hashlib.sha256(f"{sys.version}\n{fingerprint}".encode()).hexdigest()
    stamp = STAMPS / step
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
        return
    assert callable(action)
    action(*arguments)
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(digest, encoding="utf-8")


def _install(requirements: list[str]) -> None:
    say("installing packages ...")
    run([str(PYTHON), "-m", "pip", "install", "--quiet", *requirements])


def _install_llama(requirement: str) -> None:
    """Install llama.cpp; CMAKE_ARGS chooses its backends, and a new choice builds it anew."""
    stamp = STAMPS / "llama"
    choice = os.environ.get("CMAKE_ARGS", "")
    kept = stamp.read_text(encoding="utf-8").splitlines() if stamp.is_file() else []
    if kept and kept[0] == requirement and choice in {"", *kept[1:]}:
        return
    say("building llama.cpp, once; about 3 minutes on 2 cores ...")
    # pip keeps the wheel it built, which would hide another choice of backends.
    fresh = ["--no-cache-dir", "--force-reinstall"] if choice else []
    run([str(PYTHON), "-m", "pip", "install", "--quiet", *fresh, requirement])
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(f"{requirement}\n{choice}", encoding="utf-8")
    (STAMPS / "engine").unlink(missing_ok=True)


def fingerprint_of_sources() -> str:
    """Change with the engine's sources, the build file and the Python packages there are."""
    build_files = [ROOT / "pyproject.toml", *sorted((ROOT / "engine").rglob("*"))]
    contents = [
        f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in build_files
        if path.is_file()
    ]
    packages = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "app").rglob("__init__.py"))
    return "\n".join([*contents, *packages])


def _build_engine() -> None:
    say("building the engine; about a minute on 2 cores ...")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-build-isolation"]
    run([*pip, "--editable", str(ROOT)], PATH=f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}")


def has_python_headers() -> bool:
    """Tell whether C++ can be compiled against this Python."""
    return Path(sysconfig.get_paths()["include"], "Python.h").is_file()
