"""Numbers and states in the words of the window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from perhaps.inference.protocol import (
    DevicePlacement,
    FinishReason,
    LoadProgress,
    LoadStage,
    ModelInfo,
    Picture,
    RunFinished,
    RunProgress,
    RunStage,
)
from perhaps.probability.what_if import Cut

translate = QCoreApplication.translate


def percent(share: float, digits: int = 1) -> str:
    """Write a share of 1; what is not nothing never reads as nothing."""
    least = 0.1**digits
    if 0.0 < share * 100 < least:
        return f"< {least:.{digits}f} %"
    return f"{share * 100:.{digits}f} %"


def percent_range(least: float, most: float) -> str:
    """Write the bounds of a share."""
    return f"{least * 100:.0f}–{most * 100:.0f} %"


def signed(value: float) -> str:
    """Write a log-probability with a true minus sign."""
    return f"{value:.2f}".replace("-", "−") if round(value, 2) else "0.00"


def cut(sampler: Cut) -> str:
    """Name what removed a token."""
    names = {
        Cut.temperature: translate("Words", "temperature 0"),
        Cut.top_k: translate("Words", "top-k"),
        Cut.top_p: translate("Words", "top-p"),
        Cut.min_p: translate("Words", "min-p"),
    }
    return names[sampler]


def grouped(count: int) -> str:
    """Write a count with thin gaps between thousands."""
    return f"{count:,}".replace(",", "\u202f")


def limit(count: int) -> str:
    """Write how long an answer may become."""
    one, many = (
        translate("Words", "up to {count} token"),
        translate("Words", "up to {count} tokens"),
    )
    return (one if count == 1 else many).format(count=grouped(count))


def answers(count: int) -> str:
    """Write how many answers a question gets."""
    if count == 1:
        return translate("Words", "1 answer")
    return translate("Words", "{count} answers").format(count=count)


def milliseconds(value: float) -> str:
    """Write a duration as a person would round it."""
    if value >= 10_000:
        return f"{value / 1000:.1f} s"
    return f"{grouped(round(value))} ms" if value >= 10 else f"{value:.1f} ms"


def file_size(count: int) -> str:
    """Write a number of bytes."""
    return QLocale.c().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeIecFormat)


def picture_size(picture: Picture) -> str:
    """Write the size in the file, and after preparation where that differs."""
    image = picture.image
    prepared = f"{image.width} × {image.height}"
    width, height = image.source_size
    source = f"{width} × {height}"
    return prepared if source == prepared else f"{source} → {prepared}"


def picture_cost(picture: Picture, context_size: int) -> list[str]:
    """Write what a picture takes: tokens, tiles where several, share of the context."""
    if picture.cost is None:
        return []
    parts = [translate("Words", "{count} tokens").format(count=grouped(picture.cost.tokens))]
    if picture.cost.tiles > 1:
        parts.append(translate("Words", "{count} tiles").format(count=picture.cost.tiles))
    if context_size:
        share = percent(picture.cost.tokens / context_size, 0)
        parts.append(translate("Words", "{share} of context").format(share=share))
    return parts


def load_progress(progress: LoadProgress | None) -> str:
    """Say what loading is busy with."""
    if progress is None:
        return translate("Words", "Loading the model…")
    sentence = {
        LoadStage.model: translate("Words", "Loading the model, {share}"),
        LoadStage.projector: translate("Words", "Loading the projector, {share}"),
        LoadStage.comparison: translate(
            "Words", "Comparing the picture encoder on GPU and CPU, once: {share}"
        ),
        LoadStage.warm_up: translate("Words", "Warming up, {share}"),
    }[progress.stage]
    return sentence.format(share=f"{progress.fraction * 100:.0f} %")


def run_progress(progress: RunProgress | None, model: ModelInfo) -> str:
    """Say what an answer is busy with before its first token."""
    if progress is None or progress.stage is RunStage.queued:
        return translate("Words", "Waiting for the engine")
    if progress.stage is RunStage.encode:
        vision = model.placement.vision
        return translate("Words", "Encoding picture {index} of {count} on {device}").format(
            index=progress.index, count=progress.count, device=vision.device if vision else "CPU"
        )
    if progress.stage is RunStage.decode:
        return translate("Words", "Writing")
    return translate("Words", "Reading {share}").format(share=f"{progress.fraction * 100:.0f} %")


def finish(finished: RunFinished, max_tokens: int) -> str:
    """Say why an answer ended, where that is worth a word."""
    if finished.reason is FinishReason.length:
        one = translate("Words", "reached the limit of {count} token")
        many = translate("Words", "reached the limit of {count} tokens")
        return (one if max_tokens == 1 else many).format(count=grouped(max_tokens))
    if finished.reason is FinishReason.context_full:
        return translate("Words", "the context is full: start a new chat")
    if finished.reason is FinishReason.stop:
        return translate("Words", "ended at a stop text")
    return stopped_in(finished.stopped_in) if finished.reason is FinishReason.cancelled else ""


def stopped_in(stage: RunStage | None) -> str:
    """Say where a stop took hold."""
    sentences = {
        RunStage.queued: translate("Words", "stopped before it began"),
        RunStage.encode: translate("Words", "stopped while encoding the picture"),
        RunStage.image_prefill: translate("Words", "stopped while reading the picture"),
        RunStage.text_prefill: translate("Words", "stopped while reading the question"),
        RunStage.decode: translate("Words", "stopped while writing"),
    }
    return translate("Words", "stopped") if stage is None else sentences[stage]


def memory(info: ModelInfo) -> str:
    """Compare what was told before the loading with what it took, device by device."""
    taken = [use for use in info.memory if use.taken]
    if not taken:
        return ""
    parts = [f"{use.device} {file_size(use.taken)}" for use in taken]
    sentence = translate("Words", "Memory taken: {parts}")
    if info.memory_estimate:
        sentence = translate("Words", "Memory taken: {parts}; estimated: {estimate}")
    return sentence.format(parts=", ".join(parts), estimate=file_size(info.memory_estimate))


def placement(half: DevicePlacement | None) -> str:
    """Name the devices of one half, with counts unless all of it is on one."""
    if half is None:
        return ""
    if len(half.shares) > 1:
        return " · ".join(f"{each.device} {each.units}/{half.total}" for each in half.shares)
    if half.unit == "layers" and half.on_device == half.total:
        return half.device
    return f"{half.device} {half.on_device}/{half.total}"
