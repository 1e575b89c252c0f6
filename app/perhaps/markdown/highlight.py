"""Which part of some code is what, for a few languages that people show each other."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 12_000
"""Characters; longer code stays plain."""
LONGEST_LINE = 600
BUDGET = 0.02
"""Seconds of computing; what is left then stays plain."""
MOST_RUNS = 1500
"""Of one colour each; the rest stays plain."""
LANGUAGES = {
    "python": ("python", "py", "python3", "pycon"),
    "javascript": ("javascript", "js", "jsx", "node"),
    "typescript": ("typescript", "ts", "tsx"),
    "json": ("json", "jsonc", "json5"),
    "bash": ("bash", "sh", "shell", "zsh", "console"),
    "c": ("c", "h"),
    "cpp": ("cpp", "c++", "cc", "cxx", "hpp", "cuda"),
    "csharp": ("csharp", "cs", "c#"),
    "java": ("java",),
    "kotlin": ("kotlin", "kt"),
    "swift": ("swift",),
    "go": ("go", "golang"),
    "rust": ("rust", "rs"),
    "ruby": ("ruby", "rb"),
    "php": ("php",),
    "lua": ("lua",),
    "r": ("r",),
    "sql": ("sql", "sqlite", "postgresql", "mysql"),
    "html": ("html", "xhtml", "svg", "vue"),
    "xml": ("xml",),
    "css": ("css", "scss", "less"),
    "yaml": ("yaml", "yml"),
    "toml": ("toml",),
    "ini": ("ini", "cfg", "conf", "properties"),
    "diff": ("diff", "patch"),
    "docker": ("docker", "dockerfile"),
    "cmake": ("cmake",),
    "make": ("make", "makefile"),
}
NAMES = {alias: name for name, aliases in LANGUAGES.items() for alias in aliases}


def highlights(code: str, language: str) -> list[tuple[int, int, str]]:
    """Give `(start, stop, role)` of what is worth a colour.

    Roles: `keyword`, `string`, `number`, `comment`, `name`.
    """
    name = NAMES.get(language.lower())
    if name is None or len(code) > LONGEST:
        return []
    if max(map(len, code.split("\n"))) > LONGEST_LINE:
        return []
    return _merged(_within_budget(code, name))


def _merged(runs: Iterator[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Join neighbours of one role, up to a number that is quick to paint."""
    merged: list[tuple[int, int, str]] = []
    for start, stop, role in runs:
        if merged and merged[-1][1:] == (start, role):
            merged[-1] = (merged[-1][0], stop, role)
        elif len(merged) == MOST_RUNS:
            break
        else:
            merged.append((start, stop, role))
    return merged


def _within_budget(code: str, name: str) -> Iterator[tuple[int, int, str]]:
    lexer = _lexer(name)
    end = time.thread_time() + BUDGET
    for start, kind, text in lexer.get_tokens_unprocessed(code):
        if role := _role(kind):
            yield start, start + len(text), role
        if time.thread_time() > end:
            return


@cache
def _lexer(name: str) -> Any:
    # A tenth of a second that only who reads code should pay.
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, stripnl=False, ensurenl=False)


@cache
def _role(kind: Any) -> str:
    from pygments.token import Token

    roles = (
        (Token.Comment, "comment"),
        (Token.Generic.Deleted, "string"),
        (Token.Generic.Inserted, "number"),
        (Token.Keyword, "keyword"),
        (Token.Operator.Word, "keyword"),
        (Token.Name.Tag, "keyword"),
        (Token.Literal.Number, "number"),
        (Token.Literal.String, "string"),
        (Token.Name.Function, "name"),
        (Token.Name.Class, "name"),
        (Token.Name.Decorator, "name"),
        (Token.Name.Attribute, "name"),
        (Token.Name.Builtin, "name"),
    )
    return next((role for family, role in roles if kind in family), "")
