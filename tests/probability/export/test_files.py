"""Tables, reports and charts: what other programs and browsers will find in them."""

import csv
import io
import json
import math
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from perhaps.probability.export.chart import chart_svg
from perhaps.probability.export.report import write_html
from perhaps.probability.export.table import COLUMNS, write_csv
from tests.probability.builders import token, trace_of, unmeasured
from tests.probability.export.builders import record_with

TRACE = trace_of(
    token([0.6, 0.25], text="=SUM(A1)"),
    token([0.6, 0.3], text=' "quoted", with\nbreak', chosen=1),
    unmeasured(" end"),
)
EVIL = '<script>alert(1)</script><img src="http://example.org/x.png" onerror="alert(2)">'


def rows(data: bytes) -> list[dict[str, str]]:
    lines = list(data.decode().splitlines(keepends=True))
    body = "".join(line for line in lines if not line.startswith("# "))
    return list(csv.DictReader(io.StringIO(body, newline="")))


def test_a_table_has_a_row_for_each_candidate():
    table = rows(write_csv(record_with(TRACE)))
    assert [(row["token"], row["candidate"]) for row in table] == [
        ("1", "1"), ("1", "2"), ("2", "1"), ("2", "2"), ("3", ""),
    ]  # fmt: skip
    assert tuple(table[0]) == COLUMNS
    assert float(table[0]["candidate_logprob"]) == pytest.approx(math.log(0.6))
    assert bytes.fromhex(table[2]["candidate_bytes"]) == b' "quoted", with\nbreak0'
    assert table[2]["text"] == ' "quoted", with\nbreak'
    assert table[4]["logprob"] == ""


def test_a_table_tells_how_it_was_made():
    heads = list(write_csv(record_with(TRACE)).decode().split("\r\n"))
    facts = dict(line[2:].split(": ", 1) for line in heads if line.startswith("# "))
    assert json.loads(facts["model"])["projector"] == "starter-mmproj.gguf"
    assert json.loads(facts["sampling"])["temperature"] == 0.8
    assert json.loads(facts["seed"]) == 11


def test_a_text_is_no_formula():
    assert rows(write_csv(record_with(TRACE)))[0]["text"] == "'=SUM(A1)"


class Tags(HTMLParser):
    """Collects what a browser would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes += attrs


def tags(page: bytes) -> Tags:
    parser = Tags()
    parser.feed(page.decode())
    return parser


def test_a_report_loads_and_runs_nothing():
    evil = trace_of(token([0.5, 0.25], text=EVIL))
    page = write_html(record_with(evil, question=EVIL), [b"\x89PNG"])
    found = tags(page)
    assert not found.names & {"script", "link", "iframe", "object", "embed"}
    assert not [name for name, _ in found.attributes if name.startswith("on")]
    sources = [value for name, value in found.attributes if name in ("src", "href", "srcset")]
    assert sources == ["data:image/png;base64,iVBORw=="]
    assert EVIL not in page.decode()
    assert "url(" not in page.decode()


def test_a_report_holds_the_answer_and_every_probability():
    page = write_html(record_with(TRACE, answer="".join(TRACE.texts) + " tail")).decode()
    assert "=SUM(A1)" in page
    assert "not measured" in page
    assert "60.0 %" in page
    assert "30.0 %" in page
    assert " tail</section>" in page
    assert re.search(r'class="t d1 drawn"[^>]*>=SUM', page)
    for fact in ("starter-mmproj.gguf", "top-p 0.95", "<dd>11</dd>", "0.3.36"):
        assert fact in page


def points(path: str) -> list[tuple[str, float, float]]:
    found = re.findall(r"([ML])([\d.]+) ([\d.]+)", path)
    return [(kind, float(x), float(y)) for kind, x, y in found]


def test_a_chart_draws_both_curves_on_one_scale():
    root = ET.fromstring(chart_svg(TRACE))
    paths = root.findall("{http://www.w3.org/2000/svg}path")
    logprobs, entropies = (points(path.get("d")) for path in paths)
    assert [kind for kind, _, _ in logprobs] == ["M", "L"]
    top, ground = 12, 220 - 44
    nats = 2
    expected = [top - math.log(share) / nats * (ground - top) for share in (0.6, 0.3)]
    assert [y for _, _, y in logprobs] == pytest.approx(expected, abs=0.02)
    assert [y for _, _, y in entropies] == pytest.approx([ground - 0.25 * (ground - top)] * 2)


def test_an_empty_answer_has_a_chart_too():
    root = ET.fromstring(chart_svg(trace_of()))
    paths = root.findall("{http://www.w3.org/2000/svg}path")
    assert [points(path.get("d") or "") for path in paths] == [[], []]
