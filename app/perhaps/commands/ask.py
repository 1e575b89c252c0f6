"""`perhaps ask`: questions about pictures, or without any."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from perhaps.commands.asking import make_request, one, rate_choices, several
from perhaps.commands.batch import print_batch
from perhaps.commands.exporting import check_export, write_export
from perhaps.commands.options import (
    Device,
    GpuLayers,
    GpuMemory,
    Model,
    Projector,
    VisionDevice,
    chosen_pair,
    load_options,
)
from perhaps.commands.printing import (
    echoer,
    noting_disk_problem,
    print_answer,
    print_choices,
    print_several,
    shower,
)
from perhaps.commands.running import errors_as_sentences, loaded_engine, spinner
from perhaps.inference.protocol import (
    MAX_COUNT,
    MAX_TOP_LOGPROBS,
    ImagePart,
    Request,
    SamplingOptions,
)
from perhaps.probability.choices import checked_choices


def ask(
    questions: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION...", help="What you want to know; several are fine."),
    ] = None,
    image: Annotated[
        list[str] | None, typer.Option(help="A picture to look at; may be given again.")
    ] = None,
    model: Model = None,
    projector: Projector = None,
    max_tokens: Annotated[
        int, typer.Option(min=1, max=MAX_COUNT, help="Where a long answer is cut.")
    ] = 512,
    device: Device = "auto",
    vision_device: VisionDevice = "auto",
    gpu_layers: GpuLayers = -1,
    gpu_memory: GpuMemory = 0,
    top_logprobs: Annotated[
        int,
        typer.Option(min=0, max=MAX_TOP_LOGPROBS, help="Candidates of each token; 0 is fastest."),
    ] = 20,
    temperature: Annotated[
        float, typer.Option(min=0.0, help="0 takes the most likely token each time.")
    ] = 0.0,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 100, help="To draw the same tokens again.")
    ] = None,
    stop: Annotated[
        list[str] | None, typer.Option(help="End before this text; may be given again.")
    ] = None,
    n: Annotated[
        int, typer.Option("-n", min=1, max=64, help="Answers to each question, all at once.")
    ] = 1,
    choices: Annotated[
        str | None, typer.Option(help='How likely is each of these? Such as "yes|no".')
    ] = None,
    by_length: Annotated[
        bool, typer.Option("--by-length", help="Compare the --choices per token, not as a whole.")
    ] = False,
    batch: Annotated[
        str | None, typer.Option(help="A file with one JSON request a line; - is standard input.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON with every probability.")
    ] = False,
    stream: Annotated[
        bool, typer.Option("--stream", help="Print the answer while it is written.")
    ] = False,
    export: Annotated[
        str | None,
        typer.Option(help="Write all figures to this file, too: .json, .csv, .html or .svg."),
    ] = None,
) -> None:
    """Ask about pictures, or without any."""
    asked = questions or []
    if export is not None and (len(asked) * n != 1 or choices is not None or batch is not None):
        raise typer.BadParameter("--export writes one answer; ask one question")
    _check_usage(len(asked), n, choices=choices, batch=batch, as_json=as_json, stream=stream)
    pair = chosen_pair(model, projector)
    template = Request(
        messages=(),
        max_tokens=max_tokens,
        sampling=SamplingOptions(temperature=temperature),
        stop=tuple(stop or []),
        top_logprobs=top_logprobs,
        seed=seed,
    )
    with ExitStack() as notes, errors_as_sentences(), spinner() as status:
        if export is not None:
            check_export(export)
        options = load_options(device, vision_device, gpu_layers, gpu_memory)
        engine, info = loaded_engine(pair, options, status)
        notes.enter_context(noting_disk_problem(engine))
        if batch is not None:
            status.stop()
            return print_batch(engine, info, batch, template)
        pictures = [ImagePart(engine.read_picture(path).image) for path in image or []]
        requests = [(each, make_request(each, pictures, template)) for each in asked]
        if choices is not None:
            listed = checked_choices(choices.split("|"))
            rated = rate_choices(engine, requests[0][1], listed, by_length=by_length)
            status.stop()
            return print_choices(rated, as_json=as_json)
        if len(requests) * n > 1:
            answers = several(engine, requests, n)
            status.stop()
            return print_several(answers, info, as_json=as_json)
        answer = one(engine, *requests[0], shower(status), echoer(status, stream))
        if export is not None:
            write_export(export, image or [], requests[0][1], answer, info)
    return print_answer(answer, info, as_json=as_json, streamed=stream)


def _check_usage(
    asked: int, n: int, *, choices: str | None, batch: str | None, as_json: bool, stream: bool
) -> None:
    if as_json and stream:
        raise typer.BadParameter("choose one of --json and --stream, not both")
    if batch is not None and (asked or choices is not None or stream or n > 1):
        raise typer.BadParameter("--batch brings its own questions and prints JSON lines")
    if batch is None and not asked:
        raise typer.BadParameter('ask something, such as: perhaps ask --image a.png "What is it?"')
    if stream and asked * n > 1:
        raise typer.BadParameter("--stream prints one answer; ask one question")
    if choices is not None and asked * n > 1:
        raise typer.BadParameter("--choices are for one question")
