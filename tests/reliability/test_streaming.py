"""An answer goes on while the same process reads the largest picture that is allowed."""

from __future__ import annotations

import io
import time
from itertools import pairwise

import pytest
from PIL import Image

from tests.reliability.questions import long_answer, pair_of
from tests.reliability.watch import Watch

SIDE = 8000
"""64 megapixels."""
LONGEST_SILENCE = 2.0
"""Seconds, on a busy machine where reading takes five."""


@pytest.fixture(scope="module")
def large_picture() -> bytes:
    data = io.BytesIO()
    Image.linear_gradient("L").resize((SIDE, SIDE)).save(data, "PNG", compress_level=1)
    return data.getvalue()


def test_tokens_come_while_a_large_picture_is_read(large_picture):
    watch = Watch()
    watch.load(pair_of("tiny"))
    run_id = watch.worker.generate(long_answer(3500))
    watch.wait_for_tokens(run_id, 1)
    since, asked = watch.mark(), time.monotonic()
    watch.worker.read_picture(large_picture)
    read = watch.wait_for_any(("picture_read", "picture_refused"), since)
    told = [heard.at for heard in watch.heard[since:] if heard.name == "run_advanced"]
    watch.close()
    assert read.name == "picture_read"
    times = [asked, *(at for at in told if at < read.at), read.at]
    silence = max(later - earlier for earlier, later in pairwise(times))
    assert silence < max(LONGEST_SILENCE, (read.at - asked) / 2)
