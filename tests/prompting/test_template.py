"""What each style of chat template makes of a conversation."""

from __future__ import annotations

import datetime as dt

import pytest

from perhaps.errors import TemplateError
from perhaps.prompting import ChatTemplate, ControlTokens
from perhaps.prompting.builtin import CHATML, VICUNA
from tests.prompting import templates
from tests.prompting.builders import TOKENS, assistant, picture, shown, system, user


def prompt(source, *messages, tokens=TOKENS) -> str:
    template = ChatTemplate.choose(source, tokens)
    assert template.origin == "model", template.problem
    return shown(template.render(messages))


def test_chatml_with_typed_parts():
    assert prompt(templates.CHATML_TYPED, user("Who?", picture(7))) == (
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
        "<|im_start|>user\n▣7⟦Who?⟧<|im_end|>\n<|im_start|>assistant\n"
    )


def test_only_typed_parts():
    talk = (system("Be kind."), user("Who?", picture(7)), assistant("A cat."), user("Why?"))
    assert prompt(templates.ONLY_TYPED, *talk) == (
        "SYSTEM: ⟦Be kind.⟧\nUSER: ▣7⟦Who?⟧\nASSISTANT: ⟦A cat.⟧\nUSER: ⟦Why?⟧\nASSISTANT:"
    )


def test_llama():
    assert prompt(templates.LLAMA_3, system("Be kind."), user("Who?")) == (
        "<s><|start_header_id|>system<|end_header_id|>\n\n⟦Be kind.⟧<|eot_id|>"
        "<|start_header_id|>user<|end_header_id|>\n\n⟦Who?⟧<|eot_id|>"
        "<|start_header_id|>assistant<|end_header_id|>\n\n"
    )


def test_gemma_gets_the_system_text_in_the_first_question():
    talk = (system("Be kind."), user("Who?", picture(7)), assistant("A cat."), user("Why?"))
    assert prompt(templates.GEMMA, *talk) == (
        "<s><start_of_turn>user\n▣7⟦Be kind.⟧\n\n⟦Who?⟧<end_of_turn>\n"
        "<start_of_turn>model\n⟦A cat.⟧<end_of_turn>\n"
        "<start_of_turn>user\n⟦Why?⟧<end_of_turn>\n<start_of_turn>model\n"
    )


def test_mistral_keeps_the_system_text_where_it_was_first():
    talk = (system("Be kind."), user("Who?"), assistant("A cat."), user("Why?"))
    assert prompt(templates.MISTRAL, *talk) == (
        "<s>[INST]⟦Be kind.⟧\n\n⟦Who?⟧[/INST]⟦A cat.⟧</s>[INST]⟦Why?⟧[/INST]"
    )


def test_mistral_wants_alternating_roles():
    with pytest.raises(TemplateError, match="Conversation roles must alternate"):
        prompt(templates.MISTRAL, user("Who?"), user("Why?"))


def test_a_template_that_looks_into_answers():
    talk = (user("Who?"), assistant("<think>hm</think>A cat."), user("Why?"))
    assert prompt(templates.REASONING, *talk) == (
        '<User>⟦Who?⟧<Assistant>⟦<think>hm</think>A cat.⟧<User>⟦Why?⟧<Assistant{"after": "user"}>'
    )


def test_pictures_come_first_in_their_turn_and_in_order():
    talk = user("Left", picture(1), "or right?", picture(2))
    assert "user\n▣1▣2⟦Left⟧\n\n⟦or right?⟧" in prompt(CHATML, talk)


def test_a_picture_without_words():
    assert "user\n▣1<|im_end|>" in prompt(CHATML, user(picture(1)))
    assert "USER: ▣1\n\n" in prompt(VICUNA, user(picture(1)))


def test_the_same_picture_twice():
    assert "▣1▣1⟦Same?⟧" in prompt(CHATML, user(picture(1), picture(1), "Same?"))


