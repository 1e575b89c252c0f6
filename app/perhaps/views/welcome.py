"""The empty screen: three pictures to try, and an honest line about the starter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QImage, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from perhaps.views.labels import plain_label, set_state
from perhaps.views.pixel_image import thumbnail
from perhaps.views.samples import Sample
from perhaps.views.wrapping_layout import WrappingLayout

PICTURE = QSize(184, 138)


class SampleCard(QFrame):
    """One click asks."""

    chosen = Signal(Sample)

    def __init__(self, sample: Sample, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sample = sample
        self.setObjectName("sampleCard")
        self.setProperty("role", "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Ask: {question}").format(question=sample.question))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 10)
        column.setSpacing(8)
        picture = QLabel()
        # One of our own files, so it is safe to decode it here.
        image = QImage(str(sample.path))
        picture.setPixmap(thumbnail(image, PICTURE, self.devicePixelRatioF(), radius=7))
        words = plain_label(sample.question, wrap=True)
        words.setFixedWidth(PICTURE.width())
        words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(picture)
        column.addWidget(words, 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose on a click that ends here."""
        if self.rect().contains(event.position().toPoint()):
            self.chosen.emit(self._sample)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by key, as a button would."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._sample)
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Show that it can be clicked."""
        set_state(self, "hovered", True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Be calm again."""
        set_state(self, "hovered", False)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the keyboard."""
        set_state(self, "focused", True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show that the keyboard left."""
        set_state(self, "focused", False)
        super().focusOutEvent(event)


class Welcome(QScrollArea):
    """What to do first."""

    sample_chosen = Signal(Sample)

    def __init__(
        self,
        samples: list[Sample],
        *,
        has_starter: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(2)
        column.addWidget(self._centred(plain_label(self.tr("Ask about a picture"), "display")))
        column.addWidget(self._centred(plain_label(self._promise(), "muted", wrap=True)))
        column.addSpacing(18)
        column.addWidget(self._make_cards(samples))
        column.addSpacing(18)
        self._starter = self._centred(
            plain_label(self._starter_words(has_starter), "small", wrap=True)
        )
        self._starter.setObjectName("starterLine")
        column.addWidget(self._starter)
        column.addStretch(3)
        self.setWidget(page)

    def _promise(self) -> str:
        return self.tr("Each word of the answer shows how sure the model was of it.")

    def _starter_words(self, has_starter: bool) -> str:
        if not has_starter:
            return self.tr("No starter model is installed: open a model with Ctrl+O.")
        return self.tr(
            "The starter model knows up to four simple shapes, their colours and counts; photos "
            "and text are beyond it. A stronger model is a GGUF file and its projector: open them "
            "with Ctrl+O."
        )

    def _centred(self, label: QLabel) -> QLabel:
        label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        return label

    def _make_cards(self, samples: list[Sample]) -> QWidget:
        group = QWidget()
        row = WrappingLayout(group, gap=14, row_gap=14, centred=True, even=True)
        for sample in samples:
            card = SampleCard(sample)
            card.chosen.connect(self.sample_chosen)
            row.addWidget(card)
        return group
