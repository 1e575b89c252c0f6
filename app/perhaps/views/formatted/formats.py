"""Fonts and colours of formatted text, by the roles of the theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextFrameFormat,
    QTextOption,
    QTextTableFormat,
)

from perhaps.markdown.blocks import Span, Style
from perhaps.probability.doubt import Doubt
from perhaps.views.token_paint import TINTS

if TYPE_CHECKING:
    from perhaps.views.theme import Theme

TEXT_SCALE = 1.09
CODE_SCALE = 0.95
HEADINGS = (1.45, 1.28, 1.17, 1.09, 1.09, 1.09)
"""Sizes relative to running text."""
LEADING = 130
"""Height of a line in percent."""
STEP = 24
"""Pixels of one step to the right."""
FARTHEST = 10 * STEP
CODE_PADDING = 12
CODE_MARGIN = 8
WEIGHTS = {True: QFont.Weight.DemiBold, False: QFont.Weight.Normal}
UNDERLINES = {
    Doubt.some: QTextCharFormat.UnderlineStyle.SingleUnderline,
    Doubt.strong: QTextCharFormat.UnderlineStyle.DotLine,
}


class Formats:
    """Makes formats of Qt for spans and blocks."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._looks: dict[tuple[int, int, str], QTextCharFormat] = {}

    def span(self, span: Span, heading: int = 0) -> QTextCharFormat:
        """Give the look of a run of text; not to be changed."""
        key = (span.style.value, heading, span.href)
        if key not in self._looks:
            self._looks[key] = self._make_look(span, heading)
        return self._looks[key]

    def _make_look(self, span: Span, heading: int) -> QTextCharFormat:
        style = span.style
        scale = HEADINGS[heading - 1] if heading else TEXT_SCALE
        mono = bool(style & Style.code)
        font = self._theme.mono(scale * CODE_SCALE) if mono else self._theme.font(scale)
        font.setWeight(WEIGHTS[bool(style & Style.bold or heading)])
        font.setItalic(bool(style & (Style.italic | Style.formula)))
        font.setStrikeOut(bool(style & Style.struck))
        look = QTextCharFormat()
        look.setFont(font)
        look.setForeground(self._theme.colour("ink"))
        if mono:
            look.setBackground(self._theme.colour("hover"))
        if span.href:
            look.setAnchor(True)
            look.setAnchorHref(span.href)
            look.setForeground(self._theme.colour("accent"))
            look.setFontUnderline(True)
        return look

    def doubtful(self, look: QTextCharFormat, doubt: Doubt) -> QTextCharFormat:
        """Give the same look with the tint and the underline of doubt."""
        if doubt is Doubt.none:
            return look
        look = QTextCharFormat(look)
        look.setBackground(self._theme.colour(TINTS[doubt]))
        if doubt in UNDERLINES:
            look.setUnderlineStyle(UNDERLINES[doubt])
            look.setUnderlineColor(self._theme.colour("doubt_line"))
        return look

    def code(self, role: str = "") -> QTextCharFormat:
        """Give the look of a part of some code."""
        look = QTextCharFormat()
        font = self._theme.mono(CODE_SCALE)
        font.setItalic(role == "comment")
        look.setFont(font)
        look.setForeground(self._theme.colour(f"code_{role}" if role else "ink"))
        return look

    def rule(self) -> QTextCharFormat:
        """Give the look of a paragraph that holds nothing but a line across."""
        look = QTextCharFormat()
        look.setFont(self._theme.font(0.5))
        return look

    def muted(self) -> QTextCharFormat:
        """Give the look of signs and remarks of our own."""
        look = QTextCharFormat()
        look.setFont(self._theme.font(TEXT_SCALE))
        look.setForeground(self._theme.colour("muted"))
        return look

    def block(self, quote: int, indent: int, *, above: float, hangs: bool) -> QTextBlockFormat:
        """Give the place of a paragraph; the first line of an item hangs out to the left."""
        shape = QTextBlockFormat()
        shape.setLineHeight(LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        shape.setTopMargin(above)
        shape.setLeftMargin(left_edge(quote, indent))
        if hangs:
            shape.setTextIndent(-STEP)
            # Counted from where the line begins, which is out to the left.
            shape.setTabPositions([QTextOption.Tab(STEP, QTextOption.TabType.LeftTab)])
        return shape

    def code_block(self, left: float, *, first: bool, last: bool) -> QTextBlockFormat:
        """Give the place of a line of code."""
        shape = QTextBlockFormat()
        shape.setLeftMargin(left + CODE_PADDING)
        shape.setRightMargin(CODE_PADDING)
        shape.setTopMargin(CODE_PADDING + CODE_MARGIN if first else 0)
        shape.setBottomMargin(CODE_PADDING + CODE_MARGIN / 2 if last else 0)
        shape.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        return shape

    def table(self, left: float) -> QTextTableFormat:
        """Give the look of a table."""
        look = QTextTableFormat()
        look.setLeftMargin(left)
        look.setTopMargin(12)
        look.setBottomMargin(8)
        look.setCellPadding(6)
        look.setCellSpacing(0)
        look.setBorder(1)
        look.setBorderCollapse(True)
        look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        look.setBorderBrush(self._theme.colour("line_strong"))
        look.setHeaderRowCount(1)
        return look


def left_edge(quote: int, indent: int) -> float:
    """Give the distance of a block from the left; deeper ones all stand at the farthest."""
    return min(STEP * 0.75 * quote + STEP * indent, FARTHEST)
