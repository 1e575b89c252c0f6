"""The rules by which a pair is judged; each problem or note is a sentence for a person."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from perhaps.library.file_facts import file_facts
from perhaps.library.file_names import shown
from perhaps.library.projector_width import missing_tensor, output_width, projector_type

if TYPE_CHECKING:
    from perhaps.library.gguf_metadata import GgufFile

_MAX_WIDTH = 1 << 20
_LANGUAGE_LIMITS = {"block_count": (1, 4096), "embedding_length": (1, _MAX_WIDTH)}
# Some encoders have no layers or heads in the usual sense, or take pictures of any size.
_VISION_LIMITS = {
    "block_count": (0, 4096),
    "embedding_length": (1, _MAX_WIDTH),
    "feed_forward_length": (0, _MAX_WIDTH),
    "attention.head_count": (0, 4096),
    "image_size": (0, 8192),
    "patch_size": (1, 65_535),
}

# Architectures that a projector type was made for, where there are only these.
_MADE_FOR = {
    "gemma3": {"gemma3"},
    "qwen2vl_merger": {"qwen2vl"},
    "qwen2.5vl_merger": {"qwen2vl"},
}
_FAMILIES = (
    *("cogvlm", "deepseek", "gemma", "glm", "granite", "idefics", "internvl", "janus", "kimi"),
    *("lfm", "minicpm", "mobilevlm", "moondream", "phi", "pixtral", "qwen", "smolvlm"),
)
_SPLIT_NAME = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE)


def role_problems(model: GgufFile, projector: GgufFile | None) -> list[str]:
    """Files that are in each other's place, or are neither model nor projector."""
    role = file_facts(model).role
    if projector is None:
        return [] if role == "language" else [_not_a_model(model, role)]
    projector_role = file_facts(projector).role
    if (role, projector_role) == ("projector", "language"):
        return [
            f"The files are swapped: {model.name} is the projector and {projector.name}"
            " the language model; give them the other way round."
        ]
    problems = [] if role == "language" else [_not_a_model(model, role)]
    if projector_role != "projector":
        problems.append(_not_a_projector(projector, projector_role))
    return problems


def _not_a_model(file: GgufFile, role: str) -> str:
    if role == "projector":
        return (
            f"{file.name} is a projector and not a language model;"
            " choose the model that it came with."
        )
    return f"{file.name} holds {_contents(file)} and not a language model; choose another file."


def _not_a_projector(file: GgufFile, role: str) -> str:
    if role == "language":
        return (
            f"{file.name} is a language model and not a projector;"
            " choose the mmproj file that came with the model."
        )
    return f"{file.name} holds {_contents(file)} and not a projector; choose an mmproj file."


def _contents(file: GgufFile) -> str:
    if not file.tensors:
        return "no weights"
    kind = file.text("general.type")
    if kind and kind != "model":
        return f"a file of type “{shown(kind)}”"
    architecture = file.text("general.architecture")
    return (
        f"a model of architecture “{shown(architecture)}”" if architecture else "nameless weights"
    )


def size_problems(file: GgufFile) -> list[str]:
    """Figures that are missing or impossible, on which native code divides or allocates."""
    limits = _VISION_LIMITS if file_facts(file).role == "projector" else _LANGUAGE_LIMITS
    prefix = "clip.vision" if limits is _VISION_LIMITS else file.text("general.architecture")
    problems = []
    for key, (least, most) in limits.items():
        value = file.number(f"{prefix}.{key}")
        if not least <= value <= most:
            problems.append(
                f"{file.name} is damaged: {shown(prefix)}.{key} is {value:,}, where {least:,} to"
                f" {most:,} make sense; download it again."
            )
    return problems


def split_problems(model: GgufFile) -> list[str]:
    """Parts of a model in several files that are not there, or not the first one."""
    count = model.number("split.count")
    match = _SPLIT_NAME.search(model.path.name)
    if count <= 1:
        return []
    if match is None or int(match[2]) != count:
        return [
            f"{model.name} is one of {count:,} parts but its name does not tell which;"
            " give the parts their names back."
        ]
    stem = model.path.name[: match.start()]
    if int(match[1]) != 1:
        return [f"{model.name} is not the first of its {count:,} parts; choose that one."]
    names = [f"{stem}-{part:05}-of-{count:05}.gguf" for part in range(2, count + 1)]
    missing = [name for name in names if not (model.path.parent / name).is_file()]
    return [f"{shown(missing[0])} is missing beside {model.name}; put it there."] if missing else []


def projector_problems(projector: GgufFile) -> list[str]:
    """Projectors that cannot look at pictures."""
    if not projector.number("clip.has_vision_encoder"):
        hears = projector.number("clip.has_audio_encoder")
        what = "understands sound but not pictures" if hears else "has no encoder of pictures"
        return [f"{projector.name} {what}; choose a projector for pictures."]
    lacks = missing_tensor(projector)
    if lacks:
        return [
            f"{projector.name} is damaged: it lacks the tensor {lacks} of its type"
            f" “{shown(projector_type(projector))}”; download it again."
        ]
    return []


def width_problems(model: GgufFile, projector: GgufFile) -> tuple[list[str], list[str]]:
    """Problems and notes on the widths of image tokens and of the model's input."""
    takes = file_facts(model).embedding_width
    gives = output_width(projector)
    if takes and gives and takes != gives:
        return [
            f"{projector.name} makes image tokens of width {gives:,}, but {model.name} takes"
            f" {takes:,}; choose the projector that came with this model."
        ], []
    if not takes or not gives:
        kind = shown(projector_type(projector)) or "unknown"
        return [], [
            f"Whether the widths of {model.name} and {projector.name} (projector type “{kind}”)"
            " agree will show when they are loaded."
        ]
    return [], []


def family_notes(model: GgufFile, projector: GgufFile) -> list[str]:
    """Signs that two files of the same width come from different models."""
    kind = projector_type(projector)
    architecture = model.text("general.architecture")
    if kind in _MADE_FOR and architecture not in _MADE_FOR[kind]:
        return [
            f"{projector.name} is of type “{kind}”, which was not made for models of"
            f" architecture “{shown(architecture)}”: its answers may make no sense."
        ]
    ours, theirs = _families(model), _families(projector)
    if ours and theirs and not ours & theirs:
        return [
            f"{model.name} calls itself {_listed(ours)} and {projector.name} {_listed(theirs)}:"
            " if they are from different models, answers will make no sense."
        ]
    return []


def _families(file: GgufFile) -> set[str]:
    keys = ("general.name", "general.basename", "general.base_model.0.name")
    words = " ".join(file.text(key) for key in keys).lower()
    return {family for family in _FAMILIES if re.search(rf"\b{family}", words)}


def _listed(families: set[str]) -> str:
    return " and ".join(f"“{family}”" for family in sorted(families))
