"""What is kept of an answer beside its words: model, settings, end and timings, as JSON."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from perhaps.inference.protocol import (
    DevicePlacement,
    FinishReason,
    Message,
    ModelInfo,
    ModelPair,
    Placement,
    Request,
    RunFinished,
    RunStage,
    SamplingOptions,
    TextPart,
)

UNKNOWN_MODEL = ModelInfo(
    name="",
    pair=ModelPair(""),
    architecture="",
    parameters=0,
    size_bytes=0,
    context_size=0,
    trained_context=0,
    vocabulary_size=0,
    sees=False,
    template="",
    placement=Placement(DevicePlacement("", "", 0, 0, ""), None),
    load_ms=0.0,
)
"""Of answers that came from elsewhere."""


class AnswerFacts(msgspec.Struct, frozen=True, omit_defaults=True):
    """The JSON object; every field may be absent, so that later versions can add some."""

    model: ModelInfo | None = None
    model_name: str = ""
    """What another program calls the model of a chat that came from there."""
    sampling: SamplingOptions | None = None
    max_tokens: int = 512
    top_logprobs: int = 0
    seed: int | None = None
    system_prompt: str = ""
    finish: RunFinished | None = None
    """Absent where the program ended before the answer did."""


def write_facts(request: Request, model: ModelInfo, finish: RunFinished | None) -> str:
    """Give the JSON of an answer."""
    facts = AnswerFacts(
        model=model if model.pair.model else None,
        sampling=request.sampling,
        max_tokens=request.max_tokens,
        top_logprobs=request.top_logprobs,
        seed=request.seed,
        system_prompt=_system_prompt(request),
        finish=finish,
    )
    return msgspec.json.encode(facts).decode()


def _system_prompt(request: Request) -> str:
    texts = [
        part.text
        for message in request.messages
        if message.role == "system"
        for part in message.parts
        if isinstance(part, TextPart)
    ]
    return "\n".join(texts)


def read_facts(text: str) -> AnswerFacts:
    """Read the JSON of an answer; what is not as it should be is left out."""
    try:
        return msgspec.json.decode(text, type=AnswerFacts)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return AnswerFacts()


def model_of(facts: AnswerFacts) -> ModelInfo:
    """Give what is known of the model that wrote an answer."""
    return facts.model or replace(UNKNOWN_MODEL, name=facts.model_name)


def request_of(facts: AnswerFacts) -> Request:
    """Give what an answer was written with; its other messages are in the chat."""
    system = facts.system_prompt
    return Request(
        messages=(Message("system", (TextPart(system),)),) if system else (),
        max_tokens=facts.max_tokens,
        sampling=facts.sampling or SamplingOptions(),
        top_logprobs=facts.top_logprobs,
        seed=facts.seed,
    )


def end_of(facts: AnswerFacts) -> RunFinished:
    """Tell how an answer ended; one that was cut off with the program counts as stopped."""
    if facts.finish is not None:
        return facts.finish
    return RunFinished(FinishReason.cancelled, stopped_in=RunStage.decode)
