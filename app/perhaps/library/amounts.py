"""Amounts of memory in words."""

from __future__ import annotations


def amount(count: int) -> str:
    """Bytes in the unit that a person would take."""
    if count >= 1 << 30:
        return f"{count / (1 << 30):.1f} GiB"
    return f"{max(count >> 20, 1)} MiB"
