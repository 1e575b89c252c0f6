"""An answer as a file: what is written of it, and what is opened again."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from perhaps import __version__
from perhaps.errors import TraceError
from perhaps.inference.protocol import (
    DevicePlacement,
    FinishReason,
    ModelInfo,
    ModelPair,
    Placement,
    Request,
    RunFinished,
    SamplingOptions,
    Timings,
    Usage,
)
from perhaps.probability.export.record import (
    AnswerRecord,
    ExportedModel,
    ExportedPicture,
    ExportedSampling,
    exported_measures,
    exported_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from perhaps.imaging.pixels import ImagePixels
    from perhaps.probability.trace import TokenTrace


def record_of(
    question: str,
    pictures: Iterable[tuple[str, ImagePixels]],
    request: Request,
    model: ModelInfo,
    trace: TokenTrace,
    finish: RunFinished,
) -> AnswerRecord:
    """Describe an answer that has ended; `pictures` are names and prepared pixels."""
    return AnswerRecord(
        versions={"perhaps": __version__, "llama-cpp-python": version("llama-cpp-python")},
        question=question,
        pictures=tuple(
            ExportedPicture(name, image.width, image.height, image.key) for name, image in pictures
        ),
        answer="".join(trace.texts) + finish.text,
        finish_reason=finish.reason.value,
        model=_exported_model(model),
        sampling=ExportedSampling(**asdict(request.sampling)),
        seed=finish.seed,
        max_tokens=request.max_tokens,
        timings_ms=asdict(finish.timings),
        usage=asdict(finish.usage),
        measures=exported_measures(trace),
        tokens=exported_tokens(trace),
    )


def request_of(record: AnswerRecord) -> Request:
    """Give the settings that an answer was made with; its messages are not in the file."""
    sampling = record.sampling
    return Request(
        messages=(),
        max_tokens=record.max_tokens,
        sampling=SamplingOptions(
            temperature=sampling.temperature,
            top_k=sampling.top_k,
            top_p=sampling.top_p,
            min_p=sampling.min_p,
            repeat_penalty=sampling.repeat_penalty,
            repeat_last=sampling.repeat_last,
        ),
        seed=record.seed,
    )


def model_of(record: AnswerRecord) -> ModelInfo:
    """Give what the file tells of the model; where it ran then does not matter now."""
    model = record.model
    nowhere = DevicePlacement("", "", 0, 0, "")
    return ModelInfo(
        name=model.name,
        pair=ModelPair(model.file, model.projector),
        architecture=model.architecture,
        parameters=model.parameters,
        size_bytes=0,
        context_size=0,
        trained_context=0,
        vocabulary_size=model.vocabulary_size,
        sees=model.projector is not None,
        template="",
        placement=Placement(nowhere, None),
        load_ms=0.0,
    )


def finish_of(record: AnswerRecord) -> RunFinished:
    """Tell how the answer ended.

    Raises TraceError for an end that no answer can have.
    """
    if record.finish_reason not in set(FinishReason):
        raise TraceError(f"The file tells of an unknown end “{record.finish_reason[:40]}”.")
    shown = "".join(token.text for token in record.tokens)
    timings = {name: record.timings_ms.get(name, 0.0) for name in asdict(Timings())}
    usage = {name: record.usage.get(name, 0) for name in asdict(Usage())}
    return RunFinished(
        FinishReason(record.finish_reason),
        text=record.answer.removeprefix(shown) if record.answer.startswith(shown) else "",
        timings=Timings(**timings),
        usage=Usage(**usage),
        seed=record.seed,
    )


def _exported_model(model: ModelInfo) -> ExportedModel:
    return ExportedModel(
        name=model.name,
        file=Path(model.pair.model).name,
        projector=Path(model.pair.projector).name if model.pair.projector else None,
        architecture=model.architecture,
        parameters=model.parameters,
        vocabulary_size=model.vocabulary_size,
    )
