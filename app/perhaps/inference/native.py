"""Our plain data ↔ the structs of the engine, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps import _engine
from perhaps.errors import RequestError
from perhaps.inference.protocol import (
    MAX_COUNT,
    DeviceInfo,
    DevicePlacement,
    DeviceShare,
    FinishReason,
    LoadProgress,
    LoadStage,
    MemoryUse,
    ModelInfo,
    Placement,
    PlacementReason,
    RunFinished,
    RunProgress,
    RunStage,
    Statistics,
    Timings,
    TokenCandidate,
    TokenStep,
    Usage,
)
from perhaps.prompting import sound
from perhaps.prompting.parts import Picture, PromptPart, TemplateText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.inference.protocol import (
        LoadOptions,
        ModelPair,
        Request,
        RunEvent,
        SamplingOptions,
    )

NativePart = _engine.TemplateText | _engine.UserText | _engine.Picture
NativeEvent = _engine.RunProgress | _engine.TokenStep | _engine.RunFinished

MAX_SEED = 2**32 - 2
"""libllama takes the one above for a wish to draw a seed itself."""
SIGNAL_POLL_MS = 200
"""Ctrl+C is noticed after so long at most: Python handles signals between calls only."""


def to_load_options(options: LoadOptions, *, compare_vision: bool) -> _engine.LoadOptions:
    """Give the engine's form of the options."""
    native = _engine.LoadOptions()
    native.device = options.device
    native.vision_device = options.vision_device
    native.gpu_layers = options.gpu_layers
    native.gpu_memory = options.gpu_memory
    native.compare_vision = compare_vision
    native.context_size = options.context_size
    native.threads = options.threads
    native.flash_attention = options.flash_attention
    return native


def to_request(
    request: Request, prompt: Sequence[PromptPart], forced: Sequence[int], seed: int
) -> _engine.GenerationRequest:
    """Give the engine's form of a request whose prompt is rendered and whose text is tokens.

    Raises RequestError for a number that has no such form; the engine checks the others.
    """
    _require_fits("max_tokens", request.max_tokens, MAX_COUNT)
    _require_fits("top_logprobs", request.top_logprobs, MAX_COUNT)
    _require_fits("seed", seed, MAX_SEED)
    native = _engine.GenerationRequest()
    native.prompt = [to_part(part) for part in prompt]
    native.max_tokens = request.max_tokens
    native.sampling = _to_sampling(request.sampling)
    native.stop = [sound(text) for text in request.stop]
    native.top_logprobs = request.top_logprobs
    native.seed = seed
    native.prepare_only = request.prepare_only
    native.kept = request.kept_tokens
    native.forced = forced
    native.draws_on = True
    native.transient = request.transient
    return native


def _require_fits(name: str, value: int, most: int) -> None:
    if not 0 <= value <= most:
        raise RequestError(f"{name} is {value}; it must be between 0 and {most}.")


def to_part(part: PromptPart) -> NativePart:
    """Give the engine's form of a part of a prompt."""
    if isinstance(part, Picture):
        return _engine.Picture(part.image.pixels, part.image.key)
    if isinstance(part, TemplateText):
        return _engine.TemplateText(part.text)
    return _engine.UserText(part.text)


def _to_sampling(sampling: SamplingOptions) -> _engine.SamplingOptions:
    _require_fits("top_k", sampling.top_k, MAX_COUNT)
    _require_fits("repeat_last", sampling.repeat_last, MAX_COUNT)
    native = _engine.SamplingOptions()
    native.temperature = sampling.temperature
    native.top_k = sampling.top_k
    native.top_p = sampling.top_p
    native.min_p = sampling.min_p
    native.repeat_penalty = sampling.repeat_penalty
    native.repeat_last = sampling.repeat_last
    return native


def from_load_progress(progress: _engine.LoadProgress) -> LoadProgress:
    """Give our form of a progress."""
    return LoadProgress(LoadStage(progress.stage.name), progress.fraction)


def from_model_info(info: _engine.ModelInfo, pair: ModelPair, template: str) -> ModelInfo:
    """Give our form of a model in figures; `template` tells where its template is from."""
    vision = _from_placement(info.vision, "operations") if info.vision else None
    return ModelInfo(
        name=info.name,
        pair=pair,
        architecture=info.architecture,
        parameters=info.parameters,
        size_bytes=info.size_bytes,
        context_size=info.context_size,
        trained_context=info.trained_context,
        vocabulary_size=info.vocabulary_size,
        sees=info.sees,
        template=template,
        placement=Placement(_from_placement(info.language, "layers"), vision),
        load_ms=info.load_ms,
        gpus=tuple(info.gpus),
        memory=tuple(map(_from_memory, info.memory)),
        vision_similarity=info.vision_similarity,
    )


