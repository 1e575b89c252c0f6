"""One line of a batch → what it asks for; whatever it holds, it is refused in words."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import msgspec

from perhaps.commands.asking import make_request
from perhaps.errors import RequestError
from perhaps.inference.protocol import ImagePart, SamplingOptions

if TYPE_CHECKING:
    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import Request

TEXT: tuple[Any, str] = (str, "a text")
TEXTS: tuple[Any, str] = (list[str], "a list of texts")
WHOLE: tuple[Any, str] = (int, "a whole number")
NUMBER: tuple[Any, str] = (float, "a number")
FIELDS = {
    "id": (Any, "anything"),
    "question": TEXT,
    "images": TEXTS,
    "stop": TEXTS,
    "max_tokens": WHOLE,
    "top_logprobs": WHOLE,
    "seed": WHOLE,
    "temperature": NUMBER,
    "top_k": WHOLE,
    "top_p": NUMBER,
    "min_p": NUMBER,
    "repeat_penalty": NUMBER,
    "repeat_last": WHOLE,
}
SAMPLING_FIELDS = frozenset(field.name for field in fields(SamplingOptions))
PLAIN_FIELDS = frozenset({"max_tokens", "top_logprobs", "seed"})
MOST_LEVELS = 64
"""Of lists and objects in each other; a result that is printed gets the `id` back."""
SHOWN_LENGTH = 40
"""Of a value in a sentence about it."""


@dataclass(frozen=True)
class Wish:
    """A line whose fields are there and of the right kinds."""

    question: str
    images: tuple[str, ...]
    given: dict[str, Any]

    def request(self, engine: LocalEngine, template: Request) -> Request:
        """Read the pictures, and take from the template what the line leaves open."""
        pictures = [ImagePart(engine.read_picture(path).image) for path in self.images]
        sampling: dict[str, Any] = _only(SAMPLING_FIELDS, self.given)
        filled = replace(
            template,
            **_only(PLAIN_FIELDS, self.given),
            stop=tuple(self.given.get("stop", template.stop)),
            sampling=replace(template.sampling, **sampling),
        )
        return make_request(self.question, pictures, filled)


def _only(names: frozenset[str], given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in names & set(given)}


def read_object(line: bytes) -> dict[str, Any]:
    """Read a line as a JSON object that can be printed again; raises RequestError."""
    try:
        wish = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise RequestError(f"This line is not UTF-8 (at byte {error.start + 1}).") from None
    except ValueError as error:
        raise RequestError(f"This line is not JSON ({error}).") from None
    except RecursionError:
        raise RequestError(_TOO_DEEP) from None
    if not isinstance(wish, dict) or "question" not in wish:
        raise RequestError('A line must be an object with a "question", such as {"question": "…"}.')
    if _is_deeper(wish, MOST_LEVELS):
        raise RequestError(_TOO_DEEP)
    return wish


_TOO_DEEP = f"This line has more than {MOST_LEVELS} lists or objects in each other; use fewer."


def _is_deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def check_id(given: object) -> None:
    """Raise RequestError for an `id` with a number that JSON cannot say."""
    try:
        json.dumps(given, allow_nan=False)
    except ValueError:
        raise RequestError('"id" holds a number that is not finite; use another one.') from None


def read_wish(given: dict[str, Any]) -> Wish:
    """Check the fields of a line; raises RequestError for the first that cannot be used."""
    if unknown := sorted(set(given) - set(FIELDS)):
        raise RequestError(f"There is no field {shown(unknown[0])}; there are {', '.join(FIELDS)}.")
    for name, value in given.items():
        kind, words = FIELDS[name]
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError:
            raise RequestError(f'"{name}" is {shown(value)}; it must be {words}.') from None
    return Wish(given["question"], tuple(given.get("images", ())), given)


def shown(value: object) -> str:
    """Give the JSON of a value, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN_LENGTH else text[:SHOWN_LENGTH] + "…"
