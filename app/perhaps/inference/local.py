"""The engine in this process: for the engine host, the command line and the tests."""

from __future__ import annotations

import os
import secrets
import time
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from perhaps import _engine
from perhaps.errors import (
    ImageError,
    LoadCancelledError,
    ModelError,
    PairError,
    RequestError,
)
from perhaps.imaging import read_image
from perhaps.inference import native
from perhaps.inference.covering import LocalCovering, picture_to_cover
from perhaps.inference.device_choice import language_place, vision_gpu
from perhaps.inference.disk_cache import disk_cache_options
from perhaps.inference.placement_notes import fell_back, placement_notes
from perhaps.inference.protocol import ImagePart, Picture, PictureCost, RunFinished
from perhaps.inference.scoring import LocalScoring, given_tokens
from perhaps.inference.vision_checks import VisionComparison
from perhaps.library.pair_doctor import check_pair
from perhaps.prompting import ChatTemplate, ControlTokens, sound
from perhaps.prompting import Picture as PromptPicture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from perhaps.inference.protocol import (
        DeviceInfo,
        ImagePixels,
        LoadOptions,
        LoadProgress,
        Message,
        ModelInfo,
        ModelPair,
        PairReport,
        Request,
        RunEvent,
        Statistics,
        Tile,
    )
    from perhaps.prompting import PromptPart

LOAD_POLL_MS = 200
"""A cancelled loading is noticed after so long at most."""


class LocalEngine:
    """One loaded model, asked directly; every method may be called from any thread."""

    def __init__(self, embeddings: Path | None = None) -> None:
        """Keep encoded pictures in a folder; None for the one under the user's cache folder."""
        self._embeddings = embeddings
        self._lock = Lock()
        self._loading: _engine.Model | None = None
        self._model: _engine.Model | None = None
        self._info: ModelInfo | None = None
        self._template: ChatTemplate | None = None
        self._decode_ms: dict[str, float] = {}

    def check(self, pair: ModelPair, options: LoadOptions) -> PairReport:
        """Judge a pair by its files' metadata, before any native code reads them."""
        devices = self.devices()
        place = language_place(options, devices)
        vision_gpu(options, devices)  # raises where there is no such device
        return check_pair(
            pair.model,
            pair.projector,
            context_size=options.context_size,
            memory_free=place.free,
            memory_beside=place.beside,
            device=place.name,
        )

    def load(
        self,
        pair: ModelPair,
        options: LoadOptions,
        on_progress: Callable[[LoadProgress], None],
    ) -> ModelInfo:
        """Load a pair in place of the present one."""
        report = self.check(pair, options)
        _require_ok(report, pair)
        self.unload()
        paths = os.fsencode(pair.model), os.fsencode(pair.projector or "")
        comparison = VisionComparison(pair, options, vision_gpu(options, self.devices()))
        native_options = native.to_load_options(options, compare_vision=comparison.needed)
        native_options.disk_cache = disk_cache_options(pair, options, self._embeddings)
        model = _engine.Model(*paths, native_options)
        with self._lock:
            self._loading = model
        try:
            self._wait_loaded(model, on_progress)
            return self._adopt(model, pair, report, comparison)
        finally:
            with self._lock:
                self._loading = None

    def _wait_loaded(
        self, model: _engine.Model, on_progress: Callable[[LoadProgress], None]
    ) -> None:
        while True:
            progress = model.wait_loaded(LOAD_POLL_MS)
            if progress.done:
                return
            on_progress(native.from_load_progress(progress))

    def _adopt(
        self,
        model: _engine.Model,
        pair: ModelPair,
        report: PairReport,
        comparison: VisionComparison,
    ) -> ModelInfo:
        raw = model.info()
        template = ChatTemplate.choose(_decoded(raw.chat_template), _control_tokens(model, raw))
        info = native.from_model_info(raw, pair, template.origin)
        info = replace(
            info,
            memory_estimate=report.memory_needed,
            vision_similarity=comparison.similarity(info),
        )
        info = replace(info, notes=placement_notes(info), fell_back=fell_back(info))
        with self._lock:
            if self._loading is not model:
                raise LoadCancelledError("Loading was stopped.")
            self._model, self._info, self._template = model, info, template
        return info

    def cancel_load(self) -> None:
        """Stop a loading that another thread waits for."""
        with self._lock:
            if self._loading:
                self._loading.cancel_load()

    def unload(self) -> None:
        """Give back what the model holds, once what it computes has ended."""
        with self._lock:
            self._model = self._info = self._template = None

    def read_picture(self, source: str | bytes) -> Picture:
        """Decode and prepare a picture from a path or its bytes."""
        start = time.perf_counter()
        image = read_image(source)
        self._decode_ms[image.key] = (time.perf_counter() - start) * 1000
        return Picture(image, self._cost_of(image))

    def _cost_of(self, image: ImagePixels) -> PictureCost | None:
        with self._lock:
            model, info = self._model, self._info
        if model is None or info is None or not info.sees:
            return None
        cost = model.picture_cost(image.width, image.height)
        return PictureCost(tokens=cost.tokens, tiles=cost.tiles)

    def generate(self, request: Request) -> LocalRun:
        """Begin an answer."""
        model, info, prompt = self._prompt_for(request.messages)
        if request.prepare_only:
            prompt = _up_to_last_picture(prompt)
        forced = [*request.forced_tokens, *model.tokenize_answer(sound(request.forced_text))]
        run = model.submit(native.to_request(request, prompt, forced, _seed_of(request)))
        keys = {image.key for image in _images_of(request.messages)}
        decode_ms = sum(self._decode_ms.pop(key, 0.0) for key in keys)
        return LocalRun(run, load_ms=info.load_ms, image_decode_ms=decode_ms)

    def score(self, request: Request, answers: tuple[str, ...]) -> LocalScoring:
        """Begin to tell how likely each answer is, all of them after the same prompt."""
        model, _, prompt = self._prompt_for(request.messages)
        measured = replace(request, stop=(), top_logprobs=max(1, request.top_logprobs))
        asked = native.to_request(measured, prompt, forced=(), seed=0)
        return LocalScoring(model, asked, answers)

    def cover(
        self, request: Request, picture: str, tiles: tuple[Tile | None, ...]
    ) -> LocalCovering:
        """Begin to tell what covering each tile does to the answer that a request is forced to."""
        image = picture_to_cover(request, picture)
        model, info, prompt = self._prompt_for(request.messages)
        forced = given_tokens(model, request)
        measured = replace(request, stop=(), top_logprobs=1, max_tokens=len(forced), transient=True)

        def submit(covered: Sequence[PromptPart]) -> _engine.Run:
            return model.submit(native.to_request(measured, covered, forced, seed=0))

        return LocalCovering(submit, prompt, image, tiles, info.context_size)

    def _prompt_for(
        self, messages: tuple[Message, ...]
    ) -> tuple[_engine.Model, ModelInfo, tuple[PromptPart, ...]]:
        with self._lock:
            model, info, template = self._model, self._info, self._template
        if model is None or info is None or template is None:
            raise ModelError("No model is loaded: open one first.")
        if _images_of(messages) and not info.sees:
            raise ImageError(
                f"{info.name or 'This model'} has no projector and cannot see pictures; "
                "remove it or start a new chat, or open the model with its projector (mmproj)."
            )
        return model, info, template.render(messages)

    def statistics(self) -> Statistics:
        """Tell what was computed, and what was known already, since the loading."""
        with self._lock:
            model = self._model
        if model is None:
            raise ModelError("No model is loaded: open one first.")
        return native.from_statistics(model.statistics())

    def devices(self) -> tuple[DeviceInfo, ...]:
        """List the devices of this machine."""
        return tuple(map(native.from_device, _engine.list_devices()))


