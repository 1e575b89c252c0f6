"""Short questions to the engine host: pairs, pictures and devices."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from perhaps.errors import EngineLostError, ImageError
from perhaps.inference.pipe import commands, events
from perhaps.inference.pipe.wire import WireError
from perhaps.inference.protocol import Failure, LoadOptions, ModelPair, PairReport

if TYPE_CHECKING:
    from perhaps.inference.protocol import DeviceInfo
    from perhaps.inference.supervision.reports import Reports


class Errands:
    """Asks, and sees to it that each question gets one reply, even if the host is lost."""

    def __init__(self, send: commands.Send, reports: Reports) -> None:
        self._send = send
        self._reports = reports
        self._tickets: set[int] = set()
        self._checks: dict[int, LoadOptions] = {}
        self._next_check = 0
        self._lists_devices = False

    def check(self, pair: ModelPair, options: LoadOptions) -> None:
        """Have a pair judged."""
        self._next_check += 1
        number = self._next_check
        self._checks[number] = options
        try:
            self._send(commands.Check(number, pair, options))
        except EngineLostError as error:
            self._fail_check(number, str(error))

    def read_picture(self, ticket: int, source: str | bytes) -> None:
        """Have a picture decoded, from a path or its bytes."""
        self._tickets.add(ticket)
        is_path = isinstance(source, str)
        try:
            data = os.fsencode(source)
            self._send(commands.ReadPicture(ticket, data, is_path))
        except UnicodeEncodeError:
            self._refuse(ticket, ImageError.__name__, f"There can be no file named {source!r}.")
        except WireError as error:
            self._refuse(ticket, ImageError.__name__, str(error))
        except EngineLostError as error:
            self._refuse(ticket, EngineLostError.__name__, str(error))

    def list_devices(self) -> None:
        """Have the devices listed."""
        self._lists_devices = True
        try:
            self._send(commands.ListDevices())
        except EngineLostError:
            self._tell_devices(())

    def receive(self, event: events.Errand) -> None:
        """Pass a reply on."""
        match event:
            case events.PairChecked():
                if self._checks.pop(event.check_id, None):
                    self._reports.pair_checked(event.report)
            case events.CheckFailed():
                self._fail_check(event.check_id, event.failure.message)
            case events.PictureRead():
                if event.ticket in self._tickets:
                    self._tickets.remove(event.ticket)
                    self._reports.picture_read(event.ticket, event.picture())
            case events.PictureRefused():
                self._refuse(event.ticket, event.failure.kind, event.failure.message)
            case events.DevicesListed():
                self._tell_devices(event.devices)

    def fail_all(self, sentence: str) -> None:
        """Reply to every open question that the host was lost."""
        for number in list(self._checks):
            self._fail_check(number, sentence)
        for ticket in list(self._tickets):
            self._refuse(ticket, EngineLostError.__name__, sentence)
        self._tell_devices(())

    def _fail_check(self, number: int, sentence: str) -> None:
        if options := self._checks.pop(number, None):
            self._reports.pair_checked(_unknown(sentence, options))

    def _refuse(self, ticket: int, kind: str, sentence: str) -> None:
        if ticket in self._tickets:
            self._tickets.remove(ticket)
            self._reports.picture_refused(ticket, Failure(kind, sentence))

    def _tell_devices(self, devices: tuple[DeviceInfo, ...]) -> None:
        if self._lists_devices:
            self._lists_devices = False
            self._reports.devices_listed(devices)


def _unknown(sentence: str, options: LoadOptions) -> PairReport:
    return PairReport(
        ok=False,
        summary=sentence,
        problems=(sentence,),
        notes=(),
        model=None,
        projector=None,
        memory_needed=0,
        memory_free=0,
        device=options.device,
    )
