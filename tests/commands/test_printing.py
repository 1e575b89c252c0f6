"""What commands print can be read again."""

import io
import json
import sys

from perhaps.commands.printing import print_json


def test_json_is_escaped_where_the_output_cannot_encode_it(monkeypatch):
    value = {"text": "é 😀 \ud800"}
    for encoding in ("ascii", "cp1252", "utf-8"):
        written = io.BytesIO()
        out = io.TextIOWrapper(written, encoding=encoding, errors="strict")
        monkeypatch.setattr(sys, "stdout", out)
        print_json(value)
        out.flush()
        assert json.loads(written.getvalue().decode(encoding)) == value
