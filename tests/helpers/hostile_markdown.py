"""Texts that make readers of Markdown slow, deep, or talkative."""

from __future__ import annotations

import random

from perhaps.markdown.highlight import LANGUAGES

MANY = 100_000
SECRET = "/etc/hostname"

_chance = random.Random(7)


def _characters(low: int, high: int, count: int) -> str:
    return "".join(chr(_chance.randrange(low, high)) for _ in range(count))


LARGE = {
    "a line of a million characters": "x" * 1_000_000,
    "a line of words": "word " * 200_000,
    "quotes in one line": ">" * 10_000 + " x",
    "quotes with spaces": "> " * 10_000 + "x",
    "quotes ever deeper": "\n".join(">" * depth + " a" for depth in range(1, 300)),
    "brackets": "[" * MANY,
    "links that never end": "[a](" * (MANY // 4),
    "pictures that never end": "![" * (MANY // 2),
    "stars": "*a " * (MANY // 3),
    "underscores": "_a_" * (MANY // 3),
    "ticks": "".join("`" * count + " " for count in range(440)),
    "strikes": "~~a " * (MANY // 4),
    "emphasis within emphasis": "**a *b " * (MANY // 7),
    "lists in one line": "- " * 10_000 + "x",
    "lists ever deeper": "".join("  " * depth + "- a\n" for depth in range(300)),
    "large numbers": "999999999. a\n" * (MANY // 13),
    "5000 tables": "|a|b|\n|-|-|\n|1|2|\n\n" * 5000,
    "columns": "|" + "a|" * 5000 + "\n|" + "-|" * 5000 + "\n",
    "rows": "|a|b|\n|-|-|\n" + "|1|2|\n" * 5000,
    "rows of blanks": "|" + "a|" * 60 + "\n|" + "-|" * 60 + "\n" + "|1|\n" * 5000,
    "cells beyond the columns": "|a|b|\n|-|-|\n" + ("|" * 1400 + "\n") * 70,
    "an endless item": "- a\n" + "  [[[[[[[[[![![![\n" * (MANY // 20),
    "an endless item of quotes": "- a\n" + ("  " + "> " * 40 + "*a\n") * (MANY // 90),
    "text below the deepest list": "".join("  " * depth + "- a\n" for depth in range(60))
    + (" " * 120 + "[a](b ![\n") * (MANY // 140),
    "headings": "# a\n" * (MANY // 4),
    "lines across": "---\n" * (MANY // 4),
    "ampersands": "&" * MANY,
    "backslashes": "\\" * MANY,
    "addresses": "<a:" * (MANY // 3),
    "html": "<div>" * (MANY // 5),
    "tables in html": "<table><tr><td>" * 5000,
    "formulas": "$a$ " * (MANY // 4),
    "fractions": r"$\frac{" * (MANY // 8),
    "references": "[a]: http://b\n" * (MANY // 14) + "[a]",
    "fences": "```\n" * (MANY // 4),
    "an open fence": "```python\n" + "x = 1\n" * (MANY // 6),
    "a line of code": "```js\n" + "a" * MANY + "\n```",
    "a string of code": "```python\n" + "'" * 10_000 + "\n```",
    "line breaks": "\n" * MANY,
    "spaces": " " * MANY,
    "tabs": "\t" * MANY,
    "marks upon marks": "a" + "\u0301" * MANY,
    "directions": "\u202e\u2066a" * (MANY // 3),
    "families": "👩‍👩‍👧‍👦" * (MANY // 11),
    "no characters": "\0\ufffe\ud7ff" * (MANY // 3),
    "half characters": "\ud800a\udc00" * (MANY // 3),
    "private characters": _characters(0xE000, 0xF8FF, MANY),
    "Chinese": "这是一个句子" * (MANY // 6),
    "Arabic": "مرحبا بالعالم " * (MANY // 14),
}

CODE_PIECES = ("'", '"', "(", "/*", "<", "\\", "a ", "1", " ", "{", "#", "`", "--", "a:", "@")
CODE = {
    f"{language} of {piece!r}": f"```{language}\n" + "\n".join([(piece * 600)[:599]] * 16) + "\n```"
    for language in LANGUAGES
    for piece in CODE_PIECES
}

TALKATIVE = {
    "a picture from a file": f"![x]({SECRET})",
    "a picture by url": f"![x](file://{SECRET})",
    "a picture from the network": "![x](http://127.0.0.1:9/x.png)",
    "a picture by reference": f"![x][1]\n\n[1]: {SECRET}",
    "a picture in html": f'<img src="{SECRET}"> <img src="http://127.0.0.1:9/">',
    "a style": f'<style>@import url("http://127.0.0.1:9/");</style><link href="{SECRET}">',
    "a style with a picture": f'<p style="background-image: url({SECRET})">x</p>',
    "a page": f'<iframe src="{SECRET}"></iframe><object data="{SECRET}"></object>',
    "a script": "[x](javascript:alert(1)) <script>alert(1)</script>",
    "a file to click": f"[x](file://{SECRET}) <file://{SECRET}>",
    "a resource": "![x](qrc:/a.png) ![x](:/a.png) ![x](data:image/png;base64,AAAA)",
    "a share": r"![x](\\127.0.0.1\a\b.png) ![x](//127.0.0.1/b.png)",
    "a picture in a table": f"|a|\n|-|\n|![x]({SECRET})|",
    "a formula that reads": rf"$\input{{{SECRET}}}$ $\include{{{SECRET}}}$",
    "code that includes": f'```c\n#include "{SECRET}"\n```',
}
