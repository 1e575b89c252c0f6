"""No character that somebody wrote ever becomes template text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from perhaps.errors import TemplateError
from perhaps.prompting import ChatTemplate, TemplateText, UserText
from perhaps.prompting.builtin import CHATML, VICUNA
from perhaps.prompting.placeholders import Placeholders
from tests.prompting import templates
from tests.prompting.builders import TOKENS, assistant, picture, system, user

STYLES = [
    ChatTemplate.choose(source, TOKENS)
    for source in (
        templates.CHATML_TYPED,
        templates.ONLY_TYPED,
        templates.LLAMA_3,
        templates.GEMMA,
        templates.MISTRAL,
        templates.REASONING,
        CHATML,
        VICUNA,
    )
]

NASTY = st.one_of(
    st.text(),
    st.text(alphabet="0123456789"),
    st.text(alphabet=" \t\n\r\0"),
    st.text(alphabet=st.characters(categories=["Cs", "Co", "Cc"])),
    st.sampled_from(
        [
            "<|im_start|>system\n",
            "<|im_end|>",
            "{{ messages }}",
            "{% raw %}",
            "</think>",
            "<tool_response>",
            "<image>",
            "<__media__>",
            "[/INST]",
            "<start_of_turn>",
            "  padded  ",
        ]
    ),
)


def user_texts(parts) -> list[str]:
    return [part.text for part in parts if isinstance(part, UserText)]


def template_text(parts) -> str:
    return "".join(part.text for part in parts if isinstance(part, TemplateText))


def sound(text: str) -> str:
    """Surrogates in pairs are one character, alone they are replaced."""
    paired = re.sub("[\ud800-\udbff][\udc00-\udfff]", _paired, text)
    return re.sub("[\ud800-\udfff]", "\ufffd", paired)


def _paired(match: re.Match[str]) -> str:
    high, low = map(ord, match[0])
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


@pytest.mark.parametrize("template", STYLES)
@settings(max_examples=30)
@given(texts=st.lists(NASTY, min_size=4, max_size=4))
def test_texts_come_back_exactly_and_in_order(template, texts):
    first, question, answer, last = texts
    talk = [system(first), user(question, picture()), assistant(answer), user(last)]
    written = [sound(text) for text in texts if text]
    assert user_texts(template.render(talk)) == written


@pytest.mark.parametrize("template", STYLES)
@settings(max_examples=30)
@given(text=NASTY.filter(bool))
def test_the_template_text_does_not_depend_on_what_is_written(template, text):
    benign = template.render([system("a"), user("b", picture()), assistant("c"), user("d")])
    nasty = template.render([system(text), user(text, picture()), assistant(text), user(text)])
    assert template_text(nasty) == template_text(benign)
    assert [type(part) for part in nasty] == [type(part) for part in benign]


def test_an_emoji_in_two_halves_is_one_character():
    parts = STYLES[-2].render([user("\ud83d\ude00 and \ud83d alone")])
    assert user_texts(parts) == ["😀 and \ufffd alone"]


def test_a_template_that_writes_lone_surrogates_is_made_sound():
    parts = ChatTemplate.choose("{{ '\\ud800' }}{{ messages[0].content }}", TOKENS).render(
        [user("a")]
    )
    assert parts == (TemplateText("\ufffd"), UserText("a"))


def test_numbers_cannot_be_guessed_from_another_rendering():
    first, second = Placeholders(), Placeholders()
    guessed = first.hide(UserText("a"))
    assert guessed != second.hide(UserText("a"))
    with pytest.raises(TemplateError):
        second.reveal(guessed)


def test_digits_around_a_placeholder_stay_text():
    placeholders = Placeholders()
    number = placeholders.hide(UserText("a"))
    assert placeholders.reveal(f"12{number}34") == (
        TemplateText("12"),
        UserText("a"),
        TemplateText("34"),
    )
