"""What the model sees: the exact pixels that it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from perhaps.views import words
from perhaps.views.labels import ElidedLabel, one_line, plain_label
from perhaps.views.named import named
from perhaps.views.pixel_image import to_image

if TYPE_CHECKING:
    from perhaps.state.conversation import NamedPicture


class PicturePanel(QWidget):
    """The pictures of the question at hand, or of the last one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("picturePanel")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(18)
        self._empty = plain_label(
            self.tr("Add a picture. This shows it as the model gets it: these very pixels."),
            "muted",
            wrap=True,
        )
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._cards: list[QWidget] = []
        self._shown: tuple[NamedPicture, ...] = ()

    def add_evidence(self, view: QWidget) -> None:
        """Show a map of what an answer rests on above the pictures."""
        self._column.insertWidget(0, view)

    def show_pictures(self, pictures: tuple[NamedPicture, ...], context_size: int) -> None:
        """Show other pictures."""
        if pictures == self._shown:
            return
        self._shown = pictures
        for card in self._cards:
            card.deleteLater()
        self._cards = [self._card(shown, context_size) for shown in pictures]
        for index, card in enumerate(self._cards):
            self._column.insertWidget(self._column.indexOf(self._empty) + 1 + index, card)
        self._empty.setVisible(not pictures)

    def _card(self, shown: NamedPicture, context_size: int) -> QWidget:
        card = named(QWidget(self), "seenPicture")
        column = QVBoxLayout(card)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        well = PixelWell(shown)
        well.setAccessibleName(shown.name)
        facts = [words.picture_size(shown.picture)]
        facts += words.picture_cost(shown.picture, context_size)
        column.addWidget(well)
        column.addSpacing(4)
        column.addWidget(ElidedLabel(one_line(shown.name), "title"))
        column.addWidget(plain_label(" · ".join(facts), "small", wrap=True))
        return card


class PixelWell(QFrame):
    """Pixels fitted into the width; enlarged ones stay sharp squares."""

    def __init__(self, shown: NamedPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = to_image(shown.picture.image)
        self.setObjectName("pixelWell")
        self.setProperty("role", "well")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(300, self.heightForWidth(300))

    def hasHeightForWidth(self) -> bool:
        """Keep the shape of the picture."""
        return True

    def heightForWidth(self, width: int) -> int:
        """As high as the picture, but never higher than wide."""
        size = self._image.size()
        return min(width, round(width * size.height() / max(1, size.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pixels in the middle."""
        super().paintEvent(event)
        inner = self.rect().adjusted(1, 1, -1, -1)
        size = self._image.size().scaled(inner.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRectF(0, 0, size.width(), size.height())
        target.moveCenter(QRectF(inner).center())
        painter = QPainter(self)
        shrinks = size.width() < self._image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrinks)
        painter.drawImage(target, self._image)
