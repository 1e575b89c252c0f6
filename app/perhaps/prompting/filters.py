"""The filters, tests and string methods that a chat template may use.

Whatever could make something large out of something small is either bounded here before
it runs, or left out.
"""

from __future__ import annotations

import json
from string import Formatter
from typing import TYPE_CHECKING, Any

from jinja2 import pass_environment
from jinja2.filters import FILTERS, make_attrgetter
from markupsafe import escape

from perhaps.prompting.budget import Budget, BudgetError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2.environment import Environment

_MAX_INDENT = 16
_MAX_ARGUMENT = 4096  # characters that a string method may search or strip

# fmt: off
# Of Jinja's own, those whose result is about as large as their input.
_HARMLESS_FILTERS = [
    "abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "int",
    "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
    "reverse", "select", "selectattr", "sort", "string", "title", "upper", "wordcount",
]

# Without those that search from the right, which can take the product of both lengths.
_STRING_METHODS = [
    "capitalize", "casefold", "count", "endswith", "find", "index", "isalnum", "isalpha",
    "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric",
    "isprintable", "isspace", "istitle", "isupper", "lower", "lstrip", "partition",
    "removeprefix", "removesuffix", "rstrip", "split", "splitlines", "startswith", "strip",
    "swapcase", "title", "upper",
]
# fmt: on


def filters_for(budget: Budget) -> dict[str, Callable[..., Any]]:
    """Return the filters by name; each one's result still has to be paid for."""
    chosen = {name: FILTERS[name] for name in _HARMLESS_FILTERS}
    own: dict[str, Callable[..., Any]] = {
        "e": _escaped,
        "escape": _escaped,
        "indent": lambda text, *args, **options: _indented(budget, str(text), *args, **options),
        "join": _join_filter(budget),
        "replace": lambda text, *args: _replaced(budget, str(text), *args),
        "safe": str,  # nothing is escaped in the first place
        "tojson": _to_json,
        "trim": lambda text, *args: _plain_method("strip")(str(text), *args),
    }
    return chosen | own


def string_methods_for(budget: Budget) -> dict[str, Callable[..., Any]]:
    """Return the methods of strings, called with the string first."""
    own: dict[str, Callable[..., Any]] = {
        "format": lambda text, *args, **fields: _formatted(budget, text, args, fields),
        "join": lambda text, items: _joined(budget, map(str, items), text),
        "replace": lambda text, *args: _replaced(budget, text, *args),
    }
    return {name: _plain_method(name) for name in _STRING_METHODS} | own


def _plain_method(name: str) -> Callable[..., Any]:
    method = getattr(str, name)

    def call(text: str, *args: Any) -> Any:
        if any(isinstance(each, str) and len(each) > _MAX_ARGUMENT for each in args):
            raise BudgetError(f"it gives {name} more than {_MAX_ARGUMENT} characters")
        return method(text, *args)

    return call


def _escaped(value: object) -> str:
    return str(escape(str(value)))


def _to_json(
    value: object,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """JSON as chat templates want it: nothing escaped for HTML."""
    if indent is not None and not 0 <= indent <= _MAX_INDENT:
        raise BudgetError(f"it indents JSON by {indent}")
    if separators is not None and sum(map(len, separators)) > _MAX_INDENT:
        raise BudgetError("it separates JSON by long texts")
    return json.dumps(
        value,
        ensure_ascii=ensure_ascii,
        indent=indent,
        separators=separators,
        sort_keys=sort_keys,
    )


def _join_filter(budget: Budget) -> Callable[..., str]:
    @pass_environment
    def join(
        environment: Environment,
        value: Iterable[object],
        d: object = "",
        attribute: str | int | None = None,
    ) -> str:
        items = value if attribute is None else map(make_attrgetter(environment, attribute), value)
        return _joined(budget, map(str, items), str(d))

    return join


def _joined(budget: Budget, pieces: Iterable[str], separator: str) -> str:
    kept: list[str] = []
    length = 0
    for piece in pieces:
        length += len(piece) + len(separator)
        budget.check_length(length)
        kept.append(piece)
    return separator.join(kept)


def _replaced(budget: Budget, text: str, old: str, new: str, count: int | None = None) -> str:
    limit = -1 if count is None else count
    times = text.count(old) if limit < 0 else min(text.count(old), limit)
    budget.check_length(len(text) + times * max(0, len(new) - len(old)))
    return text.replace(old, new, limit)


def _indented(
    budget: Budget, text: str, width: int | str = 4, first: bool = False, blank: bool = False
) -> str:
    columns = len(width) if isinstance(width, str) else int(width)
    budget.check_length(len(text) + max(0, columns) * (text.count("\n") + 1))
    indented: str = FILTERS["indent"](text, width, first, blank)
    return indented


def _formatted(budget: Budget, text: str, args: tuple[Any, ...], fields: dict[str, Any]) -> str:
    """Fill plain `{}`, `{0}` and `{name}`; widths and attributes are refused."""
    values = [str(value) for value in [*args, *fields.values()]]
    longest = max(map(len, values), default=0)
    budget.check_length(len(text) + text.count("{") * longest)
    for _, field, spec, conversion in Formatter().parse(text):
        if spec or conversion or (field and not (field.isdecimal() or field.isidentifier())):
            raise BudgetError("it formats text by more than plain fields")
    return text.format(*values[: len(args)], **dict(zip(fields, values[len(args) :], strict=True)))
