"""Compare how sure the key tokens are with how often they are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from recipe.grading import key_words

if TYPE_CHECKING:
    from recipe.answering import Said

BINS = 10
SIDE, MARGIN = 320, 60


@dataclass(frozen=True)
class Bin:
    """The answers whose probability lies in one tenth."""

    count: int
    sure: float
    right: float


def key_probability(kind: str, said: Said) -> float | None:
    """The probability of an answer's key tokens together; None where it has none."""
    product, found = 1.0, False
    for text, probability in said.tokens:
        if key_words(kind, text):
            product, found = product * probability, True
    return product if found else None


def bins_of(pairs: list[tuple[float, bool]]) -> list[Bin]:
    """Sort answers by their probability into equal bins; empty ones are left out."""
    bins = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [pair for pair in pairs if low < pair[0] <= high]
        if inside:
            count = len(inside)
            bins.append(Bin(count, sum(p for p, _ in inside) / count,
                            sum(r for _, r in inside) / count))  # fmt: skip
    return bins


def calibration_error(bins: list[Bin]) -> float:
    """Expected calibration error: the mean distance of sure and right, weighed by count."""
    return sum(b.count * abs(b.sure - b.right) for b in bins) / sum(b.count for b in bins)


def diagram(bins: list[Bin]) -> str:
    """Draw the reliability diagram as SVG: a dot for each bin, its area the share of answers."""
    total = sum(b.count for b in bins)
    dots = "".join(
        f'<circle cx="{_x(b.sure):.1f}" cy="{_y(b.right):.1f}" '
        f'r="{3 + 22 * (b.count / total) ** 0.5:.1f}" fill="#2b6cb0" fill-opacity="0.7"/>'
        for b in bins
    )
    ticks = "".join(
        f'<text x="{_x(share):.0f}" y="{SIDE + 34}" text-anchor="middle">{share:g}</text>'
        f'<text x="{MARGIN - 6}" y="{_y(share) + 5:.0f}" text-anchor="end">{share:g}</text>'
        for share in (0, 0.5, 1)
    )
    end = SIDE + MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{end + 30}" height="{end + 30}" '
        'font-family="sans-serif" font-size="13">'
        f'<rect width="{end + 30}" height="{end + 30}" fill="#fff"/>'
        f'<rect x="{MARGIN}" y="20" width="{SIDE}" height="{SIDE}" fill="none" stroke="#888"/>'
        f'<line x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}" stroke="#888" '
        'stroke-dasharray="4"/>'
        f"{dots}{ticks}"
        f'<text x="{MARGIN + SIDE / 2}" y="{SIDE + 54}" text-anchor="middle">'
        "probability of the key token</text>"
        f'<text transform="translate(16 {20 + SIDE / 2}) rotate(-90)" text-anchor="middle">'
        "how often it is right</text></svg>\n"
    )


def _x(share: float) -> float:
    return MARGIN + SIDE * share


def _y(share: float) -> float:
    return 20 + SIDE * (1 - share)
