"""Where links lead, and those that a text names in one place and refers to in others."""

from __future__ import annotations

import re
from itertools import islice

from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import normalizeReference

SAFE = ("http://", "https://", "mailto:")
MOST = 500
"""Addresses of one text."""
LOOKED_AT = 100_000
"""Characters that may name one; no more are formatted."""
DEFINITION = re.compile(
    r"^ {0,3}\[([^\[\]\n]{1,200})\]:[ \t]*<?([^\s<>]{1,2000})>?(?:[ \t]+[\"'(][^\n]*)?[ \t]*$",
    re.MULTILINE,
)


def safe_link(address: str) -> str:
    """Give an address that may be opened after a question, else nothing."""
    return address if address.lower().startswith(SAFE) else ""


def references(text: str) -> dict[str, dict[str, str]]:
    """Give the addresses that lines like `[name]: address` name, as markdown-it wants them."""
    found: dict[str, dict[str, str]] = {}
    for match in islice(DEFINITION.finditer(text, 0, LOOKED_AT), MOST):
        name, address = match.groups()
        if safe_link(address):
            entry = {"title": "", "href": normalizeLink(address)}
            found.setdefault(normalizeReference(name), entry)
    return found
