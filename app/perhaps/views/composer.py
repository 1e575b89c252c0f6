"""Where a question is made: pictures, words, limit, Send or Stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from perhaps.state.obstacle import Remedy
from perhaps.views import words
from perhaps.views.attachment_chip import AttachmentChip
from perhaps.views.buttons import KeyButton
from perhaps.views.chip_area import ChipArea
from perhaps.views.dropped_pictures import pictures_in
from perhaps.views.icons import IconButton
from perhaps.views.labels import plain_label, set_state
from perhaps.views.named import named, push_button
from perhaps.views.number_menu import NumberMenu
from perhaps.views.question_edit import QuestionEdit

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from perhaps.state.attachments import Attachment
    from perhaps.state.session import Session
    from perhaps.views.theme import Theme

NUMBERS_NEED = 40
"""Width in sizes of the text below which limit and answers are bare numbers."""
ANSWERS = (1, 2, 3, 4, 8)
LIMITS = (64, 128, 256, 512, 1024, 2048, 4096)


class Composer(QWidget):
    """Sending is never silently impossible: a disabled Send says why."""

    open_model_requested = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self._session = session
        self._theme = theme
        self._chips: dict[Attachment, AttachmentChip] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._make_card())
        column.addWidget(self._make_hint())
        self._connect()
        self._refresh()

    def attach(self, mime: QMimeData) -> bool:
        """Add what was dropped or pasted; False where there is no picture in it."""
        pictures = pictures_in(mime)
        for picture in pictures:
            if isinstance(picture.source, bytes):
                self._session.attachments.add_bytes(picture.source, picture.name)
            else:
                self._session.attachments.add_path(picture.source)
        self.edit.setFocus()
        return bool(pictures)

    def choose_pictures(self) -> None:
        """Ask for picture files."""
        kinds = "*.png *.jpg *.jpeg *.webp *.gif *.bmp *.tif *.tiff *.heic *.heif"
        paths, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Add pictures"), "", f"{self.tr('Pictures')} ({kinds})"
        )
        for path in paths:
            self._session.attachments.add_path(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave most of a narrow row to the question."""
        super().resizeEvent(event)
        self._show_numbers()

    def send(self) -> None:
        """Send the question now, or once the model and the pictures are there."""
        text = self.edit.toPlainText()
        if not text.strip() or self._session.answering:
            return
        if self._session.ask_when_ready(text):
            self._clear()

    def _clear(self) -> None:
        self.edit.clear()
        # What was sent is kept already, and must not be offered again.
        self._session.drafting.flush()

    def write(self, text: str) -> None:
        """Put words at the end of the field, on a line of their own."""
        self.edit.moveCursor(QTextCursor.MoveOperation.End)
        self.edit.insertPlainText(f"\n{text}" if self.edit.toPlainText() else text)
        self.edit.setFocus()

    def _make_card(self) -> QFrame:
        self.card = named(QFrame(), "composerCard")
        column = QVBoxLayout(self.card)
        column.setContentsMargins(12, 10, 10, 10)
        column.setSpacing(8)
        self._chip_area = ChipArea()
        column.addWidget(self._chip_area)
        column.addLayout(self._make_row())
        return self.card

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        attach = IconButton("attach", "attach", self.tr("Add pictures (Ctrl+U)"), self._theme)
        attach.clicked.connect(self.choose_pictures)
        self.edit = QuestionEdit()
        self._answers = NumberMenu("answersButton", ANSWERS, words.answers)
        self._answers.setToolTip(
            self.tr("How many answers are written at once, as versions to walk through")
        )
        self._limit = NumberMenu("maxTokensButton", LIMITS, words.limit)
        self._limit.setToolTip(self.tr("The longest answer"))
        self._send = push_button("send", self.tr("Send"), role="primary")
        self._stop = KeyButton("stop", self.tr("Stop"), "Esc", role="keyed")
        self._stop.setToolTip(self.tr("Stop and keep what was written (Esc)"))
        bottom = Qt.AlignmentFlag.AlignBottom
        row.addWidget(attach, 0, bottom)
        row.addWidget(self.edit, 1, bottom)
        for button in (self._answers, self._limit, self._send, self._stop):
            row.addWidget(button, 0, bottom)
        return row

    def _make_hint(self) -> QWidget:
        group = named(QWidget(), "hintRow")
        row = QHBoxLayout(group)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        self._hint = plain_label("", "small")
        self._hint.setObjectName("sendHint")
        self._remedy = push_button("remedy", role="link")
        row.addWidget(self._hint)
        row.addWidget(self._remedy)
        row.addStretch(1)
        self._remedy.ensurePolished()
        # The remedy comes and goes, and must not move the composer.
        group.setFixedHeight(max(22, self._remedy.sizeHint().height()))
        return group

    def _connect(self) -> None:
        session = self._session
        self.edit.submitted.connect(self.send)
        self.edit.textChanged.connect(self._on_text_changed)
        self.edit.pictures_pasted.connect(self.attach)
        self.edit.walk_requested.connect(session.selection.step)
        self.edit.focus_changed.connect(lambda there: set_state(self.card, "focused", there))
        self._send.clicked.connect(self.send)
        self._stop.clicked.connect(session.stop)
        # Either is about to be hidden, and the focus would go astray.
        for button in (self._send, self._stop):
            button.clicked.connect(self.edit.setFocus)
        self._remedy.clicked.connect(self._apply_remedy)
        self._limit.chosen.connect(self._set_limit)
        self._answers.chosen.connect(self._set_answers)
        session.attachments.added.connect(self._on_added)
        session.attachments.removed.connect(self._on_removed)
        session.pending_changed.connect(self._on_pending_changed)
        session.drafting.text_restored.connect(self._put_before)
        for changed in (
            session.attachments.changed,
            session.obstacle_changed,
            session.answering_changed,
            session.conversation_changed,
            session.settings.changed,
        ):
            changed.connect(self._refresh)

    def _refresh(self) -> None:
        answering = self._session.answering
        self._send.setVisible(not answering)
        self._stop.setVisible(answering)
        self._show_numbers()
        self._show_obstacle()
        self._show_placeholder()

    def _show_numbers(self) -> None:
        limit, answers = self._session.settings.max_tokens, self._session.settings.answers
        narrow = self.width() < NUMBERS_NEED * self._theme.text_size
        self._limit.show_number(limit, words.grouped(limit) if narrow else "")
        self._answers.show_number(answers, f"× {answers}" if narrow else "")
        full = words.limit(limit)
        self._limit.setAccessibleName(self.tr("Longest answer: {limit}").format(limit=full))
        self._answers.setAccessibleName(words.answers(answers))

    def _show_obstacle(self) -> None:
        obstacle = self._session.obstacle
        empty = not self.edit.toPlainText().strip()
        self._send.setEnabled(obstacle is None and not empty)
        reason = obstacle.sentence if obstacle else ""
        if not reason and empty and len(self._session.attachments):
            reason = self.tr("Write a question about the picture")
        if reason and self._session.pending:
            reason = self.tr("{reason} Your question goes by itself then.").format(
                reason=reason if reason.endswith("…") else f"{reason}."
            )
        waits_in_vain = self._session.answering and empty
        self._hint.setText("" if waits_in_vain else reason)
        unwritten = self.tr("Write a question first") if empty else self.tr("Send (Enter)")
        self._send.setToolTip(reason or unwritten)
        remedies = {
            Remedy.open_model: self.tr("Open model…"),
            Remedy.load_again: self.tr("Load it again"),
            Remedy.remove_pictures: self._removal_words(),
        }
        remedy = remedies.get(obstacle.remedy, "") if obstacle else ""
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))

    def _removal_words(self) -> str:
        several = len(self._session.attachments.obstacles()) > 1
        return self.tr("Remove them") if several else self.tr("Remove it")

    def _show_placeholder(self) -> None:
        turns = self._session.conversation.turns
        if len(self._session.attachments) or any(turn.question.pictures for turn in turns):
            hint = self.tr("Ask about the picture, or drop another one")
        elif turns:
            hint = self.tr("Ask on, or drop a picture here")
        else:
            hint = self.tr("Ask something, or drop a picture here")
        self.edit.set_hint(hint)

    def _set_limit(self, count: int) -> None:
        self._session.settings.max_tokens = count

    def _set_answers(self, count: int) -> None:
        self._session.settings.answers = count

    def _apply_remedy(self) -> None:
        obstacle = self._session.obstacle
        if obstacle is not None and obstacle.remedy is Remedy.open_model:
            self.open_model_requested.emit()
        elif obstacle is not None and obstacle.remedy is Remedy.load_again:
            self._session.engine.load_again()
        elif obstacle is not None and obstacle.remedy is Remedy.remove_pictures:
            self._session.attachments.remove_obstacles()

    def _put_before(self, text: str) -> None:
        """Put what was written in an earlier run before what is there by now."""
        now = self.edit.toPlainText()
        self.edit.setPlainText(f"{text}\n{now}" if now else text)
        self.edit.moveCursor(QTextCursor.MoveOperation.End)

    def _on_text_changed(self) -> None:
        self._session.drafting.note_text(self.edit.toPlainText())
        if self._session.pending and self.edit.toPlainText() != self._session.pending:
            self._session.forget_pending()
        self._show_obstacle()

    def _on_added(self, attachment: Attachment) -> None:
        chip = AttachmentChip(attachment, self._session.engine, self._theme)
        chip.remove_requested.connect(self._session.attachments.remove)
        self._chips[attachment] = chip
        self._chip_area.add(chip)

    def _on_removed(self, attachment: Attachment) -> None:
        self._chip_area.remove(self._chips.pop(attachment))

    def _on_pending_changed(self) -> None:
        """Show a waiting question; one that was sent leaves the field."""
        pending = self._session.pending
        if pending and pending != self.edit.toPlainText():
            self.edit.setPlainText(pending)
        elif not pending and (self._session.answering or self._session.obstacle is None):
            self._clear()
        self._show_obstacle()