def test_a_model_without_template_speaks_vicuna():
    template = ChatTemplate.choose(None, TOKENS)
    talk = (user("Who?", picture(7)), assistant("A cat."), user("Why?"))
    assert (template.origin, template.problem) == ("vicuna", "")
    assert shown(template.render(talk)) == (
        "A chat between a curious human and an artificial intelligence assistant. The assistant"
        " gives helpful, detailed, and polite answers to the human's questions.\n"
        "USER: ▣7\n⟦Who?⟧\nASSISTANT: ⟦A cat.⟧</s>\nUSER: ⟦Why?⟧\nASSISTANT:"
    )


def test_vicuna_takes_another_system_text():
    template = ChatTemplate.choose("", TOKENS)
    assert shown(template.render([system("Be kind."), user("Who?")])) == (
        "⟦Be kind.⟧\nUSER: ⟦Who?⟧\nASSISTANT:"
    )


def test_a_vocabulary_with_chatml_tokens_speaks_chatml():
    template = ChatTemplate.choose(None, ControlTokens(knows_chatml=True))
    assert template.origin == "chatml"
    assert shown(template.render([system("Be kind."), user("Who?")])) == (
        "<|im_start|>system\n⟦Be kind.⟧<|im_end|>\n"
        "<|im_start|>user\n⟦Who?⟧<|im_end|>\n<|im_start|>assistant\n"
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{% for %}", "Expected an expression"),
        ("Hello.", "leaves out 2 of 2"),
        ("{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}", "repeats"),
        ("{{ messages[0].content[20:] }}", "leaves out"),
        ("{{ raise_exception('a\nb\x1b') }}", "(a b)"),
        ("{{ unknown.attribute.of }}", "'unknown' is undefined"),
        ("x" * 70_000, "has 70000 characters and the limit is 64000"),
    ],
)
def test_a_broken_template_is_replaced_and_said_so(source, reason):
    template = ChatTemplate.choose(source, TOKENS)
    assert template.origin == "vicuna"
    assert reason in template.problem
    assert shown(template.render([user("Who?")])).endswith("USER: ⟦Who?⟧\nASSISTANT:")


def test_a_template_that_fails_later_says_so():
    source = "{% for m in messages %}{{ m.content if loop.index < 3 }}{% endfor %}"
    template = ChatTemplate.choose(source, TOKENS)
    with pytest.raises(TemplateError, match="leaves out 1 of 3 texts and pictures"):
        template.render([user("1"), assistant("2"), user("3")])


def test_a_template_that_turns_the_conversation_round():
    source = "{% for m in messages | reverse %}{{ m.content }}{% endfor %}"
    template = ChatTemplate.choose(source, TOKENS)
    with pytest.raises(TemplateError, match="changes the order"):
        template.render([user("1"), assistant("2"), user("3")])


def test_a_conversation_without_a_question():
    template = ChatTemplate.choose(templates.GEMMA, TOKENS)
    with pytest.raises(TemplateError, match="no question"):
        template.render([system("Be kind.")])


def test_the_tokeniser_that_adds_bos_does_not_get_it_twice():
    adding = ControlTokens(bos="<s>", eos="</s>", adds_bos=True)
    assert prompt(templates.LLAMA_3, user("Who?"), tokens=adding).startswith("<|start_header_id|>")
    assert prompt(templates.LLAMA_3, user("Who?")).startswith("<s><|start_header_id|>")


def test_what_transformers_offers_is_there():
    source = (
        "{{ strftime_now('%Y') }} {{ {'a': '<é>'} | tojson }} {{ tools is none }}"
        " {{ '%d' is string }}{{ messages[0].content }}"
    )
    year = dt.datetime.now().astimezone().year
    assert prompt(source, user("Who?")) == f'{year} {{"a": "<é>"}} True True⟦Who?⟧'


def test_blocks_leave_no_line_breaks():
    assert prompt("{% if true %}\n  {% if true %}\nA\n{% endif %}\n{% endif %}\n" + CHATML,
                  user("Who?")).startswith("A\n<|im_start|>")  # fmt: skip


def test_long_conversations_fit_the_budget():
    talk = [user("Who?"), assistant("A cat.")] * 150 + [user("Why?")]
    for source in (templates.CHATML_TYPED, templates.MISTRAL, templates.REASONING, VICUNA):
        assert prompt(source, *talk).count("⟦") == 301
