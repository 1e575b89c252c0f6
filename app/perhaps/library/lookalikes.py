"""What a file is that should have been a GGUF file."""

from __future__ import annotations

_STARTS = (
    (b"version https://git-lfs.github.com/", "a Git LFS pointer without the model itself"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or a PyTorch checkpoint"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x80\x02", "a Python pickle or an old PyTorch checkpoint"),
    (b"lmgg", "a model in the old GGML format"),
    (b"tjgg", "a model in the old GGJT format"),
    (b"fmgg", "a model in the old GGMF format"),
)
_HTML = (b"<!doctype html", b"<html", b"<head", b"<?xml")
# The longest header of JSON that a safetensors file may have.
_SAFETENSORS_HEADER = 100_000_000


def looks_like(head: bytes) -> str | None:
    """Say what a file is by its first bytes (64 are enough), or None."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP picture"
    if head[4:8] == b"ftyp":
        return "a video or a HEIF picture"
    if head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= _SAFETENSORS_HEADER:
        return "a safetensors file, which has to be converted to GGUF first"
    return _text_kind(head)


def _text_kind(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_HTML):
        return "a web page that was saved in place of the model"
    if text.startswith((b"{", b"[")):
        return "a JSON text"
    if head and not head.strip(b"\0"):
        return "an unfinished download, filled with zeros"
    return None
