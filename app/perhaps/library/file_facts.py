"""What role a GGUF file plays, and the figures that matter for a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from perhaps.library.file_names import shown
from perhaps.library.projector_width import output_width, projector_type
from perhaps.library.report import FileFacts

if TYPE_CHECKING:
    from perhaps.library.gguf_metadata import GgufFile

# What GGUF files can be besides models; see general.type in its specification.
_OTHER_TYPES = {"adapter", "vocab", "imatrix", "dataset"}


def file_facts(file: GgufFile) -> FileFacts:
    """Sum up one file."""
    role = _role(file)
    architecture = file.text("general.architecture")
    name = file.text("general.name") or file.text("general.basename") or file.path.stem
    return FileFacts(
        path=str(file.path),
        role=role,
        name=shown(name),
        architecture=shown(architecture),
        size_bytes=file.size_bytes,
        embedding_width=output_width(file) if role == "projector" else _input_width(file),
        context_length=file.number(f"{architecture}.context_length") if role == "language" else 0,
        projector_type=shown(projector_type(file)) if role == "projector" else "",
    )


def _role(file: GgufFile) -> str:
    architecture = file.text("general.architecture")
    if file.text("general.type") in _OTHER_TYPES or not file.tensors:
        return "other"
    if architecture == "clip" or file.text("general.type") == "mmproj":
        return "projector"
    layers = file.number(f"{architecture}.block_count")
    width = file.number(f"{architecture}.embedding_length")
    return "language" if layers and width else "other"


def _input_width(file: GgufFile) -> int:
    """Elements of one input embedding; 0 where the rule of the architecture is not known."""
    architecture = file.text("general.architecture")
    width = file.number(f"{architecture}.embedding_length")
    stacked = f"{architecture}.n_deepstack_layers"
    if any("deepstack" in key and key != stacked for key in file.values):
        return 0
    return width * (1 + file.number(stacked))
