"""A measured program as a child process."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from perhaps.bench.contract import AnswerTimes, AskTimes
from perhaps.errors import EngineLostError

if TYPE_CHECKING:
    from perhaps.bench.contract import Question, Setup

PACKAGES = Path(__file__).resolve().parents[2]
# Last on the path, so that another interpreter's own packages come first.
START = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from importlib import import_module; import_module(sys.argv[2]).main()"
)
CLOSE_SECONDS = 10


class Program:
    """Speaks to one measured program; raises EngineLostError when that fails."""

    def __init__(self, name: str, module: str, python: str = sys.executable) -> None:
        self.name = name
        self.build = ""
        self._command = [python, "-c", START, str(PACKAGES), f"perhaps.bench.subjects.{module}"]
        self._begin()

    def _begin(self) -> None:
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - until close()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            encoding="utf-8",
        )

    def restart(self, setup: Setup) -> None:
        """Have another process load the pair."""
        self.close()
        self._begin()
        self.load(setup)

    def load(self, setup: Setup) -> None:
        """Have the pair loaded."""
        self.build = self._tell("load", **asdict(setup))

    def ask(self, *questions: Question, max_tokens: int = 8, top_logprobs: int = 0) -> AskTimes:
        """Ask all questions at once and wait for the answers."""
        times = self._tell(
            "ask",
            questions=[asdict(question) for question in questions],
            max_tokens=max_tokens,
            top_logprobs=top_logprobs,
        )
        answers = tuple(AnswerTimes(**answer) for answer in times.pop("answers"))
        return AskTimes(answers=answers, **times)

    def prepare(self, question: Question) -> None:
        """Have the picture of a question read before it is asked."""
        self._tell("prepare", **asdict(question))

    def statistics(self) -> dict[str, float]:
        """Numbers of what it did since it was loaded."""
        return dict(self._tell("statistics"))

    def resident_bytes(self) -> int:
        """Memory of the process that computes."""
        return int(self._tell("resident_bytes"))

    def close(self) -> None:
        """End it, by force where it does not end by itself."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def _tell(self, wish: str, **given: Any) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"wish": wish, **given}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        reply = json.loads(line) if line else {"error": self._last_words()}
        if "error" in reply:
            raise EngineLostError(f"{self.name} could not {wish}: {reply['error']}.")
        return reply["result"]

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"it ended with code {self._exit_code()}"

    def _exit_code(self) -> int | None:
        try:
            return self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            return None
