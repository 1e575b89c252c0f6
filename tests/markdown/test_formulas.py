"""Formulas as text: right for the usual ones, harmless for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perhaps.markdown.formulas import LONGEST, readable


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("E = mc^2", "E = mc²"),
        (r"\frac{1}{2}", "1/2"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"x_{i}^2 + \sqrt{\alpha}", "xᵢ² + √(α)"),
        (r"\sum_{i=0}^n i", "∑ᵢ₌₀ⁿ i"),
        (r"a^{\infty}", "a^∞"),
        (r"A = \pi r^2", "A = πr²"),
        (r"\mathbb{R}^n", "ℝⁿ"),
        (r"x_{ab}^{QQ}", "x_(ab)^(QQ)"),
    ],
)
def test_usual_formulas_can_be_read(source, text):
    assert readable(source) == text


@pytest.mark.parametrize(
    "source", ["{" * 300, r"\sqrt" * 40, r"\frac{" * 60, "x_{" * 100, "a" * (LONGEST + 1), r"\frac"]
)
def test_hostile_formulas_are_shown_as_they_are(source):
    assert readable(source) == source


@given(st.text(alphabet="ax^_{}\\frac sqrt&%$#~12", max_size=80))
def test_no_formula_breaks_anything(source):
    assert isinstance(readable(source), str)


def test_a_formula_reads_no_file(tmp_path):
    secret = tmp_path / "secret.tex"
    secret.write_text("hidden")
    assert "hidden" not in readable(rf"\input{{{secret}}}")
