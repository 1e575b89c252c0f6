"""Text that only grows, laid out line by line without touching what is settled.

All offsets are UTF-16 units, as Qt counts them.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextLine, QTextOption

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTLE_AFTER = 1200
"""Units of an open piece after which all but its last line is settled."""
FEED = 1000
"""Characters that are laid out at once, so that a long text settles on the way."""
TAB = 8
"""Spaces to the next tab stop."""
LEADING = 1.55
"""Height of a line relative to the size of the font."""


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def slice_units(text: str, start: int, stop: int) -> str:
    """Cut by UTF-16 units."""
    data = text.encode("utf-16-le", "surrogatepass")
    return data[2 * start : 2 * stop].decode("utf-16-le", "replace")


@dataclass
class Piece:
    """A paragraph or a part of one that ends with a line."""

    start: int
    top: float
    text: str
    layout: QTextLayout
    rows: int = 0
    """Lines that count; a settled piece leaves its last one to the next piece."""
    ends_paragraph: bool = False

    @property
    def stop(self) -> int:
        """The offset after its text, and after its line break where it has one."""
        return self.start + units(self.text) + self.ends_paragraph

    def lines(self) -> Iterator[QTextLine]:
        """Give its lines from the top."""
        return (self.layout.lineAt(row) for row in range(self.rows))


class TokenLayout:
    """Pieces from top to bottom; only the last of them is ever laid out again."""

    def __init__(self, font: QFont, width: float) -> None:
        self._font = font
        self._width = width
        self._line_height = round(QFontMetricsF(font).height() * LEADING / 1.2)
        self._ascent_gap = (self._line_height - QFontMetricsF(font).height()) / 2
        self._pieces: list[Piece] = []
        self._open(0, 0.0)

    @property
    def height(self) -> float:
        """Of all lines."""
        last = self._pieces[-1]
        return last.top + max(1, last.rows) * self._line_height

    @property
    def length(self) -> int:
        """Units of all text."""
        return self._pieces[-1].stop

    @property
    def settled(self) -> int:
        """The offset of the last line; nothing before it will ever move."""
        last = self._pieces[-1]
        return last.start + (last.layout.lineAt(last.rows - 1).textStart() if last.rows else 0)

    @property
    def line_height(self) -> float:
        """Distance between lines."""
        return self._line_height

    def append(self, text: str) -> None:
        """Add text at the end."""
        for number, paragraph in enumerate(text.split("\n")):
            if number:
                self._end_paragraph()
            for first in range(0, len(paragraph), FEED):
                self._grow(paragraph[first : first + FEED])

    def end_point(self) -> QPointF:
        """The place after the last character, at the top of its line."""
        last = self._pieces[-1]
        if last.rows == 0:
            return QPointF(0.0, last.top)
        line = last.layout.lineAt(last.rows - 1)
        return QPointF(_x(line, units(last.text)), last.top + (last.rows - 1) * self._line_height)

    def offset_at(self, point: QPointF) -> int:
        """The offset of the character under a point; the nearest one outside of the text."""
        piece = self._piece_at_height(point.y())
        if piece.rows == 0:
            return piece.start
        line = piece.layout.lineAt(self._row_at(piece, point.y()))
        on_character = QTextLine.CursorPosition.CursorOnCharacter
        return piece.start + int(line.xToCursor(point.x(), on_character))

    def covers(self, point: QPointF) -> bool:
        """Whether there is text under a point, not just beside it."""
        if not 0 <= point.y() < self.height:
            return False
        piece = self._piece_at_height(point.y())
        if piece.rows == 0:
            return False
        line = piece.layout.lineAt(self._row_at(piece, point.y()))
        return bool(point.x() <= line.naturalTextWidth() + 6)

    def boxes(self, start: int, stop: int) -> list[QRectF]:
        """The boxes of a range, one for each line that it touches."""
        boxes: list[QRectF] = []
        first = max(0, bisect_right(self._pieces, start, key=lambda piece: piece.start) - 1)
        for piece in self._pieces[first:]:
            if piece.start >= stop:
                break
            boxes.extend(self._boxes_in(piece, start - piece.start, stop - piece.start))
        return boxes

    def visible(self, top: float, bottom: float) -> tuple[int, int]:
        """The range of offsets of the lines between two heights."""
        first, last = self._piece_at_height(top), self._piece_at_height(bottom)
        begin, end = first.start, last.stop
        if first.rows:
            begin += first.layout.lineAt(self._row_at(first, top)).textStart()
        if last.rows and (row := self._row_at(last, bottom)) < last.rows - 1:
            end = last.start + last.layout.lineAt(row + 1).textStart()
        return begin, end

    def lines_between(self, top: float, bottom: float) -> Iterator[tuple[QTextLine, QPointF]]:
        """The lines between two heights, each with the point to draw it from."""
        first = self._pieces.index(self._piece_at_height(top))
        for piece in self._pieces[first:]:
            if piece.top > bottom:
                return
            for row, line in enumerate(piece.lines()):
                y = piece.top + row * self._line_height
                if top - self._line_height <= y <= bottom:
                    yield line, QPointF(0.0, y + self._ascent_gap - line.y())

    def _boxes_in(self, piece: Piece, start: int, stop: int) -> Iterator[QRectF]:
        end = units(piece.text)
        line = piece.layout.lineForTextPosition(min(max(0, start), end))
        row = line.lineNumber() if line.isValid() else piece.rows
        while row < piece.rows:
            line = piece.layout.lineAt(row)
            if line.textStart() >= stop:
                break
            first = max(start, line.textStart())
            last = min(stop, line.textStart() + line.textLength())
            if first < last:
                left, right = sorted((_x(line, first), _x(line, last)))
                top = piece.top + row * self._line_height
                yield QRectF(left, top, right - left, self._line_height)
            row += 1
        if piece.ends_paragraph and start <= end < stop:
            yield self._break_box(piece, end)

    def _break_box(self, piece: Piece, end: int) -> QRectF:
        """The box of a line break: a narrow one after the last character."""
        x = _x(piece.layout.lineAt(piece.rows - 1), end) if piece.rows else 0.0
        top = piece.top + max(0, piece.rows - 1) * self._line_height
        return QRectF(x, top, self._line_height / 3, self._line_height)

    def _piece_at_height(self, y: float) -> Piece:
        index = bisect_right(self._pieces, y, key=lambda piece: piece.top) - 1
        return self._pieces[max(0, index)]

    def _row_at(self, piece: Piece, y: float) -> int:
        row = int((y - piece.top) // self._line_height)
        return min(max(row, 0), piece.rows - 1)

    def _open(self, start: int, top: float) -> None:
        self._pieces.append(Piece(start, top, "", QTextLayout("", self._font)))

    def _grow(self, text: str) -> None:
        piece = self._pieces[-1]
        piece.text += text
        piece.layout = self._laid_out(piece.text)
        piece.rows = piece.layout.lineCount()
        if len(piece.text) > SETTLE_AFTER and piece.rows > 2:
            self._settle(piece)

    def _settle(self, piece: Piece) -> None:
        """Close a piece before its last line, which goes on in a new piece."""
        piece.rows -= 1
        cut = piece.layout.lineAt(piece.rows).textStart()
        rest = slice_units(piece.text, cut, units(piece.text))
        piece.text = slice_units(piece.text, 0, cut)
        self._open(piece.stop, piece.top + piece.rows * self._line_height)
        self._grow(rest)

    def _end_paragraph(self) -> None:
        piece = self._pieces[-1]
        piece.ends_paragraph = True
        self._open(piece.stop, piece.top + max(1, piece.rows) * self._line_height)

    def _laid_out(self, text: str) -> QTextLayout:
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setTabStopDistance(TAB * QFontMetricsF(self._font).horizontalAdvance(" "))
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        layout.beginLayout()
        line = layout.createLine()
        while line.isValid():
            line.setLineWidth(self._width)
            line = layout.createLine()
        layout.endLayout()
        return layout


def _x(line: QTextLine, offset: int) -> float:
    # PySide gives the position that it snapped to as well; its stubs do not say so.
    found: Any = line.cursorToX(offset)
    return float(found[0])
