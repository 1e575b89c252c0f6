"""Keys that are pressed while a command runs."""

import contextlib
import os
import signal
import time
from threading import Thread, main_thread

import pytest

needs_posix = pytest.mark.skipif(os.name == "nt", reason="signals reach a thread elsewhere only")


@contextlib.contextmanager
def ctrl_c_amid_writing(engine, tokens):
    """Ctrl+C once so many tokens were written, wherever the main thread is then."""
    begun = engine.statistics().generated_tokens

    def press():
        while engine.statistics().generated_tokens < begun + tokens:
            time.sleep(0.01)
        signal.pthread_kill(main_thread().ident, signal.SIGINT)

    thread = Thread(target=press)
    thread.start()
    yield
    thread.join()
