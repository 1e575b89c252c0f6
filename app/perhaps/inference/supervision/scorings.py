"""Scorings of answers and of covered pictures on their way from the engine host to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perhaps.errors import EngineLostError, PerhapsError, RequestError, StoppedError
from perhaps.inference.pipe import commands, events
from perhaps.inference.protocol import Failure, Request, Tile

if TYPE_CHECKING:
    from perhaps.inference.supervision.held_pictures import HeldPictures
    from perhaps.inference.supervision.reports import Deadlines, Reports
    from perhaps.inference.supervision.timers import Timers


ScoringEvent = events.Scored | events.TileScored | events.ScoreFailed


@dataclass
class _OpenScoring:
    request: Request
    command: Callable[[commands.Generate], commands.Command]
    """Makes the command of the request that is packed."""
    stopping: bool = False
    pictures_given_again: bool = False


class Scorings:
    """Asks, stops, and sees to it that each scoring comes to an end, even if the host is lost."""

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
        self._pictures = pictures
        self._on_stop_ignored = on_stop_ignored
        self._open: dict[int, _OpenScoring] = {}

    def __contains__(self, run_id: int) -> bool:
        return run_id in self._open

    def score(self, run_id: int, request: Request, answers: tuple[str, ...]) -> None:
        """Ask how likely answers are."""
        self._open[run_id] = _OpenScoring(request, lambda asked: commands.Score(asked, answers))
        self._ask(run_id)

    def cover(
        self, run_id: int, request: Request, picture: str, tiles: tuple[Tile | None, ...]
    ) -> None:
        """Ask what covering tiles of a picture does to an answer."""
        self._open[run_id] = _OpenScoring(
            request, lambda asked: commands.Cover(asked, picture, tiles)
        )
        self._ask(run_id)

    def refuse(self, run_id: int, kind: type[PerhapsError], sentence: str) -> None:
        """Tell that a scoring cannot begin."""
        self._reports.score_failed(run_id, Failure(kind.__name__, sentence))

    def stop(self, run_id: int) -> None:
        """End a scoring without a result."""
        scoring = self._open.get(run_id)
        if scoring is None or scoring.stopping:
            return
        scoring.stopping = True
        self._send(commands.Stop(run_id))
        self._timers.set(("stop", run_id), self._deadlines.stop, lambda: self._stop_ignored(run_id))

    def stop_all(self) -> None:
        """End every scoring."""
        for run_id in list(self._open):
            self.stop(run_id)

    def receive(self, event: ScoringEvent | events.PicturesMissing) -> bool:
        """Take what the host says of a scoring; tells whether it has ended."""
        if event.run_id not in self._open:
            return False
        match event:
            case events.PicturesMissing():
                self._give_again(event)
                return False
            case events.Scored():
                self._close(event.run_id)
                self._reports.scored(event.run_id, event.scores)
            case events.TileScored():
                return self._tile_scored(event)
            case events.ScoreFailed():
                self._fail(event.run_id, event.failure)
        return True

    def fail_all(self, sentence: str) -> None:
        """Tell every open scoring that the host was lost; those being stopped are just that."""
        for run_id, scoring in list(self._open.items()):
            lost = Failure(EngineLostError.__name__, sentence)
            self._fail(run_id, _stopped() if scoring.stopping else lost)

    def cancel_all(self) -> None:
        """Tell every open scoring that it ends here."""
        for run_id in list(self._open):
            self._fail(run_id, _stopped())

    def _ask(self, run_id: int) -> None:
        scoring = self._open[run_id]
        try:
            self._pictures.give(scoring.request)
            self._send(scoring.command(commands.pack_request(run_id, scoring.request)))
        except EngineLostError as error:
            self._fail(run_id, Failure(RequestError.__name__, str(error)))

    def _tile_scored(self, event: events.TileScored) -> bool:
        if event.last:
            self._close(event.run_id)
        self._reports.tile_scored(event.run_id, event.score)
        return event.last

    def _give_again(self, event: events.PicturesMissing) -> None:
        scoring = self._open[event.run_id]
        self._pictures.forget(event.keys)
        if scoring.stopping:
            self._fail(event.run_id, _stopped())
        elif scoring.pictures_given_again:
            sentence = "The engine cannot hold the pictures of this conversation; remove some."
            self._fail(event.run_id, Failure(RequestError.__name__, sentence))
        else:
            scoring.pictures_given_again = True
            self._ask(event.run_id)

    def _stop_ignored(self, run_id: int) -> None:
        if run_id in self._open:
            self._fail(run_id, _stopped())
            self._on_stop_ignored()

    def _fail(self, run_id: int, failure: Failure) -> None:
        self._close(run_id)
        self._reports.score_failed(run_id, failure)

    def _close(self, run_id: int) -> None:
        del self._open[run_id]
        self._timers.clear(("stop", run_id))


def _stopped() -> Failure:
    return Failure(StoppedError.__name__, "Scoring was stopped.")
