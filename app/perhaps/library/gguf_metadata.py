"""What a GGUF file says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from perhaps.library.file_names import file_name

Scalar = int | float | bool
Value = Scalar | str | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor as the file announces it."""

    shape: tuple[int, ...]
    """In ggml's order: the length of a row comes first."""
    encoding: str
    size_bytes: int


@dataclass(frozen=True)
class GgufFile:
    """What a GGUF file says about itself."""

    path: Path
    size_bytes: int
    values: Mapping[str, Value]
    """Scalars, strings and small arrays of numbers."""
    array_lengths: Mapping[str, int]
    """Of every array, kept or not."""
    tensors: Mapping[str, TensorInfo]

    @property
    def name(self) -> str:
        """The name of the file, fit to be shown."""
        return file_name(self.path)

    @property
    def tensor_bytes(self) -> int:
        """Bytes of all tensors."""
        return sum(tensor.size_bytes for tensor in self.tensors.values())

    def number(self, key: str) -> int:
        """A whole number of at least 0; 0 where the key is missing or something else."""
        value = self.values.get(key)
        return max(value, 0) if isinstance(value, int) else 0

    def text(self, key: str) -> str:
        """A string; empty where the key is missing or something else."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""