def _from_placement(placement: _engine.DevicePlacement, unit: str) -> DevicePlacement:
    return DevicePlacement(
        device=placement.device,
        backend=placement.backend,
        on_device=placement.on_device,
        total=placement.total,
        unit=unit,
        reason=PlacementReason(placement.reason.name),
        shares=tuple(DeviceShare(share.device, share.units) for share in placement.shares),
    )


def _from_memory(use: _engine.MemoryUse) -> MemoryUse:
    return MemoryUse(use.device, use.available, use.wanted, use.planned, use.taken)


def from_device(device: _engine.DeviceInfo) -> DeviceInfo:
    """Give our form of a device."""
    return DeviceInfo(
        name=device.name,
        description=device.description,
        backend=device.backend,
        kind=device.kind,
        memory_free=device.memory_free,
        memory_total=device.memory_total,
    )


def from_statistics(statistics: _engine.Statistics) -> Statistics:
    """Give our form of the statistics."""
    return Statistics(
        pictures_encoded=statistics.pictures_encoded,
        pictures_known=statistics.pictures_known,
        pictures_on_disk=statistics.pictures_on_disk,
        batches=statistics.batches,
        batch_tokens=statistics.batch_tokens,
        prompt_tokens=statistics.prompt_tokens,
        cached_tokens=statistics.cached_tokens,
        generated_tokens=statistics.generated_tokens,
        encode_ms=statistics.encode_ms,
        image_prefill_ms=statistics.image_prefill_ms,
        batch_ms=statistics.batch_ms,
        embedding_bytes=statistics.embedding_bytes,
        parked_bytes=statistics.parked_bytes,
        held_tokens=statistics.held_tokens,
        answers=statistics.answers,
        waiting=statistics.waiting,
        disk_problem=statistics.disk_problem,
    )


def next_event(run: _engine.Run) -> NativeEvent | None:
    """Wait for the next event of a run; None after the last one."""
    while not run.finished:
        if (event := run.next(SIGNAL_POLL_MS)) is not None:
            return event
    return None


def from_event(event: NativeEvent) -> RunEvent:
    """Give our form of an event of a run."""
    if isinstance(event, _engine.TokenStep):
        return _from_step(event)
    if isinstance(event, _engine.RunProgress):
        stage = RunStage(event.stage.name)
        return RunProgress(stage, event.index, event.count, event.fraction)
    return _from_finished(event)


def _from_step(step: _engine.TokenStep) -> TokenStep:
    measures = step.measures
    return TokenStep(
        id=step.id,
        bytes=step.bytes,
        text=step.text,
        logprob=measures.logprob if measures else None,
        rank=measures.rank if measures else None,
        entropy=measures.entropy if measures else None,
        candidates=tuple(map(_from_candidate, measures.candidates)) if measures else (),
        rest=measures.rest if measures else None,
        elapsed_us=step.elapsed_us,
        forced=step.forced,
    )


def _from_candidate(candidate: _engine.TokenCandidate) -> TokenCandidate:
    return TokenCandidate(
        candidate.id, candidate.bytes, candidate.logprob, candidate.sampled_probability
    )


def _from_reason(reason: _engine.FinishReason) -> FinishReason:
    # Whoever forces an answer knows its end.
    forced = reason == _engine.FinishReason.forced
    return FinishReason.length if forced else FinishReason(reason.name)


def _from_finished(finished: _engine.RunFinished) -> RunFinished:
    timings, usage, stage = finished.timings, finished.usage, finished.stopped_in
    return RunFinished(
        reason=_from_reason(finished.reason),
        text=finished.text,
        error=finished.error,
        error_kind=finished.error_kind,
        stopped_in=RunStage(stage.name) if stage else None,
        timings=Timings(
            image_encode=timings.image_encode,
            image_prefill=timings.image_prefill,
            text_prefill=timings.text_prefill,
            first_token=timings.first_token,
            generate=timings.generate,
        ),
        usage=Usage(
            prompt_tokens=usage.prompt_tokens,
            image_tokens=usage.image_tokens,
            cached_tokens=usage.cached_tokens,
            generated_tokens=usage.generated_tokens,
        ),
        seed=finished.seed,
    )
