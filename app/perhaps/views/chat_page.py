"""The middle of the window: title, chat or welcome, notice, composer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QMenu, QStackedWidget, QVBoxLayout, QWidget

from perhaps.state.engine_state import EnginePhase
from perhaps.state.opening import continuation
from perhaps.views import words
from perhaps.views.chat_prompt import ChatPrompt
from perhaps.views.chat_view import COLUMN, EDGE, ChatView
from perhaps.views.composer import Composer
from perhaps.views.header import Header
from perhaps.views.labels import one_line
from perhaps.views.notice import Notice
from perhaps.views.undo_line import UndoLine

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from perhaps.inference.protocol import Failure, ModelInfo
    from perhaps.state.answer import Answer
    from perhaps.state.conversation import Conversation, Removal
    from perhaps.state.session import Session
    from perhaps.state.turn import Turn
    from perhaps.views.samples import Sample
    from perhaps.views.theme import Theme
    from perhaps.views.welcome import Welcome


ENGINE = "engine"
"""Topic of notices that a loaded model makes void."""


class ChatPage(QWidget):
    """Shows the conversation that is open, or how to begin one."""

    open_model_requested = Signal()

    def __init__(self, session: Session, theme: Theme, welcome: Welcome, menu: QMenu) -> None:
        super().__init__()
        self.setObjectName("chatPage")
        self._session = session
        self._welcome = welcome
        self._offers_cpu = False
        self._watched: Answer | None = None
        # The model comes back by itself then, and the offer must outlive that.
        self._after_crash = False
        self._goal: int | None = None
        """The question or answer to be shown once its chat is there."""
        self.header = Header(menu, theme)
        self.chat = ChatView(session.selection, theme, session.settings)
        self.prompt = ChatPrompt()
        self.notice = Notice(theme)
        self.undo = UndoLine(theme)
        self.composer = Composer(session, theme)
        self._fill()
        self._connect()
        self._show_conversation()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the composer as wide as the column of the chat."""
        super().resizeEvent(event)
        side = max(EDGE, (self.width() - COLUMN) // 2)
        self._foot.setContentsMargins(side, 0, side, 4)

    def add_notice(self, notice: QWidget) -> None:
        """Show one more line above the composer."""
        self._foot.insertWidget(0, notice)

    def open_chat(self, conversation: Conversation, message: int | None = None) -> None:
        """Open a chat, at a question or answer where one is named."""
        self._goal = message
        if conversation is self._session.conversation:
            self._go_to_goal()
        self._session.open_chat(conversation)

    def delete_chat(self, conversation: Conversation) -> None:
        """Delete a chat, and offer to bring it back."""
        title = one_line(conversation.title, 60)
        chats = self._session.chats
        self._session.delete_chat(conversation)
        words = self.tr("“{title}” was deleted.").format(title=title)
        self.undo.offer(words, lambda: chats.undo_delete(conversation), conversation.number)

    def take_pictures(self, conversation: Conversation, mime: QMimeData) -> None:
        """Open a chat and add pictures to its next question."""
        self._session.open_chat(conversation)
        self.composer.attach(mime)

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._welcome)
        self._stack.addWidget(self.chat)
        self._foot = QVBoxLayout()
        self._foot.setSpacing(8)
        self._foot.addWidget(self.prompt)
        self._foot.addWidget(self.notice)
        self._foot.addWidget(self.undo)
        self._foot.addWidget(self.composer)
        column.addWidget(self.header)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot)

    def _connect(self) -> None:
        session = self._session
        session.conversation_changed.connect(self._show_conversation)
        session.conversations_changed.connect(self._show_title)
        session.deletions.restored.connect(self.undo.withdraw)
        session.engine.changed.connect(self._on_engine_changed)
        session.engine.ready.connect(self._on_model_ready)
        session.storage.told.connect(self.notice.say)
        session.exchange.told.connect(self.notice.say)
        session.chats.loading_failed.connect(self.notice.say)
        session.engine_lost.connect(self._on_engine_lost)
        session.answering_changed.connect(self._on_answering_changed)
        wishes = self.chat.wishes
        wishes.again_requested.connect(self._answer_again)
        wishes.continue_requested.connect(self._go_on)
        wishes.edit_requested.connect(self._ask_edited)
        wishes.write_requested.connect(self.composer.write)
        wishes.quote_requested.connect(self._quote)
        wishes.question_removal_requested.connect(self._remove_question)
        wishes.answer_removal_requested.connect(self._remove_answer)
        self.composer.edit.text_cut.connect(self._on_text_cut)
        self.composer.open_model_requested.connect(self.open_model_requested)
        self.notice.remedy_requested.connect(self._apply_remedy)
        self._welcome.sample_chosen.connect(self._ask_sample)

    def _show_conversation(self) -> None:
        conversation = self._session.conversation
        self.chat.show_conversation(conversation)
        conversation.path_changed.connect(self._show_page)
        self._show_page()
        self.prompt.show_prompt(conversation)
        self.composer.edit.setFocus()
        self._go_to_goal()

    def _go_to_goal(self) -> None:
        if self._goal is not None and self._session.conversation.loaded:
            self.chat.go_to(self._goal)
            self._goal = None

    def _show_page(self) -> None:
        self._show_title()
        page = self.chat if self._session.conversation.turns else self._welcome
        self._stack.setCurrentWidget(page)

    def _show_title(self) -> None:
        self.header.show_title(self._session.conversation.title)

    def _on_engine_changed(self) -> None:
        engine = self._session.engine
        if engine.phase is EnginePhase.failed and engine.failure is not None:
            again, other = self.tr("Load it again"), self.tr("Open model…")
            usual = again if engine.can_load_again else other
            self._tell_failure(engine.failure.message, engine.failure.kind, usual)

    def show_notes(self) -> None:
        """Tell what does not run where it would be fastest."""
        info = self._session.engine.info
        if info is not None and info.notes:
            self.notice.say(" ".join(info.notes))

    def _on_model_ready(self, info: ModelInfo) -> None:
        after_crash, self._after_crash = self._after_crash, False
        if info.fell_back:
            self.show_notes()
        elif not after_crash and self.notice.withdraw(ENGINE):
            self._tell_storage()

    def _on_engine_lost(self, failure: Failure) -> None:
        self._tell_failure(failure.message, failure.kind)

    def _on_answering_changed(self) -> None:
        if self._session.running_answer is not None:
            self._watched = self._session.running_answer
            return
        watched, self._watched = self._watched, None
        finish = watched.finish if watched else None
        if finish is not None and finish.error_kind == "DeviceError":
            self._tell_failure(finish.error, finish.error_kind)
        elif finish is not None and self._session.engine.could_do_on_cpu(finish.error_kind):
            sentence = self.tr("The driver of the GPU may be at fault; on the CPU it does no harm.")
            self._tell_failure(sentence, finish.error_kind)
            self._after_crash = True

    def _tell_failure(self, sentence: str, kind: str, usual: str = "") -> None:
        """Offer the CPU where a GPU may be to blame."""
        self._offers_cpu = self._session.engine.could_do_on_cpu(kind)
        remedy = self.tr("Load on the CPU") if self._offers_cpu else usual
        self.notice.say(sentence, remedy, ENGINE)

    def _tell_storage(self) -> None:
        """Tell again what still holds, as another notice stood in its place."""
        if self._session.storage.sentence:
            self.notice.say(self._session.storage.sentence)

    def _on_text_cut(self, count: int) -> None:
        sentence = self.tr("The last {count} characters were left out: no model reads so many.")
        self.notice.say(sentence.format(count=words.grouped(count)))

    def _apply_remedy(self) -> None:
        self._after_crash = False
        if self._offers_cpu:
            self._session.engine.load_on_cpu()
        elif self._session.engine.can_load_again:
            self._session.engine.load_again()
        else:
            self.open_model_requested.emit()

    def _ask_sample(self, sample: Sample) -> None:
        self._session.attachments.clear()
        self._session.attachments.add_path(str(sample.path))
        if not self._session.ask_when_ready(sample.question) and not self._session.pending:
            self.composer.edit.setPlainText(sample.question)
        self.composer.edit.setFocus()

    def _go_on(self, answer: Answer) -> None:
        obstacle = self._session.branch_obstacle(answer)
        if obstacle:
            self.notice.say(f"{obstacle}.")
        else:
            self._session.branch(answer, continuation(answer))
        self.composer.edit.setFocus()

    def _answer_again(self, turn: Turn) -> None:
        self.composer.edit.setFocus()
        self._session.regenerate(turn)

    def _ask_edited(self, turn: Turn, text: str) -> None:
        if self._session.edit(turn, text):
            self.composer.edit.setFocus()
        else:
            self.notice.say(self.tr("It can be asked once the model is there and idle."))

    def _quote(self, text: str) -> None:
        self.composer.write("\n".join(f"> {line}" for line in text.splitlines()) + "\n")

    def _remove_question(self, turn: Turn) -> None:
        self._offer_undo(self._session.conversation.remove_turn(turn))

    def _remove_answer(self, turn: Turn, index: int) -> None:
        self._offer_undo(self._session.conversation.remove_answer(turn, index))

    def _offer_undo(self, removal: Removal) -> None:
        conversation = self._session.conversation
        self._session.selection.follow(self._session.last_answer)
        words = self.tr("The answer was deleted.")
        if removal.version is None:
            words = self.tr("The question was deleted, with all that followed it.")
        self.undo.offer(words, lambda: conversation.restore(removal), conversation.number)
