"""Colours of code."""

import pytest

from perhaps.markdown.highlight import LANGUAGES, LONGEST, MOST_RUNS, highlights
from tests.helpers.hostile_markdown import CODE


def test_each_part_has_its_role():
    code = "def f(x):\n    return 'a' + 1  # why"
    found = {code[start:stop].strip(): role for start, stop, role in highlights(code, "Python")}
    assert found["def"] == found["return"] == "keyword"
    assert found["f"] == "name"
    assert found["'a'"] == "string"
    assert found["1"] == "number"
    assert found["# why"] == "comment"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_known_to_the_lexers(language):
    assert isinstance(highlights("a = 1\n", language), list)


def test_unknown_and_large_code_stays_plain():
    assert highlights("x = 1", "brainfuck") == []
    assert highlights("x = 1", "") == []
    assert highlights("x = 1\n" * LONGEST, "python") == []
    assert highlights("x" * 1000, "python") == []


@pytest.mark.parametrize("name", CODE)
def test_hostile_code_gives_few_runs_in_order(name):
    fence, _, rest = CODE[name].partition("\n")
    runs = highlights(rest.removesuffix("\n```"), fence.removeprefix("```"))
    assert len(runs) <= MOST_RUNS
    edges = [edge for start, stop, _ in runs for edge in (start, stop)]
    assert edges == sorted(edges)
