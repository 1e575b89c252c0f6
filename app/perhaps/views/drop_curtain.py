"""What lies over the chat while a picture hovers above the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from perhaps.views.labels import plain_label

EDGE = 14


class DropCurtain(QFrame):
    """Covers a widget and says what will happen."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("dropCurtain")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        words = plain_label(self.tr("Drop to ask about it"), "display")
        words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(words)
        over.installEventFilter(self)
        self.hide()

    def lift(self) -> None:
        """Cover what is below."""
        self._cover()
        self.raise_()
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as what is covered."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._cover()
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setGeometry(self._over.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE))
