"""Runs an untrusted chat template: sandboxed, and bounded in time and memory.

It runs inside the engine host, on any thread, so neither a signal nor a process of its own
can stop it. Instead every value that it makes is paid for out of one `Budget`, before it
is made where it could be large; no single operation on paid values takes long.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, cast

import jinja2.ext
from jinja2 import Template, nodes
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.tests import TESTS
from jinja2.utils import Namespace

from perhaps.errors import TemplateError
from perhaps.prompting.budget import STEP, Budget, BudgetError
from perhaps.prompting.filters import filters_for, string_methods_for
from perhaps.prompting.metering import metered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2.parser import Parser
    from jinja2.runtime import Context

MAX_SOURCE = 64_000  # characters; the longest known template has 17 000
_MAX_INTEGER_BITS = 1024
_COMPILE_SECONDS = 1.0


class Program:
    """A compiled chat template."""

    def __init__(self, source: str) -> None:
        if len(source) > MAX_SOURCE:
            raise TemplateError(
                f"The chat template has {len(source)} characters and the limit is {MAX_SOURCE}:"
                " use another model file."
            )
        environment = _Sandbox(Budget(_COMPILE_SECONDS))
        try:
            self._code = environment.compile(metered(environment.parse(source)))
        except Exception as error:
            raise _unusable(error) from error

    def run(self, variables: Mapping[str, object], seconds: float) -> str:
        """Return what the template writes; raises TemplateError, soon after `seconds`."""
        environment = _Sandbox(Budget(seconds))
        try:
            template = Template.from_code(environment, self._code, environment.make_globals(None))
            return environment.concat(template.generate(variables))
        except Exception as error:
            # Templates are programs of strangers: they fail with whatever they like.
            raise _unusable(error) from error


class _Generation(jinja2.ext.Extension):
    """The tag that marks an answer for training means nothing here but its content."""

    tags = {"generation"}  # noqa: RUF012  what Jinja expects

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _Namespace(Namespace):
    """A namespace that does not print what it holds, which may be itself."""

    def __repr__(self) -> str:
        return "<namespace>"


class _Sandbox(ImmutableSandboxedEnvironment):
    """A Jinja environment for one rendering; set up as `transformers` does it."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "**", "%"])

    def __init__(self, budget: Budget) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,  # or constants would be computed before anything is metered
            finalize=self._written,
            extensions=[jinja2.ext.loopcontrols, _Generation],
        )
        self._budget = budget
        self._string_methods = string_methods_for(budget)
        self.filters = {name: self._paid(each) for name, each in filters_for(budget).items()}
        tests = cast("dict[str, Callable[..., Any]]", TESTS)
        self.tests = {name: self._paid(each) for name, each in tests.items()}
        self.globals = {
            "namespace": _Namespace,
            "raise_exception": _raise_exception,
            "range": self.globals["range"],
            "strftime_now": _strftime_now,
        }

    def step(self, value: object = None) -> object:
        """Pay for a value, or for one turn of a loop; `call` does that."""
        return value

    def joined(self, *values: object) -> str:
        """Bounded form of `~`."""
        return self.concat(map(str, values))

    def concat(self, pieces: Iterable[str]) -> str:
        """Bounded form of what joins the output of blocks, macros and templates."""
        kept: list[str] = []
        length = 0
        for piece in pieces:
            length += len(piece)
            self._budget.check_length(length)
            kept.append(piece)
        return "".join(kept)

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call something, paid by its arguments and its result, to a bounded depth."""
        with self._budget.deeper():
            self._budget.pay_for(args)
            self._budget.pay_for(kwargs)
            result = super().call(context, called, *args, **kwargs)
            self._budget.pay_for(result)
            return result

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look up an attribute; the methods of strings are bounded ones."""
        self._budget.charge(STEP)
        if isinstance(obj, str):
            method = self._string_methods.get(attribute)
            return partial(method, obj) if method else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up an item, which costs a step."""
        self._budget.charge(STEP)
        return super().getitem(obj, argument)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ARG002
        """Offer no other `format` than the bounded one of `getattr`."""
        return None

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow none of strings (`getattr` has theirs), numbers and types."""
        if isinstance(obj, str | int | float | type):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute, once it is clear that the result is not too large."""
        if operator == "*":
            self._check_product(left, right)
        elif operator == "**":
            _check_power(left, right)
        elif operator == "%" and isinstance(left, str):
            raise BudgetError("it formats text by %")
        result = super().call_binop(context, operator, left, right)
        self._budget.pay_for(result)
        return result

    def _check_product(self, left: Any, right: Any) -> None:
        for sequence, times in ((left, right), (right, left)):
            if isinstance(sequence, str) and isinstance(times, int):
                self._budget.check_length(len(sequence) * times)
            elif isinstance(sequence, list | tuple) and isinstance(times, int):
                self._budget.charge(STEP * len(sequence) * max(times, 0))
        _check_bits(_bits(left) + _bits(right))

    def _written(self, value: object) -> str:
        text = str(value)
        self._budget.pay_for(text)
        return text

    def _paid(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def paid(*args: Any, **kwargs: Any) -> Any:
            self._budget.charge(STEP)
            result = function(*args, **kwargs)
            self._budget.pay_for(result)
            return result

        return paid


def _bits(value: object) -> int:
    return value.bit_length() if isinstance(value, int) else 0


def _check_power(left: Any, right: Any) -> None:
    _check_bits(_bits(left) * right if isinstance(right, int) else 0)


def _check_bits(bits: int) -> None:
    if bits > _MAX_INTEGER_BITS:
        raise BudgetError(f"it computes numbers of more than {_MAX_INTEGER_BITS} bits")


def _raise_exception(message: object) -> None:
    raise JinjaError(str(message))


def _strftime_now(pattern: str) -> str:
    if len(pattern) > STEP:
        raise BudgetError("it asks for a date of unusual length")
    return dt.datetime.now().astimezone().strftime(pattern)


def _unusable(error: Exception) -> TemplateError:
    """One bounded, printable sentence for anything that went wrong in a template."""
    said = str(error) if isinstance(error, JinjaError | BudgetError) else type(error).__name__
    line = " ".join(said[:500].split())
    printable = "".join(c for c in line if unicodedata.category(c)[0] != "C")
    shown = printable if len(printable) <= 160 else printable[:159] + "…"
    return TemplateError(
        f"The chat template of this model failed ({shown}): start a new conversation"
        " or use another model file."
    )
