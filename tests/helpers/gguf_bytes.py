"""GGUF files made by hand, right or wrong, byte for byte."""

from __future__ import annotations

import struct

UINT8, INT32, UINT32, FLOAT32, BOOL, STRING, ARRAY, UINT64 = 0, 5, 4, 6, 7, 8, 9, 10
F32, Q4_0 = 0, 2
_FORMS = {UINT8: "<B", INT32: "<i", UINT32: "<I", FLOAT32: "<f", BOOL: "<?", UINT64: "<Q"}


def string(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(data)) + data


def pair(key: str | bytes, kind: int, value) -> bytes:
    """A key with a scalar or a string."""
    data = string(value) if kind == STRING else struct.pack(_FORMS[kind], value)
    return string(key) + struct.pack("<I", kind) + data


def array(key: str, kind: int, values: list) -> bytes:
    items = [string(v) if kind == STRING else struct.pack(_FORMS[kind], v) for v in values]
    return string(key) + struct.pack("<IIQ", ARRAY, kind, len(values)) + b"".join(items)


def tensor(name: str, shape: tuple[int, ...], offset: int, kind: int = F32) -> bytes:
    dims = struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
    return string(name) + dims + struct.pack("<IQ", kind, offset)


def header(
    pairs: list[bytes] = (), tensors: list[bytes] = (), *, version: int = 3, alignment: int = 32
) -> bytes:
    """Everything before the tensor data, padded to where it begins."""
    data = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(pairs))
    data += b"".join(pairs) + b"".join(tensors)
    return data + bytes(-len(data) % alignment) if tensors else data


def simple_file(
    values: dict[str, int | str | bool], shapes: dict[str, tuple[int, ...]] | None = None
) -> bytes:
    """A right file with these values and with tensors full of zeros."""
    kinds = {bool: BOOL, int: UINT32, str: STRING}
    pairs = [pair(key, kinds[type(value)], value) for key, value in values.items()]
    tensors, offset = [], 0
    for name, shape in (shapes or {}).items():
        tensors.append(tensor(name, shape, offset))
        count = 4
        for length in shape:
            count *= length
        offset += -(-count // 32) * 32
    return header(pairs, tensors) + bytes(offset)
