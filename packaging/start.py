"""`python3 packaging/start.py`: set up what is missing, then run Perhaps.

Arguments go through: `start.py ask --image cat.png "What is this?"`.
"""

from __future__ import annotations

import os
import subprocess
import sys

import environment
import system_libraries


def main() -> None:
    """Set up, then become the program."""
    system_libraries.ensure()
    environment.prepare()
    command = [str(environment.PYTHON), "-m", "perhaps", *sys.argv[1:]]
    if os.name == "nt":  # where exec leaves the terminal before the program ends
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
