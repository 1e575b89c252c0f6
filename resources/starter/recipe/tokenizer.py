"""The byte-level BPE, in which every name is one token, and the token layout of a chat."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from recipe.asking import ask
from recipe.casts import random_scene
from recipe.kinds import KINDS, NAMELESS, last_word
from recipe.palette import COLOURS
from recipe.small_talk import NEED_PICTURE, OFF_TOPIC, SMALL_TALK, small_talk

if TYPE_CHECKING:
    from pathlib import Path

LEARNED = 1024  # tokens that the corpus decides
CONTROLS = ("<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>")
BEGIN, END, SYSTEM, USER, ASSISTANT = range(5)

CHAT_TEMPLATE = (
    "{{ bos_token }}"
    "{%- for message in messages -%}"
    "{{ '<|' + message['role'] + '|>' }}"
    "{%- if message['content'] is string -%}{{ message['content'] }}"
    "{%- else -%}"
    "{%- for part in message['content'] -%}"
    "{%- if part['type'] == 'text' -%}{{ part['text'] }}"
    "{%- elif part['type'] in ('image', 'image_url') -%}{{ '<image>' }}"
    "{%- endif -%}{%- endfor -%}{%- endif -%}"
    "{%- if message['role'] == 'assistant' -%}{{ eos_token }}{%- endif -%}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"
)

FILLER = """\
The quick brown fox jumps over the lazy dog. You are a helpful assistant. Answer briefly. Please
answer in one short sentence. I think that this could be a picture of something else, maybe a
drawing with lines, corners and edges. Who, what, when, where, why and how? Left, right, above,
below, between, next to, behind, in front of. One two three four five six seven eight nine ten 0
1 2 3 4 5 6 7 8 9.
"""


def corpus(count: int = 40000) -> list[str]:
    """Collect questions and answers for the tokenizer to learn from."""
    rng = Random(11)
    lines = [*OFF_TOPIC, *SMALL_TALK, NEED_PICTURE, *FILLER.splitlines()] * 20
    for _ in range(count):
        question = ask(rng, random_scene(rng))
        lines += [question.text, question.answer]
        lines += small_talk(rng) if rng.random() < 0.05 else ()
    return lines


def train_tokenizer(path: Path) -> Tokenizer:
    """Learn the merges and store the tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=LEARNED,
        special_tokens=list(CONTROLS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    whole = join_names(json.loads(tokenizer.to_str()))
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
    return Tokenizer.from_file(str(path))


def join_names(bpe: dict) -> dict:
    """Append merges until each name, as it stands inside a sentence, is one token."""
    vocabulary, merges = bpe["model"]["vocab"], bpe["model"]["merges"]
    kinds = (last_word(kind) for kind in KINDS if kind not in NAMELESS)
    names = [" " + name for name in dict.fromkeys((*kinds, *COLOURS))]
    while True:
        tokenizer = Tokenizer.from_str(json.dumps(bpe))
        split = [pieces for name in names if len(pieces := tokenizer.encode(name).tokens) > 1]
        if not split:
            return bpe
        for first, second, *_ in split:
            if first + second not in vocabulary:
                vocabulary[first + second] = len(vocabulary)
                merges.append([first, second])


def load_tokenizer(path: Path) -> Tokenizer:
    """Load the stored tokenizer, or learn it if there is none."""
    return Tokenizer.from_file(str(path)) if path.exists() else train_tokenizer(path)


def encode(tokenizer: Tokenizer, text: str) -> list[int]:
    """Turn text into ids; what looks like a control token in it stays text."""
    tokenizer.encode_special_tokens = True
    return tokenizer.encode(text, add_special_tokens=False).ids
