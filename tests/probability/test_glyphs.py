import pytest

from perhaps.probability.glyphs import visible_token


@pytest.mark.parametrize(
    ("data", "glyphs"),
    [
        (b" owl", "·owl"),
        (b"\t\n\r", "⇥↵␍"),
        ("é".encode()[:1], "⟨C3⟩"),
        (b"a\xe2\x82b", "a⟨E2⟩⟨82⟩b"),
        ("🦉".encode(), "🦉"),
        ("\u202e".encode(), "⟨U+202E⟩"),
        ("\u00a0".encode(), "⟨U+00A0⟩"),
        ("\u0301".encode(), "\u25cc\u0301"),
        (b"", ""),
    ],
)
def test_every_token_can_be_seen(data, glyphs):
    assert visible_token(data) == glyphs


def test_different_tokens_look_different():
    tokens = [b" a", b"a", b"a ", b"\ta", b"\xc2\xa0a", b"\xe2\x80\x8ba", b"\xffa"]
    assert len({visible_token(token) for token in tokens}) == len(tokens)


def test_long_tokens_are_cut():
    assert len(visible_token(b"x" * 1000)) == 25
