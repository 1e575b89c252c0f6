"""Stage 3 of a question: a conversation becomes the parts of a prompt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from perhaps.errors import TemplateError
from perhaps.imaging.pixels import ImagePixels
from perhaps.prompting.builtin import CHATML, VICUNA
from perhaps.prompting.messages import ImagePart, Message, TextPart
from perhaps.prompting.parts import Picture, PromptPart, UserText
from perhaps.prompting.placeholders import Placeholders, sound

if TYPE_CHECKING:
    from collections.abc import Sequence

Origin = Literal["model", "vicuna", "chatml"]

_BETWEEN_TEXTS = "\n\n"  # of one turn
_RENDER_SECONDS = 1.0  # real templates take a few milliseconds
_TRIAL_SECONDS = 0.3  # of each of the at most four when a template is chosen


@dataclass(frozen=True)
class ControlTokens:
    """What a template needs to know of the vocabulary."""

    bos: str = ""
    """Beginning of sequence, as text."""
    eos: str = ""
    """End of sequence, as text."""
    adds_bos: bool = False
    """The tokeniser begins each prompt with `bos`, so the template must not."""
    knows_chatml: bool = False
    """`<|im_start|>` is a token."""


class ChatTemplate:
    """A chat template that is known to place every text and picture once."""

    def __init__(
        self, source: str, tokens: ControlTokens, origin: Origin, problem: str = ""
    ) -> None:
        # The window needs this package for its messages only, and starts without Jinja.
        from perhaps.prompting.sandbox import Program

        self.origin = origin
        self.problem = problem
        """Why the model's own template is not used; empty where it is, or has none."""
        self._tokens = tokens
        self._program = Program(source)
        self._typed = self._needs_typed_content()
        self._takes_system = self._renders(_SYSTEM_TRIAL)

    @classmethod
    def choose(cls, source: str | None, tokens: ControlTokens) -> ChatTemplate:
        """Return the template of a model, or a built-in one where that does not work."""
        problem = ""
        if source:
            try:
                return cls(source, tokens, "model")
            except TemplateError as error:
                problem = str(error)
        if tokens.knows_chatml:
            return cls(CHATML, tokens, "chatml", problem)
        return cls(VICUNA, tokens, "vicuna", problem)

    def render(self, messages: Sequence[Message]) -> tuple[PromptPart, ...]:
        """Return the prompt that asks for the next answer; raises TemplateError."""
        turns = messages if self._takes_system else _with_system_in_first_question(messages)
        return self._rendered(turns)

    def _rendered(
        self, messages: Sequence[Message], seconds: float = _RENDER_SECONDS
    ) -> tuple[PromptPart, ...]:
        placeholders = Placeholders()
        turns = [
            {"role": message.role, "content": self._content(message, placeholders)}
            for message in messages
        ]
        written = self._program.run(self._variables(turns), seconds)
        if self._tokens.adds_bos:
            written = written.removeprefix(self._tokens.bos)
        return placeholders.reveal(written)

    def _variables(self, turns: list[dict[str, object]]) -> dict[str, object]:
        return {
            "messages": turns,
            "add_generation_prompt": True,
            "bos_token": self._tokens.bos,
            "eos_token": self._tokens.eos,
            "tools": None,
            "documents": None,
        }

    def _content(self, message: Message, placeholders: Placeholders) -> object:
        """Give the template a turn: pictures first, so that questions share their prefix.

        A picture too is given as text. Templates write a marker of their own for an
        `image` part (`<image>`, `<|vision_start|>…`), and the engine adds the same tokens
        around every picture: they would be there twice. llama.cpp does it likewise.
        """
        pictures = [
            placeholders.hide(Picture(part.image))
            for part in message.parts
            if isinstance(part, ImagePart)
        ]
        text = _BETWEEN_TEXTS.join(
            placeholders.hide(UserText(sound(part.text)))
            for part in message.parts
            if isinstance(part, TextPart) and part.text
        )
        if not self._typed:
            return "".join(pictures) + text
        typed: list[object] = [
            {"type": "text", "text": picture, "picture": True} for picture in pictures
        ]
        return [*typed, {"type": "text", "text": text}] if text else typed

    def _needs_typed_content(self) -> bool:
        """Find out whether content must be a list of typed parts instead of a string."""
        self._typed = False
        if self._renders(_PICTURE_TRIAL):
            return False
        self._typed = True
        self._rendered(_PICTURE_TRIAL, _TRIAL_SECONDS)  # raises: neither works
        return True

    def _renders(self, messages: Sequence[Message]) -> bool:
        try:
            self._rendered(messages, _TRIAL_SECONDS)
        except TemplateError:
            return False
        return True


def _with_system_in_first_question(messages: Sequence[Message]) -> list[Message]:
    """Put system texts before the first question, for templates without that role."""
    system = tuple(part for each in messages if each.role == "system" for part in each.parts)
    turns = [message for message in messages if message.role != "system"]
    for index, message in enumerate(turns):
        if message.role == "user":
            turns[index] = replace(message, parts=(*system, *message.parts))
            return turns
    raise TemplateError("There is no question to put to the model: ask one.")


_TRIAL_PICTURE = ImagePixels.from_rgb(bytes(3), (1, 1))
_PICTURE_TRIAL = [Message("user", (ImagePart(_TRIAL_PICTURE), TextPart("question")))]
# Two questions, since some templates put the system text before the last one.
_SYSTEM_TRIAL = [
    Message("system", (TextPart("system"),)),
    Message("user", (TextPart("question"),)),
    Message("assistant", (TextPart("answer"),)),
    Message("user", (TextPart("question"),)),
]
