"""Asks before a link out of an answer is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from perhaps.views.labels import one_line

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMES = ("http", "https", "mailto")
LONGEST = 2000
"""Characters of an address that anybody could mean."""

translate = QCoreApplication.translate


def host_of(url: QUrl) -> str:
    """Give what a person should read before going there: the host, or who gets the mail."""
    if url.scheme() == "mailto":
        return one_line(url.path())
    # Letters of other alphabets can look like ours, so the host is shown as the network sees it.
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    return host if url.port() < 0 else f"{host}:{url.port()}"


def safe_url(address: str) -> QUrl | None:
    """Give the address of a page or a mailbox; None for anything else."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if len(address) > LONGEST or not url.isValid() or url.scheme().lower() not in SCHEMES:
        return None
    return url if host_of(url) else None


class LinkQuestion(QMessageBox):
    """Shows where a link leads; opens it only when the person says so."""

    def __init__(
        self, url: QUrl, open_url: Callable[[QUrl], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("linkQuestion")
        self.setWindowTitle(translate("LinkQuestion", "Open a link"))
        self.setTextFormat(Qt.TextFormat.PlainText)
        question = translate("LinkQuestion", "The answer links to {host}. Open it?")
        self.setText(question.format(host=host_of(url)))
        self.setInformativeText(one_line(url.toDisplayString(), 400))
        self._open = self.addButton(
            translate("LinkQuestion", "Open in the browser"), QMessageBox.ButtonRole.AcceptRole
        )
        self._open.setObjectName("openLink")
        cancel = self.addButton(QMessageBox.StandardButton.Cancel)
        self.setDefaultButton(cancel)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._open.clicked.connect(lambda: open_url(url))


def ask_to_open(address: str, parent: QWidget) -> bool:
    """Ask about a link; False where it is none that may be opened."""
    url = safe_url(address)
    if url is None:
        return False
    LinkQuestion(url, QDesktopServices.openUrl, parent).open()
    return True
