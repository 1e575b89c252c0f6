"""Which addresses may be opened, and what is read of them."""

import pytest
from PySide6.QtCore import QUrl

from perhaps.views.formatted.link_question import host_of, safe_url


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://example.com/a?b=c", "example.com"),
        ("http://user:password@evil.example/bank.com", "evil.example"),
        ("https://bank.com@evil.example", "evil.example"),
        ("https://localhost:631/admin", "localhost:631"),
        ("https://аррle.com", "xn--le-6kc8da.com"),
        ("mailto:a@b.c?subject=x", "a@b.c"),
    ],
)
def test_the_host_is_what_the_network_sees(address, host):
    assert host_of(safe_url(address)) == host


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.b",
        "qrc:/a",
        "/etc/passwd",
        "//a.b/c",
        "https:///nowhere",
        "https://",
        "mailto:",
        "",
        "https://a.b/" + "x" * 3000,
    ],
)
def test_nothing_else_is_opened(address):
    assert safe_url(address) is None


def test_addresses_of_qt_are_read_the_same_way():
    assert safe_url(QUrl("https://a.b/c d").toString(QUrl.ComponentFormattingOption.FullyEncoded))
