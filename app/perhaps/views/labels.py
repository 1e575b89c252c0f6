"""Labels that show untrusted text as plain text only."""

from __future__ import annotations

import html

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QStyle, QStyleOption, QWidget

TOOLTIP_LENGTH = 1000
LINE_LENGTH = 1000
"""Characters that a line is measured by; no screen shows more."""


def plain_label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Make a label; `role` picks its look in the style sheet."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("role", role)
    label.setWordWrap(wrap)
    return label


def one_line(text: str, limit: int = 200) -> str:
    """Bound a name from outside, and take line breaks and unseen characters out of it."""
    seen = "".join(character if character.isprintable() else " " for character in text[:limit])
    return " ".join(seen.split())


def set_plain_tooltip(widget: QWidget, text: str) -> None:
    """Show text from outside as it is: a tooltip that looks like HTML would be read as such."""
    escaped = html.escape(text[:TOOLTIP_LENGTH])
    widget.setToolTip(f"<p style='white-space: pre-wrap'>{escaped}</p>" if escaped else "")


def set_role(widget: QWidget, role: str) -> None:
    """Change the look of a widget that is on the screen already."""
    set_state(widget, "role", role)


def set_state(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet selects by."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def rule() -> QFrame:
    """Make a thin line."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


class ElidedLabel(QWidget):
    """One line that ends in … where it does not fit; the whole text is its tooltip."""

    def __init__(self, text: str = "", role: str = "") -> None:
        super().__init__()
        self._label = plain_label(text[:LINE_LENGTH], role)
        self._label.setParent(self)
        self._label.hide()
        self._text = text
        self._line = text[:LINE_LENGTH]
        self._font: QFont | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """Give the whole text."""
        return self._text

    def setText(self, text: str) -> None:
        """Show another text."""
        self._text = text
        self._line = text[:LINE_LENGTH]
        self._label.setText(self._line)
        self.setAccessibleName(self._line)
        self.updateGeometry()
        self.update()

    def set_font(self, font: QFont) -> None:
        """Use a font of its own instead of that of the role."""
        self._font = font
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for the whole text."""
        metrics = QFontMetrics(self._shown_font())
        return QSize(metrics.horizontalAdvance(self._line) + 2, metrics.height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Allow the text to be cut."""
        return QSize(min(24, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much as fits."""
        font = self._shown_font()
        painter = QPainter(self)
        painter.setFont(font)
        painter.setPen(self._label.palette().color(self._label.foregroundRole()))
        shown = QFontMetrics(font).elidedText(self._line, Qt.TextElideMode.ElideRight, self.width())
        set_plain_tooltip(self, "" if shown == self._text else self._text)
        option = QStyleOption()
        option.initFrom(self)
        align = QStyle.visualAlignment(self.layoutDirection(), Qt.AlignmentFlag.AlignLeft)
        painter.drawText(self.rect(), align | Qt.AlignmentFlag.AlignVCenter, shown)

    def _shown_font(self) -> QFont:
        self._label.ensurePolished()
        return self._font or self._label.font()
