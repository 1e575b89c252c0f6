"""What does not run where it would be fastest, in sentences: why, and what helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.inference.model_facts import CPU, PlacementReason
from perhaps.library.amounts import amount

if TYPE_CHECKING:
    from perhaps.inference.model_facts import DevicePlacement, ModelInfo

LEAST_SIMILARITY = 0.999
"""Cosine; half precision on a GPU costs some 0.0001."""


def fell_back(info: ModelInfo) -> bool:
    """Tell whether something is not as it was asked for."""
    forced = {PlacementReason.memory, PlacementReason.unsupported}
    halves = filter(None, (info.placement.language, info.placement.vision))
    return any(half.reason in forced for half in halves) or bool(_of_similarity(info))


def placement_notes(info: ModelInfo) -> tuple[str, ...]:
    """Give a sentence for each half that does not run wholly on a GPU though there is one."""
    if not info.gpus:
        return ()
    notes = [_of_language(info)]
    if info.placement.vision is not None:
        notes += [_of_vision(info, info.placement.vision), _of_similarity(info)]
    return tuple(note for note in notes if note)


def _of_vision(info: ModelInfo, vision: DevicePlacement) -> str:
    gpu = info.gpus[0]
    if not vision.on_cpu:
        return ""
    if vision.reason is PlacementReason.memory:
        return (
            f"The picture encoder runs on the CPU, which is many times slower: {_shortage(info)}. "
            "Close other programs or choose a smaller model, and load it again."
        )
    if vision.reason is PlacementReason.unsupported:
        return (
            f"{vision.on_cpu} of {vision.total} operations of the picture encoder run on the CPU, "
            f"because {vision.device} cannot compute them; a newer driver may help."
        )
    return (
        "The picture encoder runs on the CPU because it was asked to; "
        f"{gpu} would be faster: load it with the vision device auto."
    )


def _of_language(info: ModelInfo) -> str:
    language = info.placement.language
    count = f"{language.on_cpu} of {language.total} layers run on the CPU"
    if not language.on_cpu:
        return ""
    if language.reason is PlacementReason.memory:
        return (
            f"{count}, which is slower: {_shortage(info)}. Close other programs, "
            "or choose a smaller model or a smaller context, and load it again."
        )
    if language.reason is PlacementReason.unsupported:
        return (
            f"{count}, because {info.gpus[0]} cannot compute all of their operations; "
            "a newer driver may help."
        )
    return (
        f"{count} because they were asked to; {info.gpus[0]} would be faster: "
        "load the model with the device auto and all its layers."
    )


def _shortage(info: ModelInfo) -> str:
    """Name the GPU that has too little."""
    for use in info.memory:
        if use.device != CPU and use.wanted > use.available:
            wanted, available = amount(use.wanted), amount(use.available)
            return f"all of it needs {wanted} on {use.device}, which has {available} to give"
    return "the GPU has too little memory"


def _of_similarity(info: ModelInfo) -> str:
    similarity, vision = info.vision_similarity, info.placement.vision
    if similarity is None or vision is None or similarity >= LEAST_SIMILARITY:
        return ""
    return (
        f"{vision.device} computes pictures wrongly with this model: its embeddings are "
        f"{similarity:.3f} similar to the CPU's, less than {LEAST_SIMILARITY}. Answers about "
        "pictures may be wrong; update the driver, or choose the CPU for vision."
    )
