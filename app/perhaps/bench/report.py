"""A result → JSON for programs, Markdown for people."""

from __future__ import annotations

from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from perhaps import __version__
from perhaps.bench.results import RATIO
from perhaps.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from perhaps.bench.results import Row
    from perhaps.bench.run import BenchResult

BARS_HEAD = ("What", "Must be", "Is", "Spread", "Met")
ROWS_HEAD = ("What", "Program", "Median", "Spread", "Unit")


def to_json(result: BenchResult) -> dict[str, Any]:
    """Give everything, every round included."""
    return {
        "version": __version__,
        "machine": result.machine,
        "programs": result.builds,
        "absent": result.absent,
        "rows": [_row_to_json(row) for row in result.rows],
    }


def _row_to_json(row: Row) -> dict[str, Any]:
    return {
        "what": row.what,
        "program": row.program,
        "unit": row.unit,
        "median": row.median,
        "values": row.values,
        "bar": str(row.bar) if row.bar else None,
        "met": row.met,
    }


def to_markdown(result: BenchResult) -> str:
    """Give the bars first, then all that was measured, then on what."""
    bars = [row for row in result.rows if row.bar]
    parts = [
        f"# Perhaps {__version__}: bench",
        _table(BARS_HEAD, map(_bar_cells, bars)),
        "## All measurements",
        _table(ROWS_HEAD, map(_row_cells, result.rows)),
        "## Programs",
        _list({**result.builds, **result.absent}),
        "## Machine",
        _list(result.machine),
        "All programs load the same files with the same number of threads and are measured in "
        "turn. The libraries of a peer may be built for other processor features than ours, as "
        "listed above; a load average above 1 at the start means that others were computing too.",
    ]
    return "\n\n".join(parts) + "\n"


def _bar_cells(row: Row) -> tuple[str, ...]:
    met = "yes" if row.met else "**no**"
    what = f"{row.what} ({row.unit})" if row.unit not in ("", RATIO) else row.what
    return what, str(row.bar), _figure(row.median), _spread(row), met


def _row_cells(row: Row) -> tuple[str, ...]:
    return row.what, row.program, _figure(row.median), _spread(row), row.unit


def _spread(row: Row) -> str:
    if len(row.values) == 1:
        return "one value"
    return f"{_figure(min(row.values))} to {_figure(max(row.values))}"


def _figure(value: float) -> str:
    """Give three significant digits, thousands in full."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in head)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *lines))


def _list(facts: dict[str, str]) -> str:
    # System information of libraries contains the table's own sign.
    return "\n".join(f"- {name}: {fact.replace(' | ', ', ')}" for name, fact in facts.items())


def prepare(folder: Path) -> None:
    """Make a folder where it is missing; raises RequestError where nothing can be written to it."""
    with _writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass


def write(result: BenchResult, folder: Path, json_text: str) -> None:
    """Write both files into a folder; raises RequestError where that fails."""
    with _writing_to(folder):
        (folder / "bench.json").write_text(json_text + "\n", encoding="utf-8")
        (folder / "bench.md").write_text(to_markdown(result), encoding="utf-8")


@contextmanager
def _writing_to(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RequestError(
            f"“{folder}” cannot take the result ({error.strerror}); name another folder with --out."
        ) from None
