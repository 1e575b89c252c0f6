"""Whether a model and a projector belong together and fit, judged before native code."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from perhaps.errors import ModelError
from perhaps.library.amounts import amount
from perhaps.library.file_facts import file_facts
from perhaps.library.gguf_file import read_gguf
from perhaps.library.memory_estimate import memory_needed
from perhaps.library.pair_rules import (
    family_notes,
    projector_problems,
    role_problems,
    size_problems,
    split_problems,
    width_problems,
)
from perhaps.library.report import FileFacts, PairReport

if TYPE_CHECKING:
    from perhaps.library.gguf_metadata import GgufFile

# LoadOptions.context_size of 0 stands for this, or less where the model has less.
DEFAULT_CONTEXT = 4096
# An estimate this much above what is free is a problem, this much below is worth a note.
CLEARLY_MORE = 1.15
NEARLY = 0.85


@dataclass
class _Findings:
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def inspect(path: str | Path) -> FileFacts:
    """Sum up one file; raises ModelError with one sentence that names it."""
    return file_facts(read_gguf(Path(path)))


def check_pair(
    model_path: str | Path,
    projector_path: str | Path | None,
    *,
    context_size: int,
    memory_free: int,
    device: str,
    memory_beside: int = 0,
) -> PairReport:
    """Judge a pair by its metadata; what is wrong is in the report, nothing is raised.

    `context_size` 0 stands for the default; `memory_free` 0 for not known.
    `memory_beside` is the host's, which takes the layers that a GPU has no room for.
    """
    findings = _Findings()
    model = _read(model_path, findings)
    projector = _read(projector_path, findings) if projector_path is not None else None
    needed = 0
    if not findings.problems and model is not None:
        needed = _judge(model, projector, context_size, findings)
        _judge_memory(needed, memory_free, memory_beside, device, findings)
    return PairReport(
        ok=not findings.problems,
        summary=_summary(model, projector, findings, needed, device),
        problems=tuple(findings.problems),
        notes=tuple(findings.notes),
        model=file_facts(model) if model else None,
        projector=file_facts(projector) if projector else None,
        memory_needed=needed,
        memory_free=memory_free,
        device=device,
    )


def _read(path: str | Path, findings: _Findings) -> GgufFile | None:
    try:
        return read_gguf(Path(path))
    except ModelError as error:
        findings.problems.append(str(error))
        return None


def _judge(
    model: GgufFile, projector: GgufFile | None, context_size: int, findings: _Findings
) -> int:
    """Collect what is wrong with readable files, and estimate the memory of good ones."""
    findings.problems += role_problems(model, projector)
    if findings.problems:
        return 0
    findings.problems += size_problems(model) + split_problems(model)
    if projector is None:
        findings.notes.append(f"Without a projector {model.name} cannot look at pictures.")
    else:
        findings.problems += size_problems(projector) + projector_problems(projector)
        if not findings.problems:
            problems, notes = width_problems(model, projector)
            findings.problems += problems
            findings.notes += notes + family_notes(model, projector)
    if findings.problems:
        return 0
    return memory_needed(model, projector, _context(model, context_size, findings))


def _context(model: GgufFile, asked: int, findings: _Findings) -> int:
    trained = file_facts(model).context_length
    if asked <= 0:
        return min(trained or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
    if trained and asked > trained:
        findings.notes.append(
            f"{model.name} was trained with {trained:,} tokens; of the {asked:,} asked for,"
            " what lies beyond may make little sense."
        )
    return asked


def _judge_memory(needed: int, free: int, beside: int, device: str, findings: _Findings) -> None:
    if not needed:
        return
    if free <= 0:
        findings.notes.append(f"How much memory is free on {device} is not known.")
    elif beside and free * NEARLY < needed <= (free + beside) * NEARLY:
        findings.notes.append(
            f"It needs about {amount(needed)}, but {device} has {amount(free)} free;"
            " what does not fit there runs on the CPU, which is slower."
        )
    elif needed > (free + beside) * CLEARLY_MORE:
        findings.problems.append(
            f"It needs about {amount(needed)}, but {device} has {amount(free)} free"
            f"{f' and the CPU {amount(beside)}' if beside else ''};"
            " choose a smaller model, a smaller context, or another device."
        )
    elif needed > free * NEARLY:
        findings.notes.append(
            f"It needs about {amount(needed)} of the {amount(free)} free on {device},"
            " which may be too tight."
        )


def _summary(
    model: GgufFile | None,
    projector: GgufFile | None,
    findings: _Findings,
    needed: int,
    device: str,
) -> str:
    if findings.problems or model is None:
        return findings.problems[0]
    takes = f"about {amount(needed)} on {device}"
    if projector is None:
        return f"{model.name} answers text only and needs {takes}."
    return f"{model.name} and {projector.name} fit together and need {takes}."
