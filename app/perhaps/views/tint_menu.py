"""The menu of what the tint in the answers tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from perhaps.views.tint_bar import tint_names

if TYPE_CHECKING:
    from perhaps.probability.doubt import Tint
    from perhaps.state.lens import Lens


class TintMenu(QMenu):
    """Says and sets the same as the row of buttons in the inspector."""

    def __init__(self, lens: Lens, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("tintMenu")
        self.setTitle(self.tr("Tint"))
        self._lens = lens
        group = QActionGroup(self)
        for tint, name in tint_names(self).items():
            action = self.addAction(name)
            action.setObjectName(f"tintAction_{tint}")
            action.setCheckable(True)
            action.setData(tint.value)
            action.triggered.connect(lambda _on, tint=tint: self._choose(tint))
            group.addAction(action)
        lens.changed.connect(self._refresh)
        self._refresh()

    def _choose(self, tint: Tint) -> None:
        self._lens.tint = tint

    def _refresh(self) -> None:
        for action in self.actions():
            action.setChecked(action.data() == self._lens.tint.value)
