import json
import re
from itertools import pairwise

import pytest

from perhaps.paths import resources_path

COLOURS = json.loads((resources_path() / "themes" / "colours.json").read_text("utf-8"))


def luminance(code):
    channels = [int(code[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_themes_have_the_same_roles():
    assert COLOURS["light"].keys() == COLOURS["dark"].keys()


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "background"),
        ("ink", "surface"),
        ("ink", "bubble"),
        ("ink", "doubt_slight"),
        ("ink", "doubt_some"),
        ("ink", "doubt_strong"),
        ("ink", "text_selection"),
        ("muted", "background"),
        ("muted", "side"),
        ("muted", "surface"),
        ("accent", "surface"),
        ("accent", "accent_soft"),
        ("on_accent", "accent"),
        ("bad", "bad_soft"),
        ("good", "surface"),
        ("code_keyword", "surface"),
        ("code_string", "surface"),
        ("code_number", "surface"),
        ("code_comment", "surface"),
        ("code_name", "surface"),
    ],
)
def test_text_can_be_read(name, text, ground):
    assert contrast(COLOURS[name][text], COLOURS[name][ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
def test_steps_of_doubt_differ_in_lightness(name):
    steps = [COLOURS[name][role] for role in ("doubt_slight", "doubt_some", "doubt_strong")]
    grounds = [COLOURS[name]["background"], *steps]
    for one, other in pairwise(grounds):
        assert contrast(one, other) > 1.03


def test_the_style_sheet_names_known_roles_only():
    sheet = (resources_path() / "themes" / "window.qss").read_text("utf-8")
    names = set(re.findall(r"\$\{?(\w+)\}?", sheet))
    assert (
        names - {"text", "small", "tiny", "display", "tick", "chevron"} <= COLOURS["light"].keys()
    )


def test_the_choice_goes_before_the_system_and_is_told(desk):
    told = []
    desk.theme.changed.connect(lambda: told.append(desk.theme.dark))
    desk.session.settings.theme = "dark"
    assert told == [True]
    ground = desk.window.palette().window().color().name().upper()
    assert ground == COLOURS["dark"]["background"]
    desk.session.settings.max_tokens = 64
    assert told == [True]
