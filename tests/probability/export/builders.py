"""Records for the tests of export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.probability.export.record import (
    AnswerRecord,
    ExportedModel,
    ExportedPicture,
    ExportedSampling,
    exported_measures,
    exported_tokens,
)

if TYPE_CHECKING:
    from perhaps.probability.trace import TokenTrace


def record_with(trace: TokenTrace, **changes: object) -> AnswerRecord:
    fields: dict = {
        "versions": {"perhaps": "0.1.0", "llama-cpp-python": "0.3.36"},
        "question": "What is it?",
        "pictures": (ExportedPicture("owl.png", 40, 30, "ab" * 32),),
        "answer": "".join(trace.texts),
        "finish_reason": "eos",
        "model": ExportedModel(
            "Starter",
            "starter.gguf",
            "starter-mmproj.gguf",
            "llama",
            15_000_000,
            1024,
        ),
        "sampling": ExportedSampling(0.8, 40, 0.95, 0.05, 1.0, 64),
        "seed": 11,
        "max_tokens": 512,
        "timings_ms": {"generate": 12.5},
        "usage": {"generated_tokens": len(trace)},
        "measures": exported_measures(trace),
        "tokens": exported_tokens(trace),
    }
    return AnswerRecord(**(fields | changes))
