"""Formulas in TeX, written out as text that a person can read and copy."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

LONGEST = 400
"""Characters; a longer formula is shown as it was written."""
DEEPEST = 10
"""Braces within braces."""
RAISED = dict(
    zip(
        "0123456789+-−=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ",
        strict=True,
    )
)
LOWERED = dict(
    zip(
        "0123456789+-−=()aehijklmnoprstuvxβγρφχ",
        "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ",
        strict=True,
    )
)
LASTING = {"^": "\ue000", "_": "\ue001"}
"""Stand for the signs that Unicode has no script for, so that they are not found again."""
SCRIPT = re.compile(r"\s*([_^])\s*(?:\{([^{}]*)\}|(\S))")


@lru_cache(maxsize=512)
def readable(source: str) -> str:
    """Write a formula as text, as it stands where it is too long, too deep or broken."""
    if len(source) > LONGEST or _depth(source) > DEEPEST:
        return source
    try:
        text = _converter().latex_to_text(source.strip())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # pylatexenc is meant for sound TeX and raises whatever comes of other text.
        return source
    return " ".join(_scripts(text).split()) or source


def _scripts(text: str) -> str:
    """Raise and lower what Unicode has signs for, innermost first."""
    before = None
    while before != text:
        before = text
        text = SCRIPT.sub(_script, text)
    text = text.replace("{", "").replace("}", "")
    for sign, lasting in LASTING.items():
        text = text.replace(lasting, sign)
    return text


def _script(found: re.Match[str]) -> str:
    kind, group, single = found.groups()
    content = single if group is None else group.strip()
    signs = RAISED if kind == "^" else LOWERED
    if all(character in signs for character in content):
        return "".join(signs[character] for character in content)
    mark = LASTING[kind]
    return f"{mark}{content}" if len(content) == 1 else f"{mark}({content})"


def _depth(source: str) -> int:
    depth = deepest = 0
    for character in source:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return max(deepest, len(re.findall(r"\\[a-zA-Z]+(?=\\)", source)))


@cache
def _converter() -> Any:
    # A quarter of a second that only who reads formulas should pay.
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    macros = [
        MacroTextSpec("frac", simplify_repl=_fraction),
        MacroTextSpec("dfrac", simplify_repl=_fraction),
        MacroTextSpec("tfrac", simplify_repl=_fraction),
        MacroTextSpec("input", discard=True),
        MacroTextSpec("include", discard=True),
    ]
    known = get_default_latex_context_db()
    known.add_context_category("perhaps", prepend=True, macros=macros)
    return LatexNodes2Text(latex_context=known, math_mode="text", keep_braced_groups=True)


def _fraction(node: Any, l2tobj: Any) -> str:
    above, below = (_group(l2tobj, part) for part in node.nodeargd.argnlist[:2])
    return f"{above}/{below}"


def _group(l2tobj: Any, part: Any) -> str:
    text = str(l2tobj.nodelist_to_text([part])).strip()
    if text.startswith("{") and text.endswith("}"):
        text = text[1:-1]
    return text if re.fullmatch(r"\w*|[√∂]?\w", text) else f"({text})"
