"""The commands that work without a window."""

from __future__ import annotations

import io
import json
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - Typer reads annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from perhaps import __version__
from perhaps.asking import follow, make_request, rate_choices, several
from perhaps.batch import print_batch
from perhaps.errors import PerhapsError, RequestError
from perhaps.exporting import check_export, write_export
from perhaps.imaging.write import write_png
from perhaps.inference.protocol import (
    MAX_TOP_LOGPROBS,
    ImagePart,
    LoadOptions,
    ModelPair,
    Request,
    SamplingOptions,
)
from perhaps.paths import starter_pair
from perhaps.printing import (
    echoer,
    noting_disk_problem,
    print_answer,
    print_choices,
    print_json,
    print_report,
    print_several,
    shower,
)
from perhaps.probability.choices import checked_choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.status import Status

    from perhaps.inference.local import LocalEngine
    from perhaps.inference.protocol import LoadProgress, ModelInfo

Device = Annotated[
    str, typer.Option(help="Of the language model: auto, gpu, cpu, cuda, or a name of `devices`.")
]
VisionDevice = Annotated[str, typer.Option(help="Of the picture encoder, likewise.")]
GpuLayers = Annotated[
    int, typer.Option(min=-1, help="Layers on the GPU; -1 for as many as fit.", show_default=True)
]
GpuMemory = Annotated[int, typer.Option(min=0, help="MiB of each GPU to use; 0 for all free.")]

app = typer.Typer(
    name="perhaps",
    help="Answers about pictures, with the probability of every token. "
    "Without a command, the window opens.",
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"Perhaps {__version__}")
        raise typer.Exit


@app.callback()
def _perhaps(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print it.")
    ] = False,
) -> None:
    """Answers about pictures, with the probability of every token."""
    # A file name need not be text; in JSON what is no text becomes its escape.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@app.command()
def ask(
    questions: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION...", help="What you want to know; several are fine."),
    ] = None,
    image: Annotated[
        list[str] | None, typer.Option(help="A picture to look at; may be given again.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A GGUF model; without it, the bundled starter answers.")
    ] = None,
    projector: Annotated[
        str | None, typer.Option(help="The projector (mmproj) of that model.")
    ] = None,
    max_tokens: Annotated[int, typer.Option(min=1, help="Where a long answer is cut.")] = 512,
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
    pair = _chosen_pair(model, projector)
    template = Request(
        messages=(),
        max_tokens=max_tokens,
        sampling=SamplingOptions(temperature=temperature),
        stop=tuple(stop or []),
        top_logprobs=top_logprobs,
        seed=seed,
    )
    with ExitStack() as notes, _errors_as_sentences(), _status() as status:
        if export is not None:
            check_export(export)
        options = _load_options(device, vision_device, gpu_layers, gpu_memory)
        engine, info = _loaded_engine(pair, options, status)
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
        run = engine.generate(requests[0][1])
        answer = follow(run, asked[0], shower(status), echoer(status, stream))
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


