"""Keep what people wrote out of the reach of a template.

The template gets an unguessable number for each text and each picture, and what it writes
is cut at these numbers. So no character of a user ever becomes template text.

A number has no letters, spaces or signs: `upper`, `trim`, `'<think>' in content` or
`content.split('</think>')` leave it whole, but of course they do not act on the text that
it stands for. Whoever wants a text trimmed trims it beforehand.
"""

from __future__ import annotations

import re
import secrets

from perhaps.errors import TemplateError
from perhaps.prompting.parts import Picture, PromptPart, TemplateText, UserText

_INDEX_DIGITS = 6


class Placeholders:
    """The numbers of one rendering."""

    def __init__(self) -> None:
        self._nonce = f"{secrets.randbits(128):039d}"
        self._hidden: list[UserText | Picture] = []

    def hide(self, part: UserText | Picture) -> str:
        """Return the number that stands for a part; parts are hidden in prompt order."""
        self._hidden.append(part)
        return f"{self._nonce}{len(self._hidden) - 1:0{_INDEX_DIGITS}d}"

    def reveal(self, rendered: str) -> tuple[PromptPart, ...]:
        """Cut what a template wrote at the numbers, and put the parts in their places.

        Raises TemplateError unless each of them is there once, in order.
        """
        pieces = re.split(f"{self._nonce}([0-9]{{{_INDEX_DIGITS}}})", rendered)
        written, found = pieces[::2], [int(index) for index in pieces[1::2]]
        self._check(found)
        parts: list[PromptPart] = [TemplateText(sound(written[0]))]
        for part, text in zip(self._hidden, written[1:], strict=True):
            parts += [part, TemplateText(sound(text))]
        return tuple(part for part in parts if part != TemplateText(""))

    def _check(self, found: list[int]) -> None:
        expected = list(range(len(self._hidden)))
        if found == expected:
            return
        if missing := set(expected) - set(found):
            fault = f"leaves out {len(missing)} of {len(expected)} texts and pictures"
        elif len(found) > len(expected):
            fault = "repeats a text or a picture"
        else:
            fault = "changes the order of texts and pictures"
        raise TemplateError(
            f"The chat template of this model {fault}: start a new conversation"
            " or use another model file."
        )


def sound(text: str) -> str:
    """Make a text that UTF-8 can hold: lone surrogates become replacement characters."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
