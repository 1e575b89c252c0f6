"""What the window asks of the engine worker, and what it hears from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import SignalInstance

    from perhaps.inference.protocol import LoadOptions, ModelPair, Request, Tile


class EngineLink(Protocol):
    """The worker as seen from the GUI thread: every call returns at once.

    Answers come back as signals, queued onto the GUI thread.
    """

    @property
    def host_started(self) -> SignalInstance:
        """`()`: the engine host is there and has no model."""

    @property
    def host_lost(self) -> SignalInstance:
        """`(Failure)`: the engine host died or was ended."""

    @property
    def load_progressed(self) -> SignalInstance:
        """`(LoadProgress)`."""

    @property
    def model_loaded(self) -> SignalInstance:
        """`(ModelInfo)`."""

    @property
    def load_failed(self) -> SignalInstance:
        """`(Failure)`: no model is loaded now."""

    @property
    def model_unloaded(self) -> SignalInstance:
        """`()`."""

    @property
    def pair_checked(self) -> SignalInstance:
        """`(PairReport)`: one for each `check`, in order."""

    @property
    def picture_read(self) -> SignalInstance:
        """`(int, Picture)`: the ticket that `read_picture` gave."""

    @property
    def picture_refused(self) -> SignalInstance:
        """`(int, Failure)`: likewise."""

    @property
    def run_advanced(self) -> SignalInstance:
        """`(int, tuple[RunEvent, ...])`: at most 60 times a second."""

    @property
    def statistics_told(self) -> SignalInstance:
        """`(Statistics)`: a few times a second while runs are open."""

    @property
    def scored(self) -> SignalInstance:
        """`(int, tuple[AnswerScore, ...])`: the run id that `score` gave."""

    @property
    def tile_scored(self) -> SignalInstance:
        """`(int, TileScore)`: the run id that `cover` gave; in the order of the tiles."""

    @property
    def score_failed(self) -> SignalInstance:
        """`(int, Failure)`: likewise; StoppedError where it was stopped."""

    @property
    def devices_listed(self) -> SignalInstance:
        """`(tuple[DeviceInfo, ...])`: one for each `list_devices`."""

    def list_devices(self) -> None:
        """Have the devices of this machine listed."""

    def load(self, pair: ModelPair, options: LoadOptions) -> None:
        """Load a pair in place of the present one."""

    def cancel_load(self) -> None:
        """Give up a loading on its way."""

    def unload(self) -> None:
        """Give back what the model holds."""

    def check(self, pair: ModelPair, options: LoadOptions) -> None:
        """Judge a pair by its files."""

    def read_picture(self, source: str | bytes) -> int:
        """Decode a picture from its path or its bytes; gives a ticket."""

    def generate(self, request: Request) -> int:
        """Begin an answer; gives its run id."""

    def score(self, request: Request, answers: tuple[str, ...]) -> int:
        """Begin to tell how likely answers are; gives a run id."""

    def cover(self, request: Request, picture: str, tiles: tuple[Tile | None, ...]) -> int:
        """Begin to score the answer that a request is forced to with each tile covered."""

    def stop(self, run_id: int) -> None:
        """Ask a run to end; what was written stays, and a scoring has no result."""
