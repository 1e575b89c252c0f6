"""Ctrl+C while answers are on their way: it ends them instead of whoever listens."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

INTERRUPTED = 130
"""The exit status of what Ctrl+C ended: 128, and SIGINT."""


@contextmanager
def stopping_at_ctrl_c(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first Ctrl+C; the second one raises KeyboardInterrupt as ever.

    Raised at the first one, it could come between the arrival of a token and its use, and lose it.
    For the main thread; does nothing where Ctrl+C is ignored, as behind `&` in a script.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def on_first(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop()

    signal.signal(signal.SIGINT, on_first)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
