"""Jobs that take longer than anybody may wait for the archive: done step by step."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from perhaps.archive.failures import DamagedArchiveError, UnexpectedError
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable

    from perhaps.archive.steps import Steps
    from perhaps.archive.store import Archive

    Job = Callable[[Archive], Steps[Any]]
    Reply = Callable[[Any], None]
    Running = Steps[Any]

log = logging.getLogger(__name__)


@dataclass
class _LongJob:
    job: Job
    reply: Reply
    steps: Running | None = None
    begun_anew: bool = False


class LongJobs:
    """One at a time, in order; each reply gets the result or an ArchiveError."""

    def __init__(self) -> None:
        self._jobs: deque[_LongJob] = deque()

    def __len__(self) -> int:
        return len(self._jobs)

    def add(self, job: Job, reply: Reply) -> None:
        """Have a job done after those that are there."""
        self._jobs.append(_LongJob(job, reply))

    def step(self, archive: Archive) -> None:
        """Do one step of the first job.

        Raises DamagedArchiveError, once for each job: call `begin_anew`, as it is tried again.
        """
        first = self._jobs[0]
        if first.steps is None:
            first.steps = first.job(archive)
        try:
            next(first.steps)
        except StopIteration as end:
            self._end(end.value)
        except DamagedArchiveError as error:
            if not first.begun_anew:
                first.begun_anew = True
                raise
            self._end(error)
        except ArchiveError as error:
            self._end(error)
        except Exception as error:
            log.exception("a long job of the archive failed")
            self._end(UnexpectedError(error))

    def begin_anew(self) -> None:
        """Let the first job begin again, as its archive was opened again."""
        if self._jobs and self._jobs[0].steps is not None:
            self._jobs[0].steps.close()
            self._jobs[0].steps = None

    def give_up(self) -> None:
        """Leave all jobs undone, and nothing of them behind."""
        self.begin_anew()
        while self._jobs:
            self._end(ArchiveError("This was given up, as the window closes: do it again."))

    def _end(self, result: object) -> None:
        self._jobs.popleft().reply(result)
