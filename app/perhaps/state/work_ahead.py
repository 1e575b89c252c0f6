"""Has the engine read pictures while the question about them is still being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from perhaps.inference.protocol import FinishReason, Request, RunEvent, RunFinished
from perhaps.state.attachments import AttachmentPhase

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.protocol import Message
    from perhaps.state.attachments import Attachment, Attachments
    from perhaps.state.engine_link import EngineLink
    from perhaps.state.engine_state import EngineState

FREE_MS = 1000
"""The machine is free once no statistics came for so long: they tell four times a second of runs,
scorings and searches that are open."""


class WorkAhead(QObject):
    """One preparing run at a time, about exactly the pictures that wait.

    A question about them takes it over in the engine. It is never stopped: an
    encoder cannot be left midway, and an engine that does not stop in time is
    ended by force. What changed meanwhile is prepared after it. What another
    request broke off is prepared again once the machine is free.
    """

    def __init__(
        self,
        link: EngineLink,
        engine: EngineState,
        attachments: Attachments,
        messages: Callable[[], tuple[Message, ...]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._link = link
        self._engine = engine
        self._attachments = attachments
        self._messages = messages
        self._prepared: tuple[Attachment, ...] = ()
        self._run: int | None = None
        self._retry = QTimer(self, singleShot=True, interval=FREE_MS)
        self._retry.timeout.connect(self._prepare_again)
        attachments.changed.connect(self._review)
        engine.ready.connect(self.hand_over)  # another model knows nothing of them
        link.run_advanced.connect(self._on_run_advanced)
        link.statistics_told.connect(self._wait_on)

    def hand_over(self) -> None:
        """Leave what is being prepared to whoever asks for it."""
        self._retry.stop()
        self._run = None
        self._prepared = ()

    def _review(self) -> None:
        waiting = self._attachments.items
        ready = all(each.phase is AttachmentPhase.ready for each in waiting)
        if not ready or self._run is not None or waiting == self._prepared:
            return
        self.hand_over()
        if waiting and self._engine.info is not None and self._engine.info.sees:
            self._prepared = waiting
            self._run = self._link.generate(Request(self._messages(), prepare_only=True))

    def _on_run_advanced(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        if run_id != self._run or not isinstance(events[-1], RunFinished):
            return
        self._run = None
        end = events[-1]
        if end.reason is FinishReason.prepared:
            for each in set(self._prepared) & set(self._attachments.items):
                each.note_prepared(end.timings.image_encode + end.timings.image_prefill)
            self._review()
        elif end.reason is FinishReason.cancelled:
            self._retry.start()

    def _wait_on(self) -> None:
        if self._retry.isActive():
            self._retry.start()

    def _prepare_again(self) -> None:
        if self._run is None:
            self._prepared = ()
            self._review()
