"""A byte-level BPE vocabulary of any size for the test models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product

from gguf import TokenType

# The last tokens of every vocabulary, in this order.
CONTROL_TOKENS = ("<|im_start|>", "<|im_end|>", "<s>", "</s>", "<|endoftext|>")
BOS, EOS = "<s>", "<|im_end|>"

CHATML = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)

_WORDS = """the a is what in this picture image user assistant system of and describe there
color colour red green blue how many objects left right yes no you are it on to"""


@dataclass(frozen=True)
class Vocabulary:
    """Tokens in GGUF's form, written in GPT-2's byte alphabet."""

    tokens: tuple[str, ...]
    types: tuple[int, ...]
    merges: tuple[str, ...]


@cache
def make_vocabulary(size: int) -> Vocabulary:
    """Build 256 bytes, a few English words, made-up words and the control tokens."""
    alphabet = byte_alphabet()
    merges, words = _word_merges(alphabet)
    plain = [*alphabet, *words]
    plain += _made_up_words(size - len(plain) - len(CONTROL_TOKENS), alphabet, taken=set(words))
    types = [TokenType.NORMAL] * len(plain) + [TokenType.CONTROL] * len(CONTROL_TOKENS)
    return Vocabulary((*plain, *CONTROL_TOKENS), tuple(int(kind) for kind in types), merges)


def byte_alphabet() -> list[str]:
    """The 256 characters that stand for the bytes 0 … 255, as GPT-2 chose them."""
    visible = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    hidden = iter(range(0x100, 0x200))
    return [chr(byte) if byte in visible else chr(next(hidden)) for byte in range(256)]


def _word_merges(alphabet: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Merges that build each word from left to right, and the tokens that they make."""
    merges: dict[str, None] = {}
    tokens: dict[str, None] = {}
    for word in _WORDS.split():
        left = alphabet[ord(" ")]
        for letter in word:
            merges[f"{left} {letter}"] = None
            left += letter
            tokens[left] = None
    return tuple(merges), list(tokens)


def _made_up_words(count: int, alphabet: list[str], taken: set[str]) -> list[str]:
    """Distinct three-syllable words; no merge leads to them, so only the model says them."""
    if count < 0:
        raise ValueError("the vocabulary is too small for its bytes, words and control tokens")
    syllables = [a + b for a, b in product("bdfghjklmnprstvwyzcx", "aeiou")]
    space = alphabet[ord(" ")]
    words: list[str] = []
    for parts in product(syllables, repeat=3):
        if len(words) == count:
            break
        # From the back, so that neighbours differ in their first syllable.
        word = space + "".join(reversed(parts))
        if word not in taken:
            words.append(word)
    return words