class LocalRun:
    """One answer on its way, straight from the compute thread."""

    def __init__(self, run: _engine.Run, load_ms: float, image_decode_ms: float = 0.0) -> None:
        self._run = run
        self._load_ms = load_ms
        self._image_decode_ms = image_decode_ms

    def __iter__(self) -> Iterator[RunEvent]:
        while (raw := native.next_event(self._run)) is not None:
            yield self._event(raw)

    def in_batches(self, pause: float) -> Iterator[tuple[RunEvent, ...]]:
        """Yield what has come, further tokens `pause` seconds apart at least."""
        while taken := self._run.take(round(1000 * pause)):
            yield tuple(map(self._event, taken))

    def stop(self) -> None:
        """Ask it to end; returns at once, from any thread."""
        self._run.stop()

    def _event(self, raw: native.NativeEvent) -> RunEvent:
        event = native.from_event(raw)
        return self._with_outer_timings(event) if isinstance(event, RunFinished) else event

    def _with_outer_timings(self, finished: RunFinished) -> RunFinished:
        timings = replace(finished.timings, load=self._load_ms, image_decode=self._image_decode_ms)
        return replace(finished, timings=timings)


def _require_ok(report: PairReport, pair: ModelPair) -> None:
    if report.ok:
        return
    both_readable = report.model is not None and report.projector is not None
    raise (PairError if pair.projector and both_readable else ModelError)(report.summary)


def _up_to_last_picture(prompt: tuple[PromptPart, ...]) -> tuple[PromptPart, ...]:
    ends = [index + 1 for index, part in enumerate(prompt) if isinstance(part, PromptPicture)]
    if not ends:
        raise RequestError("There is no picture to prepare.")
    return prompt[: ends[-1]]


def _seed_of(request: Request) -> int:
    return secrets.randbelow(native.MAX_SEED) if request.seed is None else request.seed


def _images_of(messages: tuple[Message, ...]) -> list[ImagePixels]:
    return [
        part.image for message in messages for part in message.parts if isinstance(part, ImagePart)
    ]


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _control_tokens(model: _engine.Model, info: _engine.ModelInfo) -> ControlTokens:
    return ControlTokens(
        bos=_decoded(info.bos_text),
        eos=_decoded(info.eos_text),
        # The engine puts the token first where the model wants it and the template did not.
        adds_bos=False,
        knows_chatml=_is_control(model, "<|im_start|>"),
    )


def _is_control(model: _engine.Model, text: str) -> bool:
    tokens = model.tokenize([_engine.TemplateText(text)])
    return any(token.control and model.token_bytes(token.id) == text.encode() for token in tokens)
