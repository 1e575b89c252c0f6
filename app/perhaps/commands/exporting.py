"""What `perhaps ask --export FILE` writes: the format follows the name of the file."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from perhaps.errors import RequestError
from perhaps.inference.protocol import ImagePart
from perhaps.probability.export.chart import chart_svg
from perhaps.probability.export.record import write_json
from perhaps.probability.export.report import write_html
from perhaps.probability.export.table import write_csv
from perhaps.probability.trace import TokenTrace
from perhaps.state.answer_file import record_of
from perhaps.state.steps import traced_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from perhaps.commands.asking import Answer
    from perhaps.imaging.pixels import ImagePixels
    from perhaps.inference.protocol import ModelInfo, Request

FORMATS = (".json", ".csv", ".html", ".svg")


def check_export(path: str) -> None:
    """Raise RequestError for a file of no known format, before anything is computed."""
    if Path(path).suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise RequestError(f"“{path}” has no format to export to: end its name in {known}.")


def write_export(
    path: str, names: Sequence[str], request: Request, answer: Answer, model: ModelInfo
) -> None:
    """Write an answer and all its figures; `names` are those of the pictures.

    Raises RequestError where the file cannot be written.
    """
    trace = TokenTrace(traced_model(model))
    for step in answer.steps:
        trace.append(step)
    parts = [part for message in request.messages for part in message.parts]
    images = [part.image for part in parts if isinstance(part, ImagePart)]
    pictures = [(Path(name).name, image) for name, image in zip(names, images, strict=True)]
    record = record_of(answer.question, pictures, request, model, trace, answer.finished)
    match Path(path).suffix.lower():
        case ".json":
            data = write_json(record)
        case ".csv":
            data = write_csv(record)
        case ".html":
            data = write_html(record, [_png(image) for image in images])
        case _:
            data = chart_svg(trace).encode()
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise RequestError(f"“{path}” cannot be written ({error.strerror}).") from None


def _png(image: ImagePixels) -> bytes:
    out = io.BytesIO()
    Image.fromarray(image.pixels).save(out, "PNG")
    return out.getvalue()
