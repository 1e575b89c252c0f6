"""Answers on their way from the engine host to the window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from perhaps.errors import EngineLostError, PerhapsError, RequestError
from perhaps.inference.pipe import commands, events
from perhaps.inference.protocol import FinishReason, RunFinished, RunStage
from perhaps.inference.supervision.run_book import RunBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.inference.protocol import Request
    from perhaps.inference.supervision.held_pictures import HeldPictures
    from perhaps.inference.supervision.reports import Deadlines, Reports
    from perhaps.inference.supervision.timers import Timers


class Answers:
    """Asks, stops, and tells what came, at a pace that a screen can follow."""

    def __init__(
        self,
        send: commands.Send,
        reports: Reports,
        timers: Timers,
        deadlines: Deadlines,
        pictures: HeldPictures,
        on_stop_ignored: Callable[[], None],
    ) -> None:
        self._send = send
        self._reports = reports
        self._timers = timers
        self._deadlines = deadlines
        self._on_stop_ignored = on_stop_ignored
        self._pictures = pictures
        self._book = RunBook()
        self._told = -math.inf
        """When reports last went out."""

    def begin(self, run_id: int, request: Request) -> None:
        """Ask for an answer."""
        self._book.open(run_id, request)
        self._ask(run_id, request)

    def refuse(self, run_id: int, kind: type[PerhapsError], sentence: str) -> None:
        """Tell that an answer cannot begin."""
        self._book.note(run_id, _failed(kind, sentence))
        self._tell_soon()

    def stop(self, run_id: int) -> None:
        """End an answer; what was written stays."""
        run = self._book.get(run_id)
        if run is None or run.stopping:
            return
        run.stopping = True
        self._send(commands.Stop(run_id))
        self._timers.set(("stop", run_id), self._deadlines.stop, lambda: self._stop_ignored(run_id))

    def stop_all(self) -> None:
        """End every answer."""
        for run_id in self._book.open_runs():
            self.stop(run_id)

    def receive(self, event: events.RunAdvanced | events.PicturesMissing) -> bool:
        """Take what the host says of a run; tells whether the run has ended."""
        if isinstance(event, events.PicturesMissing):
            self._give_again(event)
            return False
        news = event.events()
        urgent = self._book.waits_for(event.run_id, news)
        ended = self._book.advance(event.run_id, news)
        if ended:
            self._timers.clear(("stop", event.run_id))
        if urgent:
            self.tell()
        else:
            self._tell_soon()
        return ended

    def fail_all(self, sentence: str) -> None:
        """Tell every open run that the host was lost; those being stopped are just that."""
        for run_id in self._book.open_runs():
            run = self._book.get(run_id)
            if run is not None and run.stopping:
                self._end(run_id, _cancelled(run.stage))
            else:
                self._end(run_id, _failed(EngineLostError, sentence))
        self.tell()

    def cancel_all(self) -> None:
        """Tell every open run that it ends here."""
        for run_id in self._book.open_runs():
            if (run := self._book.get(run_id)) is not None:
                self._end(run_id, _cancelled(run.stage))
        self.tell()

    def tell(self) -> None:
        """Report what has come."""
        self._timers.clear("tell")
        self._told = self._timers.now()
        for run_id, untold in self._book.take().items():
            self._reports.run_advanced(run_id, untold)

    def _tell_soon(self) -> None:
        """Tell at once, or, where that was just done, as soon as it may be done again."""
        if "tell" in self._timers:
            return
        wait = self._told + self._deadlines.tell - self._timers.now()
        if wait > 0:
            self._timers.set("tell", wait, self.tell)
        else:
            self.tell()

    def _ask(self, run_id: int, request: Request) -> None:
        try:
            self._pictures.give(request)
            self._send(commands.pack_request(run_id, request))
        except EngineLostError as error:
            self._end(run_id, _failed(RequestError, str(error)))

    def _give_again(self, event: events.PicturesMissing) -> None:
        run = self._book.get(event.run_id)
        if run is None:
            return
        self._pictures.forget(event.keys)
        if run.stopping:
            self._end(event.run_id, _cancelled(run.stage))
        elif run.pictures_given_again:
            sentence = "The engine cannot hold the pictures of this conversation; remove some."
            self._end(event.run_id, _failed(RequestError, sentence))
        else:
            run.pictures_given_again = True
            self._ask(event.run_id, run.request)

    def _stop_ignored(self, run_id: int) -> None:
        if (run := self._book.get(run_id)) is not None:
            self._end(run_id, _cancelled(run.stage))
            self._on_stop_ignored()

    def _end(self, run_id: int, end: RunFinished) -> None:
        self._timers.clear(("stop", run_id))
        self._book.advance(run_id, [end])
        self._tell_soon()


def _failed(kind: type[PerhapsError], sentence: str) -> RunFinished:
    return RunFinished(FinishReason.failed, error=sentence, error_kind=kind.__name__)


def _cancelled(stage: RunStage) -> RunFinished:
    return RunFinished(FinishReason.cancelled, stopped_in=stage)
