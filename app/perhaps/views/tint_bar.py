"""What the tint in the answers tells, and what its steps mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from perhaps.probability.doubt import ENTROPIES, LIKELY, RANKS, SURE, UNLIKELY, Doubt, Tint
from perhaps.views.named import named, push_button
from perhaps.views.token_paint import TokenPainter

if TYPE_CHECKING:
    from perhaps.state.lens import Lens
    from perhaps.views.theme import Theme


class TintBar(QWidget):
    """One button for each tint, a key to its steps, and the switch to exact tokens."""

    def __init__(self, lens: Lens, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tintBar")
        self._lens = lens
        self._buttons = QButtonGroup(self)
        self._key = TintKey(lens, theme)
        self._exact = named(QCheckBox(self.tr("Exact tokens (Ctrl+Shift+T)")), "exactTokens")
        self._exact.setToolTip(
            self.tr("Show tokens one by one, with every space, line break and half character")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._make_row())
        column.addWidget(self._key)
        column.addWidget(self._exact)
        self._exact.toggled.connect(self._on_exact)
        lens.changed.connect(self._refresh)
        self._refresh()

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for tint, title in tint_names(self).items():
            button = push_button(f"tint_{tint}", title, "segment")
            button.setCheckable(True)
            button.clicked.connect(lambda _on, tint=tint: self._choose(tint))
            self._buttons.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _choose(self, tint: Tint) -> None:
        self._lens.tint = tint

    def _on_exact(self, exact: bool) -> None:
        self._lens.exact = exact

    def _refresh(self) -> None:
        for button in self._buttons.buttons():
            button.setChecked(button.objectName() == f"tint_{self._lens.tint}")
        self._exact.setChecked(self._lens.exact)
        self._key.setVisible(self._lens.tint is not Tint.off)
        self._key.update()


class TintKey(QWidget):
    """The steps of doubt as they look in an answer, each with its bound."""

    def __init__(self, lens: Lens, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("tintKey")
        self._lens = lens
        self._theme = theme
        self.setFixedHeight(round(1.8 * theme.text_size))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Ask for one line."""
        return QSize(240, self.height())

    def steps(self) -> list[tuple[Doubt, str]]:
        """Give each step and its bound in words."""
        bounds = {
            Tint.probability: _probability_bounds(),
            Tint.rank: _rank_bounds(),
            Tint.entropy: _entropy_bounds(),
            Tint.off: [],
        }[self._lens.tint]
        return list(zip(Doubt, bounds, strict=False))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint each bound on its tint, with the underline that it has in an answer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._theme.font(0.89)
        painter.setFont(font)
        tokens = TokenPainter(painter, self._theme)
        x = 2.0
        for doubt, words in self.steps():
            width = QFontMetrics(font).horizontalAdvance(words) + 8.0
            box = QRectF(x, 1, width, self.height() - 2)
            if doubt is not Doubt.none:
                tokens.tint([box], doubt)
            painter.setPen(self._theme.colour("ink"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
            if doubt is not Doubt.none:
                tokens.underline([box], doubt)
            x += width + 8.0


def tint_names(widget: QWidget) -> dict[Tint, str]:
    """Name every tint for a person."""
    return {
        Tint.probability: widget.tr("Probability"),
        Tint.rank: widget.tr("Rank"),
        Tint.entropy: widget.tr("Entropy"),
        Tint.off: widget.tr("Off"),
    }


def _probability_bounds() -> list[str]:
    sure, likely, unlikely = (f"{share:.0%}"[:-1] for share in (SURE, LIKELY, UNLIKELY))
    return [f"≥ {sure} %", f"{likely}–{sure} %", f"{unlikely}–{likely} %", f"< {unlikely} %"]


def _rank_bounds() -> list[str]:
    bounds, first = [], 1
    for last in RANKS:
        bounds.append(f"{first}" if first == last else f"{first}–{last}")
        first = last + 1
    return [*bounds, f"≥ {first}"]


def _entropy_bounds() -> list[str]:
    low, middle, high = (f"{nats:g}" for nats in ENTROPIES)
    return [f"< {low} nats", f"{low}–{middle}", f"{middle}–{high}", f"≥ {high}"]
