"""Log-probability and entropy along an answer as SVG."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from perhaps.probability.trace import Floats, TokenTrace

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 38, 34, 12, 44
"""Margins around the field."""
DIGITS = 2


@dataclass(frozen=True)
class ChartColours:
    """As CSS names or codes."""

    ground: str = "#FFFFFF"
    ink: str = "#686A73"
    line: str = "#E2E2DC"
    logprob: str = "#3B55C9"
    entropy: str = "#C46A00"


def chart_svg(trace: TokenTrace, colours: ChartColours | None = None) -> str:
    """Draw both curves in nats on one scale: one hangs from the top, one stands on the ground."""
    colours = colours or ChartColours()
    scale = _scale(trace)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12" role="img">',
        f"<title>Log-probability and entropy of {len(trace)} tokens</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{colours.ground}"/>',
        *_grid(scale, colours),
        _curve(scale + trace.logprobs, scale, f'stroke="{colours.logprob}"'),
        _curve(trace.entropies, scale, f'stroke="{colours.entropy}" stroke-dasharray="5 3"'),
        *_names(len(trace), colours),
        "</svg>",
    ]
    return "\n".join(parts)


def _scale(trace: TokenTrace) -> int:
    """Nats from top to ground: whole, and at least one."""
    deepest = -float(np.nanmin(trace.logprobs, initial=0.0))
    return max(1, math.ceil(max(deepest, float(np.nanmax(trace.entropies, initial=0.0)))))


def _grid(scale: int, colours: ChartColours) -> list[str]:
    """Draw lines with the log-probability at their left end and the entropy at their right."""
    parts = []
    for share in (0.0, 0.5, 1.0):
        y = _y(scale * share, scale)
        logprob = f"{scale * (share - 1):g}".replace("-", "−")
        parts += [
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}" stroke="{colours.line}"/>',
            _text(LEFT - 6, y + 4, logprob, colours.logprob, "end"),
            _text(WIDTH - RIGHT + 6, y + 4, f"{scale * share:g}", colours.entropy),
        ]
    return parts


def _names(count: int, colours: ChartColours) -> list[str]:
    y = HEIGHT - 12
    names = (
        (LEFT, colours.logprob, "", "log-probability, nats"),
        (LEFT + 190, colours.entropy, ' stroke-dasharray="5 3"', "entropy, nats"),
    )
    parts = []
    for x, colour, dashes, name in names:
        parts += [
            f'<line x1="{x}" x2="{x + 20}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" '
            f'stroke-width="1.6"{dashes}/>',
            _text(x + 26, y, name, colours.ink),
        ]
    return [*parts, _text(WIDTH - RIGHT, y, f"token 1 to {count}", colours.ink, "end")]


def _text(x: float, y: float, text: str, colour: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{text}</text>'


def _curve(heights: Floats, scale: int, stroke: str) -> str:
    """Draw one path; tokens that were not measured leave a gap."""
    steps, pen_up = [], True
    last = max(1, len(heights) - 1)
    for index, height in enumerate(heights.tolist()):
        if math.isnan(height):
            pen_up = True
            continue
        x = round(LEFT + (WIDTH - LEFT - RIGHT) * index / last, DIGITS)
        steps.append(f"{'M' if pen_up else 'L'}{x} {_y(height, scale)}")
        pen_up = False
    path = " ".join(steps)
    return f'<path d="{path}" fill="none" stroke-width="1.6" stroke-linejoin="round" {stroke}/>'


def _y(nats: float, scale: int) -> float:
    return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * nats / scale, DIGITS)
