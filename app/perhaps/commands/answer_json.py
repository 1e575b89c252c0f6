"""The JSON that `perhaps ask --json` prints; people script it, so it only ever grows."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.inference.protocol import ModelInfo, RunFinished, TokenCandidate, TokenStep
    from perhaps.probability.choices import RatedChoice


def answer_to_json(
    steps: Sequence[TokenStep], finished: RunFinished, model: ModelInfo
) -> dict[str, Any]:
    """Give one object that JSON can hold; `bytes` are lists of numbers 0 to 255."""
    return {
        "answer": "".join(step.text for step in steps) + finished.text,
        "finish_reason": finished.reason.value,
        "tokens": [_token_to_json(step) for step in steps],
        "timings_ms": asdict(finished.timings),
        "usage": asdict(finished.usage),
        "tokens_per_second": tokens_per_second(finished),
        "placement": asdict(model.placement),
        "model": _model_to_json(model),
        "seed": finished.seed,
    }


def choice_to_json(choice: RatedChoice) -> dict[str, Any]:
    """Give a rated choice with the tokens of its likelier spelling."""
    likelier = choice.spellings[0]
    return {
        "answer": choice.text,
        "logprob": choice.logprob,
        "share": choice.share,
        "mean_logprob": choice.mean,
        "tokens": [
            {
                "text": token.bytes.decode("utf-8", "replace"),
                "bytes": list(token.bytes),
                "logprob": token.logprob,
            }
            for token in likelier.tokens
        ],
    }


def tokens_per_second(finished: RunFinished) -> float | None:
    """Give the speed after the first token; None for an answer of fewer than two."""
    following = finished.usage.generated_tokens - 1
    if following < 1 or finished.timings.generate <= 0:
        return None
    return following / finished.timings.generate * 1000


def _token_to_json(step: TokenStep) -> dict[str, Any]:
    return {
        "id": step.id,
        "text": step.text,
        "bytes": list(step.bytes),
        "logprob": step.logprob,
        "rank": step.rank,
        "entropy": step.entropy,
        "rest": step.rest,
        "candidates": [_candidate_to_json(candidate) for candidate in step.candidates],
    }


def _candidate_to_json(candidate: TokenCandidate) -> dict[str, Any]:
    return {
        "id": candidate.id,
        "text": candidate.bytes.decode("utf-8", "replace"),
        "bytes": list(candidate.bytes),
        "logprob": candidate.logprob,
        "sampled_probability": candidate.sampled_probability,
    }


def _model_to_json(model: ModelInfo) -> dict[str, Any]:
    facts = asdict(model)
    del facts["placement"]
    pair = facts.pop("pair")
    return {"path": pair["model"], "projector": pair["projector"], **facts}
