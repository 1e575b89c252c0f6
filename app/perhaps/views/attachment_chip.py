"""A picture in the composer: what it is, and what the model will get of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from perhaps.state.attachments import Attachment, AttachmentPhase
from perhaps.views import words
from perhaps.views.icons import IconButton, icon_pixmap
from perhaps.views.labels import ElidedLabel, one_line, plain_label, set_role, set_state
from perhaps.views.pixel_image import thumbnail, to_image

if TYPE_CHECKING:
    from perhaps.state.engine_state import EngineState
    from perhaps.views.theme import Theme

THUMBNAIL = QSize(26, 26)
NAME_WIDTH = 180
REASON_WIDTH = 360


class AttachmentChip(QFrame):
    """Thumbnail, name, size, tokens, share of the context, state, and a way out."""

    remove_requested = Signal(Attachment)

    def __init__(
        self,
        attachment: Attachment,
        engine: EngineState,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.attachment = attachment
        self._engine = engine
        self._theme = theme
        self.setObjectName("attachmentChip")
        self.setProperty("role", "chip")
        self._thumbnail = QLabel()
        self._name = ElidedLabel(one_line(attachment.name), "title")
        self._name.setMaximumWidth(NAME_WIDTH)
        self._name.setMinimumWidth(min(80, self._name.sizeHint().width()))
        self._details = ElidedLabel("", "small")
        self._details.setObjectName("chipDetails")
        self._state = plain_label("", "small")
        self._state.setObjectName("chipState")
        self._fill()
        attachment.changed.connect(self._refresh)
        self._refresh()

    def _fill(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 4, 3, 4)
        row.setSpacing(8)
        label = self.tr("Remove {name}").format(name=one_line(self.attachment.name))
        remove = IconButton("removePicture", "close", label, self._theme)
        remove.setIconSize(QSize(14, 14))
        remove.clicked.connect(lambda: self.remove_requested.emit(self.attachment))
        for widget in (self._thumbnail, self._name, self._details, self._state, remove):
            row.addWidget(widget)

    def _refresh(self) -> None:
        phase = self.attachment.phase
        set_state(self, "refused", phase is AttachmentPhase.refused)
        self._details.setVisible(phase is AttachmentPhase.ready)
        if self.attachment.failure is not None:
            self._show_state("bad", self.attachment.failure.message)
        elif phase is AttachmentPhase.reading:
            self._show_state("small", self.tr("reading…"))
        else:
            self._show_state("good", self._readiness())
        self._show_picture()
        self.setAccessibleName(" ".join([one_line(self.attachment.name), self._state.text()]))

    def _readiness(self) -> str:
        prepared_ms = self.attachment.prepared_ms
        if prepared_ms is None:
            return self.tr("✓ ready")
        return self.tr("✓ encoded, {time}").format(time=words.milliseconds(prepared_ms))

    def _show_state(self, role: str, text: str) -> None:
        set_role(self._state, role)
        self._state.setWordWrap(role == "bad")
        self._state.setMinimumWidth(REASON_WIDTH if role == "bad" else 0)
        self._state.setText(text)

    def _show_picture(self) -> None:
        ratio = self.devicePixelRatioF()
        picture = self.attachment.picture
        if picture is None:
            muted = self._theme.colour("muted").name()
            self._thumbnail.setPixmap(icon_pixmap("picture", muted, 20, ratio))
            return
        self._thumbnail.setPixmap(thumbnail(to_image(picture.image), THUMBNAIL, ratio, radius=4))
        context = self._engine.info.context_size if self._engine.info else 0
        facts = [words.picture_size(picture), *words.picture_cost(picture, context)]
        self._details.setText(" · ".join(facts))
