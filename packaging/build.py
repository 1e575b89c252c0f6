"""`python3 packaging/build.py engine --backend vulkan`: an engine whose backends are plug-ins.

Prints the interpreter of the environment that holds it. llama.cpp is built once and kept in the
user's cache; CMAKE_ARGS of the environment are added to what it is built with.
"""

from __future__ import annotations

import argparse

import engine_environment
import environment
import system_libraries
from engine_wheel import BACKENDS


def main() -> None:
    """Do what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    engine = commands.add_parser("engine", help="llama.cpp with plug-ins, and our engine for it")
    engine.add_argument("--backend", choices=BACKENDS, default="cpu")
    wish = parser.parse_args()
    system_libraries.ensure()
    environment.prepare(extras=("test",))
    try:
        print(engine_environment.prepare(wish.backend))
    except environment.UnavailableError as error:
        environment.give_up(str(error), environment.UNAVAILABLE)


if __name__ == "__main__":
    main()
