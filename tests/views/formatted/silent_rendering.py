"""Renders hostile answers between two marks that a tracer of system calls sees.

`python -m tests.views.formatted.silent_rendering`, under the offscreen platform.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QUrl
from PySide6.QtWidgets import QApplication

from perhaps.markdown.reading import Reading
from perhaps.paths import resources_path
from perhaps.state.selection import Selection
from perhaps.state.settings import Settings
from perhaps.views.formatted.formatted_text import FormattedText
from perhaps.views.theme import Theme
from tests.helpers.hostile_markdown import LARGE, TALKATIVE
from tests.views.formatted.builders import PAGE, an_answer

BEGIN = "/perhaps-rendering-begins"
END = "/perhaps-rendering-ends"
HARMLESS = (
    PAGE + "\n*a* **b** ***c*** ~~d~~ `e` $f$ \N{RIGHT-TO-LEFT OVERRIDE} \n\n```c\nint g;\n```\n"
)
"""Brings in every font and parser that the others take."""
SAMPLED = ("quotes in one line", "5000 tables", "html", "pictures that never end")


def render(app: QApplication, theme: Theme, text: str) -> None:
    """Show one answer, wait until all of it is there, and paint it."""
    selection = Selection()
    shown = FormattedText(Reading(text), an_answer(text), selection, theme)
    shown.resize(600, 300)
    shown.show()
    while not shown.complete:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
    shown.grab()
    shown.highlighted.emit(QUrl("http://127.0.0.1:9/"))
    app.processEvents()
    shown.hide()


def main() -> None:
    """Render what is harmless, then the rest between the marks."""
    app = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        store = QSettings(str(Path(folder) / "a.ini"), QSettings.Format.IniFormat)
        theme = Theme(app, Settings(store), resources_path() / "themes")
        render(app, theme, HARMLESS)
        texts = [*TALKATIVE.values(), *(LARGE[name][:40_000] for name in SAMPLED)]
        os.access(BEGIN, os.F_OK)
        for text in texts:
            render(app, theme, text)
        os.access(END, os.F_OK)


if __name__ == "__main__":
    main()
