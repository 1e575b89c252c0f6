"""Errors put into words for a person, on their way out of the engine host."""

from __future__ import annotations

import logging

from perhaps.errors import BY_NAME, PerhapsError
from perhaps.inference.protocol import Failure

log = logging.getLogger(__name__)


def failure_of(error: Exception) -> Failure:
    """Put an error into words for a person; one without a name goes to the log in full."""
    kind = next((base.__name__ for base in type(error).mro() if base.__name__ in BY_NAME), "")
    message = str(error)
    if not kind:
        log.error("unexpected error", exc_info=error)
        kind = PerhapsError.__name__
        message = (
            f"The engine failed unexpectedly ({type(error).__name__}: {error}); "
            "its log has the details."
        )
    # A file name may hold bytes that are not text.
    return Failure(kind, message.encode("utf-8", "backslashreplace").decode())
