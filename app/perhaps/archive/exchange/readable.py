"""A chat for people: Markdown, or an HTML page that opens anywhere."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

from perhaps.archive.records import moment
from perhaps.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.archive.records import Chat, KeptPicture, Message
    from perhaps.archive.store import Archive

_KINDS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
    b"BM": "image/bmp",
}
_STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem;
  color: #1d1e22; background: #f6f6f3; }
h1 { font-size: 1.3rem; } time { color: #6c6e77; font-size: .85rem; }
section { margin: 1.2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
section.user { background: #fff; border-radius: .8rem; padding: .7rem 1rem; margin-left: 15%; }
img { max-width: 100%; max-height: 24rem; border-radius: .5rem; display: block; }
@media (prefers-color-scheme: dark) { body { color: #ececef; background: #1a1b1f; }
  section.user { background: #222329; } time { color: #a0a2ab; } }
"""


def to_markdown(archive: Archive, chat: Chat) -> str:
    """Write the shown way through a chat; pictures by their names. Raises ArchiveError."""
    lines = [f"# {_one_line(chat.title)}", "", _date(chat.created), ""]
    for message in shown_path(archive.messages(chat.id)):
        lines += [f"## {_speaker(message)}", ""]
        for picture in message.pictures:
            lines += [f"*{_one_line(picture.name)}*", ""]
        lines += [message.text.strip(), ""]
    return "\n".join(lines)


def to_html(archive: Archive, chat: Chat) -> str:
    """Write the shown way through a chat, with its pictures in it. Raises ArchiveError."""
    sections = "\n".join(
        _section(archive, message) for message in shown_path(archive.messages(chat.id))
    )
    title = escape(_one_line(chat.title))
    # Nothing in it may be loaded or run: it is words and the pictures that are in it.
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<time>{_date(chat.created)}</time>\n{sections}\n</body>\n</html>\n"
    )


def shown_path(messages: Sequence[Message]) -> list[Message]:
    """Follow the versions that were shown last, from the beginning to the end."""
    children: dict[int | None, list[Message]] = {}
    known = {each.id for each in messages}
    for each in messages:
        children.setdefault(each.parent if each.parent in known else None, []).append(each)
    path: list[Message] = []
    following = children.get(None)
    while following:
        path.append(max(following, key=lambda each: (each.chosen, each.id)))
        following = children.get(path[-1].id)
    return path


def _section(archive: Archive, message: Message) -> str:
    pictures = "".join(_picture(archive, each) for each in message.pictures)
    text = escape(message.text.strip())
    return f'<section class="{message.role}">{pictures}{text}</section>'


def _picture(archive: Archive, picture: KeptPicture) -> str:
    name = escape(_one_line(picture.name))
    try:
        data = archive.pictures.read(picture.content)
    except ArchiveError:
        return f"<em>{name}</em>"
    kind = _kind(data)
    if kind is None:
        return f"<em>{name}</em>"
    encoded = base64.b64encode(data).decode()
    return f'<img alt="{name}" src="data:{kind};base64,{encoded}">'


def _kind(data: bytes) -> str | None:
    """Name the kind of a picture that browsers show."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)


def _speaker(message: Message) -> str:
    return {"user": "Question", "assistant": "Answer", "system": "System"}[message.role]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _date(milliseconds: int) -> str:
    return f"{moment(milliseconds):%Y-%m-%d %H:%M} UTC"
