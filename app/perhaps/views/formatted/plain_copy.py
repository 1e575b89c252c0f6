"""What is marked in a formatted text, as plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtGui import QTextCursor

from perhaps.views.token_layout import slice_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QTextBlock, QTextTable


def plain_text(cursor: QTextCursor) -> str:
    """Give marked text; cells of a table stand between tabs, and its rows on lines."""
    if cursor.hasComplexSelection():
        text = _marked_cells(cursor, cursor.currentTable())
    else:
        text = "".join(_marked_lines(cursor))
    return text.replace("\u2028", "\n")


def _marked_cells(cursor: QTextCursor, table: QTextTable) -> str:
    """Give a rectangle of cells, which are marked as a whole."""
    marked = cast("tuple[int, int, int, int]", cursor.selectedTableCells())
    top, rows, left, columns = marked
    lines = (
        (table.cellAt(row, column) for column in range(left, left + columns))
        for row in range(top, top + rows)
    )
    return "\n".join(
        "\t".join(cell.firstCursorPosition().block().text() for cell in line) for line in lines
    )


def _marked_lines(cursor: QTextCursor) -> Iterator[str]:
    first, last = cursor.selectionStart(), cursor.selectionEnd()
    block, above = cursor.document().findBlock(first), None
    while first < last and block.isValid() and block.position() <= last:
        row = _row(block)
        if block.position() > first:
            yield "\t" if row is not None and row == above else "\n"
        begin = max(0, first - block.position())
        yield slice_units(block.text(), begin, last - block.position())
        block, above = block.next(), row


def _row(block: QTextBlock) -> tuple[int, int] | None:
    """Tell the row of a table that a block stands in; None outside."""
    table = QTextCursor(block).currentTable()
    return (table.firstPosition(), table.cellAt(block.position()).row()) if table else None
