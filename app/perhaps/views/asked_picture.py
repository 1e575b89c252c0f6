"""A picture of a question, small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QLabel

from perhaps.state.restored_picture import RestoredPicture
from perhaps.views.labels import one_line, set_plain_tooltip
from perhaps.views.pixel_image import thumbnail, to_image

if TYPE_CHECKING:
    from perhaps.state.turn import AskedPicture


class AskedPictureLabel(QLabel):
    """Keeps its place while the pixels of an earlier run have yet to come."""

    def __init__(self, shown: AskedPicture, bounds: QSize) -> None:
        super().__init__()
        self.setObjectName("questionPicture")
        self._shown = shown
        self._bounds = bounds
        if isinstance(shown, RestoredPicture):
            keep = Qt.AspectRatioMode.KeepAspectRatio
            self.setFixedSize(QSize(*shown.size).scaled(bounds, keep))
            shown.changed.connect(self._draw)
            shown.ensure_small()
        self._draw()
        self.setAccessibleName(one_line(shown.name))
        set_plain_tooltip(self, one_line(shown.name))

    def _draw(self) -> None:
        if self._shown.small is not None:
            image = to_image(self._shown.small)
            self.setPixmap(thumbnail(image, self._bounds, self.devicePixelRatioF(), radius=8))
