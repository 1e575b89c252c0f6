"""An answer as one HTML file that opens anywhere: nothing in it is loaded or run."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from perhaps.probability.doubt import doubt_of
from perhaps.probability.export.chart import ChartColours, chart_svg
from perhaps.probability.glyphs import visible_token

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.probability.export.record import AnswerRecord, ExportedToken

FEW = 6
"""Candidates that a token shows when the mouse is over it."""


@dataclass(frozen=True)
class _Row:
    glyphs: str
    share: str
    sampled: str
    chosen: bool


@dataclass(frozen=True)
class _Word:
    """A token as it stands in the answer."""

    number: int
    text: str
    glyphs: str
    doubt: int
    origin: str
    share: str
    rank: str
    entropy: str
    rest: str
    rows: tuple[_Row, ...]


def write_html(record: AnswerRecord, pictures: Sequence[bytes] = ()) -> bytes:
    """Give the file; `pictures` are PNG, in the order of the record's."""
    colours = ChartColours("none", "var(--muted)", "var(--line)", "var(--accent)", "var(--entropy)")
    page = _template().render(
        record=record,
        pictures=[
            (picture.name, base64.b64encode(data).decode())
            for picture, data in zip(record.pictures, pictures, strict=False)
        ],
        words=[_word(index, token) for index, token in enumerate(record.tokens)],
        tail=record.answer[sum(len(token.text) for token in record.tokens) :],
        chart=Markup(chart_svg(record.trace, colours)),  # noqa: S704 - numbers and our own words
    )
    return page.encode("utf-8", "replace")


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html")


def _word(index: int, token: ExportedToken) -> _Word:
    return _Word(
        number=index + 1,
        text=token.text,
        glyphs=visible_token(token.bytes),
        doubt=int(doubt_of(token.logprob)),
        origin=token.origin.value,
        share="" if token.logprob is None else _percent(math.exp(token.logprob)),
        rank="" if token.rank is None else str(token.rank),
        entropy="" if token.entropy is None else f"{token.entropy:.3f}",
        rest="" if token.rest is None else _percent(token.rest),
        rows=tuple(
            _Row(
                visible_token(each.bytes),
                _percent(math.exp(each.logprob)),
                _percent(each.sampled_probability) if each.sampled_probability else "–",
                each.id == token.id,
            )
            for each in token.candidates[:FEW]
        ),
    )


def _percent(share: float) -> str:
    return "< 0.1 %" if 0 < share < 0.001 else f"{share * 100:.1f} %"
