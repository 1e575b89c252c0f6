from __future__ import annotations

import importlib.util
import sys

# They read /proc, and need the engine itself.
if sys.platform != "linux" or importlib.util.find_spec("perhaps._engine") is None:
    collect_ignore_glob = ["test_*.py"]
