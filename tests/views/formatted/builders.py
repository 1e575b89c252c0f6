"""Answers in Markdown."""

from __future__ import annotations

import re

from perhaps.inference.protocol import Request
from perhaps.state.answer import Answer
from tests.state.builders import a_model, a_step, finished

PAGE = """# Shapes

There is an **owl**, see [the page](https://example.com/owl).

- one
- two

```python
x = 1
```

| a | b |
|---|--:|
| 1 | 2 |

> said
"""


def an_answer(text: str, sure: float = 0.99, doubtful: dict[str, float] | None = None) -> Answer:
    """One token a word; those in `doubtful` get their probability."""
    answer = Answer(Request(messages=()), a_model())
    pieces = re.findall(r"\s*\S+|\s+$", text)
    shares = doubtful or {}
    for piece in pieces:
        data = piece.encode("utf-8", "replace")
        answer.apply([a_step(piece, shares.get(piece.strip(), sure), data=data)])
    answer.apply([finished()])
    return answer
