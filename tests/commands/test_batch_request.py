"""Lines of a batch are understood, or refused in words."""

import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.commands.batch_request import FIELDS, check_id, read_object, read_wish
from perhaps.errors import RequestError


def read(text):
    return read_wish(read_object(text.encode()))


def test_the_fields_of_a_line_are_taken():
    wish = read('{"question": "Hm?", "images": ["a.png"], "seed": 3, "temperature": 1}')
    assert (wish.question, wish.images) == ("Hm?", ("a.png",))
    assert (wish.given["seed"], wish.given["temperature"]) == (3, 1)


def test_a_mark_of_the_byte_order_is_no_part_of_a_line():
    assert read("\ufeff" + '{"question": "Hm?"}').question == "Hm?"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{broken", "not JSON"),
        ('"Hm?"', 'with a "question"'),
        ('{"id": 3}', 'with a "question"'),
        ('{"question": 5}', '"question" is 5; it must be a text'),
        ('{"question": "Hm?", "colour": "red"}', 'no field "colour"; there are id, question'),
        ('{"question": "Hm?", "images": null}', '"images" is null; it must be a list of texts'),
        ('{"question": "Hm?", "images": 5}', "list of texts"),
        ('{"question": "Hm?", "stop": [1]}', '"stop" is [1]; it must be a list of texts'),
        ('{"question": "Hm?", "seed": 1.5}', '"seed" is 1.5; it must be a whole number'),
        ('{"question": "Hm?", "seed": true}', '"seed" is true; it must be a whole number'),
        ('{"question": "Hm?", "top_logprobs": 1e5}', "whole number"),
        ('{"question": "Hm?", "top_p": "1"}', '"top_p" is "1"; it must be a number'),
        ("[" * 100_000, "in each other"),
        ('{"question": "Hm?", "id": ' + "[" * 100 + "]" * 100 + "}", "in each other"),
        ('{"question": "Hm?", "seed": ' + "9" * 5000 + "}", "not JSON"),
        ('{"question": "Hm?", "stop": "' + "on " * 5000 + '"}', "…; it must be"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(text, words):
    with pytest.raises(RequestError, match=re.escape(words)) as refused:
        read(text)
    assert len(str(refused.value)) < 300
    assert "\n" not in str(refused.value)


def test_bytes_that_are_no_text_are_told_with_their_place():
    with pytest.raises(RequestError, match=r"not UTF-8 \(at byte 15\)"):
        read_object(b'{"question": "\xff"}')


@pytest.mark.parametrize("text", ["NaN", "[1, -Infinity]", "1e400"])
def test_an_id_can_be_printed_again(text):
    with pytest.raises(RequestError, match="not finite"):
        check_id(json.loads(text))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from([*FIELDS, "colour"])


@given(st.binary(max_size=60) | st.dictionaries(names, values).map(json.dumps).map(str.encode))
def test_any_line_is_a_wish_or_refused(line):
    with contextlib.suppress(RequestError):
        wish = read_wish(read_object(line))
        assert isinstance(wish.question, str)
        assert all(isinstance(path, str) for path in wish.images)