@app.command()
def explain(
    question: Annotated[str, typer.Argument(help="What was asked about the picture.")],
    image: Annotated[str | None, typer.Option(help="The picture to cover part by part.")] = None,
    answer: Annotated[
        str | None, typer.Option(help="The answer to explain; without it, the model's own.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the picture with the map over it, a PNG.")
    ] = None,
    budget: Annotated[
        float, typer.Option(min=0.0, help="Seconds after which no finer level is begun.")
    ] = 20.0,
    model: Annotated[
        str | None, typer.Option(help="A GGUF model; without it, the bundled starter.")
    ] = None,
    projector: Annotated[
        str | None, typer.Option(help="The projector (mmproj) of that model.")
    ] = None,
    device: Device = "auto",
    vision_device: VisionDevice = "auto",
    gpu_layers: GpuLayers = -1,
    gpu_memory: GpuMemory = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show which parts of a picture an answer rests on."""
    from perhaps import explaining

    template = Request(messages=(), sampling=SamplingOptions(temperature=0.0))
    with _errors_as_sentences(), _status() as status:
        if image is None:
            raise RequestError("There is nothing to cover without a picture; add --image FILE.")
        options = _load_options(device, vision_device, gpu_layers, gpu_memory)
        engine, _ = _loaded_engine(_chosen_pair(model, projector), options, status)
        picture = engine.read_picture(image).image
        request = make_request(question, [ImagePart(picture)], template)

        def show(tiles: int, side: int) -> None:
            status.update(f"{tiles} parts covered, {side} × {side}")

        found = explaining.explain(engine, request, picture, answer, budget, show)
        if out is not None:
            write_png(found.drawn(), out)
    if as_json:
        print_json(explaining.explanation_to_json(found))
    else:
        for line in explaining.summary(found):
            typer.echo(line)


@app.command()
def devices(
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON list.")] = False,
) -> None:
    """List the backends and devices found, and the memory of each."""
    from perhaps.inference.local import LocalEngine

    with _errors_as_sentences():
        found = LocalEngine().devices()
    if as_json:
        print_json([asdict(device) for device in found])
        return
    for device in found:
        free, total = device.memory_free / 2**30, device.memory_total / 2**30
        typer.echo(
            f"{device.name}  {device.backend}  {device.description}  "
            f"{free:.1f} of {total:.1f} GiB free"
        )


@app.command()
def check(
    model: Annotated[str, typer.Argument(help="A GGUF model.")],
    projector: Annotated[
        str | None, typer.Argument(help="Its projector (mmproj); without it, text only.")
    ] = None,
    device: Device = "auto",
    vision_device: VisionDevice = "auto",
    gpu_layers: GpuLayers = -1,
    gpu_memory: GpuMemory = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell whether two files belong together, whether they fit, and where."""
    from perhaps.inference.local import LocalEngine

    options = _load_options(device, vision_device, gpu_layers, gpu_memory)
    with _errors_as_sentences():
        report = LocalEngine().check(ModelPair(model, projector), options)
    if as_json:
        print_json(asdict(report))
    else:
        print_report(report)
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def bench(
    shape: Annotated[
        str | None, typer.Option(help="A shape of the test models, such as tiny; in a checkout.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A GGUF model; without it, the bundled starter.")
    ] = None,
    projector: Annotated[
        str | None, typer.Option(help="The projector (mmproj) of that model.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="How often everything is measured.")] = 5,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Measure this alone, such as first-token; may be given again."),
    ] = None,
    peers: Annotated[bool, typer.Option(help="Measure llama-cpp-python and llama-server.")] = True,
    peer_python: Annotated[
        str, typer.Option(help="The interpreter that has the peers installed.")
    ] = sys.executable,
    out: Annotated[Path | None, typer.Option(help="A folder for bench.json and bench.md.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure how fast this machine answers, beside other programs."""
    from perhaps.bench import files, report
    from perhaps.bench.run import FAMILIES, Wish, run_bench

    if shape and model:
        raise typer.BadParameter("choose one of --shape and --model, not both")
    with _errors_as_sentences(), _status() as status:
        pair = files.pair_of_shape(shape) if shape else _chosen_pair(model, projector)
        wish = Wish(pair, rounds, peers, tuple(only or FAMILIES), peer_python)
        result = run_bench(wish, status.update)
        as_text = json.dumps(report.to_json(result), ensure_ascii=False)
        if out:
            report.write(result, out, as_text)
    typer.echo(as_text if as_json else report.to_markdown(result))


def _chosen_pair(model: str | None, projector: str | None) -> ModelPair:
    if model is not None:
        return ModelPair(model, projector)
    if projector is not None:
        raise typer.BadParameter("--projector needs its --model")
    starter = starter_pair()
    if starter is None:
        raise RequestError("The starter model is not installed; name one with --model.")
    return starter


def _load_options(device: str, vision_device: str, gpu_layers: int, gpu_mib: int) -> LoadOptions:
    return LoadOptions(device, vision_device, gpu_layers, gpu_memory=gpu_mib << 20)


def _loaded_engine(
    pair: ModelPair, options: LoadOptions, status: Status
) -> tuple[LocalEngine, ModelInfo]:
    from perhaps.inference.local import LocalEngine

    def show(progress: LoadProgress) -> None:
        status.update(f"Loading the model: {progress.stage.value} {progress.fraction:.0%}")

    engine = LocalEngine()
    info = engine.load(pair, options, show)
    for note in info.notes:
        status.console.print(escape(note), soft_wrap=True)
    return engine, info


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except PerhapsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Stopped.", err=True)
        raise typer.Exit(1) from None


@contextmanager
def _status() -> Iterator[Status]:
    """Show what is going on, on a terminal; nothing at all elsewhere."""
    console = Console(stderr=True)
    with console.status(escape("Starting")) as status:
        yield status
