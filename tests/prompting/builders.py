"""Short ways to write conversations and to read prompts."""

from __future__ import annotations

from perhaps.imaging import ImagePixels
from perhaps.prompting import (
    ControlTokens,
    ImagePart,
    Message,
    Picture,
    PromptPart,
    TemplateText,
    TextPart,
    UserText,
)

TOKENS = ControlTokens(bos="<s>", eos="</s>")


def picture(shade: int = 0) -> ImagePixels:
    return ImagePixels.from_rgb(bytes([shade] * 3), (1, 1))


def part(content: str | ImagePixels) -> TextPart | ImagePart:
    return TextPart(content) if isinstance(content, str) else ImagePart(content)


def system(text: str) -> Message:
    return Message("system", (TextPart(text),))


def user(*contents: str | ImagePixels) -> Message:
    return Message("user", tuple(map(part, contents)))


def assistant(text: str) -> Message:
    return Message("assistant", (TextPart(text),))


def shown(parts: tuple[PromptPart, ...]) -> str:
    """The prompt in one line of sight: user text in ⟦ ⟧, a picture as ▣ and its shade."""
    return "".join(map(_shown, parts))


def _shown(one: PromptPart) -> str:
    match one:
        case TemplateText(text):
            return text
        case UserText(text):
            return f"⟦{text}⟧"
        case Picture(image):
            return f"▣{image.pixels[0, 0, 0]}"
