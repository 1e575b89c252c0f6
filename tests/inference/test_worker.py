"""The worker with a scripted engine behind a real pipe, in this process."""

from __future__ import annotations

import io
import threading
import time

import pytest
from PIL import Image
from PySide6.QtCore import QThread

from perhaps.errors import ImageError, ModelError, TemplateError
from perhaps.inference.pipe.wire import MAX_MESSAGE_BYTES
from perhaps.inference.protocol import (
    FinishReason,
    ImagePart,
    LoadOptions,
    LoadStage,
    Message,
    ModelPair,
    Request,
    RunFinished,
    RunProgress,
    RunStage,
    TextPart,
    TokenStep,
)
from tests.helpers.fake_engine import (
    AnswerScript,
    FakeEngine,
    LoadScript,
    answer_script,
    in_thread,
    token_step,
)
from tests.helpers.worker_desk import OTHER_PAIR, PAIR, ask


def png(colour: tuple[int, int, int], size: tuple[int, int] = (12, 8)) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, "PNG")
    return data.getvalue()


def ask_about(*images, words: str = "What is this?") -> Request:
    parts = (*(ImagePart(image) for image in images), TextPart(words))
    return Request((Message("user", parts),))


def test_load_tells_progress_then_the_model(open_desk):
    desk = open_desk(in_thread(FakeEngine(loads=[LoadScript(stages=3)])))
    desk.load()
    names = [name for name in desk.names() if name != "host_started"]
    assert names == ["load_progressed"] * 4 + ["model_loaded"]
    stages = [progress.stage for (progress,) in desk.of("load_progressed")]
    assert stages == [LoadStage.model] * 3 + [LoadStage.warm_up]
    (info,) = desk.of("model_loaded")[0]
    assert info.pair == PAIR


def test_wishes_before_start_are_kept(qtbot, open_desk):
    engine = FakeEngine()
    desk = open_desk(in_thread(engine))
    desk.worker.list_devices()
    (devices,) = desk.wait_for("devices_listed")
    assert devices == engine.devices()


def test_answer_arrives_whole_and_in_order(open_desk):
    script = answer_script("A red apple on a wooden table.")
    desk = open_desk(in_thread(FakeEngine(answers=[script])))
    desk.load()
    run_id = desk.worker.generate(ask(seed=3))
    end = desk.end_of(run_id)
    assert desk.events(run_id)[:-1] == [*script.progress, *script.steps]
    assert (end.reason, end.seed) == (FinishReason.eos, 3)
    assert desk.text_of(run_id) == "A red apple on a wooden table."


def test_request_reaches_the_engine_unchanged(open_desk):
    engine = FakeEngine()
    desk = open_desk(in_thread(engine))
    desk.load()
    request = ask("Häagen 🍎 <|im_start|>", max_tokens=3, stop=("\n",), top_logprobs=5, seed=2**63)
    desk.end_of(desk.worker.generate(request))
    assert engine.requests == [request]


def test_signals_reach_the_thread_of_the_window(open_desk):
    desk = open_desk(in_thread(FakeEngine()))
    threads = []
    desk.worker.model_loaded.connect(lambda _: threads.append(QThread.currentThread()))
    desk.load()
    assert threads == [desk.worker.thread()]


@pytest.mark.parametrize("delay", [0.0, 0.001])
def test_fast_answer_is_coalesced_to_sixty_hertz(open_desk, delay):
    count = 1000
    steps = tuple(token_step(f" {i}") for i in range(count))
    desk = open_desk(in_thread(FakeEngine(answers=[AnswerScript(steps, delay=delay)])))
    desk.load()
    times = []
    desk.worker.run_advanced.connect(lambda *_: times.append(time.monotonic()))
    began = time.monotonic()
    run_id = desk.worker.generate(ask(max_tokens=count))
    desk.end_of(run_id, seconds=30)
    seconds = time.monotonic() - began
    assert [event for event in desk.events(run_id) if isinstance(event, TokenStep)] == list(steps)
    assert len(times) <= seconds * 60 + 2


def test_stop_keeps_what_was_written(open_desk):
    engine = FakeEngine(answers=[answer_script("one two", blocks=True)])
    desk = open_desk(in_thread(engine))
    desk.load()
    run_id = desk.worker.generate(ask())
    desk.wait_for_tokens(run_id, 2)
    desk.worker.stop(run_id)
    end = desk.end_of(run_id, seconds=2)
    assert (end.reason, end.stopped_in) == (FinishReason.cancelled, RunStage.decode)
    assert desk.text_of(run_id) == "one two"
    assert not desk.of("host_lost")


def test_stop_right_after_asking(open_desk):
    desk = open_desk(in_thread(FakeEngine(answers=[answer_script("never", blocks=True)])))
    desk.load()
    run_id = desk.worker.generate(ask())
    desk.worker.stop(run_id)
    assert desk.end_of(run_id, seconds=2).reason is FinishReason.cancelled


def test_two_answers_at_once_keep_apart(open_desk):
    scripts = [answer_script("a b c", delay=0.02), answer_script("x y z", delay=0.02)]
    desk = open_desk(in_thread(FakeEngine(answers=scripts)))
    desk.load()
    first, second = desk.worker.generate(ask("1")), desk.worker.generate(ask("2"))
    desk.end_of(first)
    desk.end_of(second)
    assert {desk.text_of(first), desk.text_of(second)} == {"a b c", "x y z"}


@pytest.mark.parametrize("field", ["refusal", "error"])
def test_named_errors_keep_their_name_and_words(open_desk, field):
    script = answer_script("so far", **{field: TemplateError("The template does not end.")})
    desk = open_desk(in_thread(FakeEngine(answers=[script])))
    desk.load()
    run_id = desk.worker.generate(ask())
    end = desk.end_of(run_id)
    assert end.reason is FinishReason.failed
    assert (end.error_kind, end.error) == ("TemplateError", "The template does not end.")
    assert desk.text_of(run_id) == ("so far" if field == "error" else "")


@pytest.mark.expects_warnings
def test_errors_without_a_name_become_a_sentence(open_desk, caplog):
    script = answer_script("so far", error=ZeroDivisionError("division by zero"))
    desk = open_desk(in_thread(FakeEngine(answers=[script])))
    desk.load()
    end = desk.end_of(desk.worker.generate(ask()))
    assert end.error_kind == "PerhapsError"
    assert "ZeroDivisionError: division by zero" in end.error
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda worker: None, "No model is loaded"),
        (lambda worker: worker.load(PAIR, LoadOptions()), "starter.gguf is still loading"),
    ],
)
def test_asking_without_a_model_is_refused(open_desk, prepare, words):
    desk = open_desk(in_thread(FakeEngine(loads=[LoadScript(delay=0.2)])))
    prepare(desk.worker)
    end = desk.end_of(desk.worker.generate(ask()))
    assert (end.reason, end.error_kind) == (FinishReason.failed, "ModelError")
    assert words in end.error


def test_failed_load_leaves_no_model(open_desk):
    error = ModelError("“x.gguf” is cut short; download it again.")
    desk = open_desk(in_thread(FakeEngine(loads=[LoadScript(), LoadScript(error=error)])))
    desk.load()
    desk.worker.load(OTHER_PAIR, LoadOptions())
    (failure,) = desk.wait_for("load_failed")
    assert (failure.kind, failure.message) == ("ModelError", str(error))
    assert desk.end_of(desk.worker.generate(ask())).error_kind == "ModelError"


def test_cancelled_load_ends_soon(open_desk):
    desk = open_desk(in_thread(FakeEngine(loads=[LoadScript(delay=5.0)])))
    desk.worker.load(PAIR, LoadOptions())
    desk.wait_for("load_progressed")
    desk.worker.cancel_load()
    (failure,) = desk.wait_for("load_failed", seconds=2)
    assert failure.kind == "LoadCancelledError"
    assert not desk.of("host_lost")


def test_newest_load_wins(open_desk):
    engine = FakeEngine(loads=[LoadScript(delay=5.0), LoadScript()])
    desk = open_desk(in_thread(engine))
    desk.worker.load(PAIR, LoadOptions())
    desk.wait_for("load_progressed")
    desk.worker.load(OTHER_PAIR, LoadOptions())
    (info,) = desk.wait_for("model_loaded", seconds=2)
    assert info.pair == OTHER_PAIR
    assert not desk.of("load_failed")


def test_unload_stops_what_runs(open_desk):
    engine = FakeEngine(answers=[answer_script("one", blocks=True)])
    desk = open_desk(in_thread(engine))
    desk.load()
    run_id = desk.worker.generate(ask())
    desk.wait_for_tokens(run_id, 1)
    desk.worker.unload()
    desk.wait_for("model_unloaded", seconds=2)
    assert desk.end_of(run_id, seconds=2).reason is FinishReason.cancelled
    assert engine.info is None


def test_picture_comes_as_its_pixels(open_desk):
    desk = open_desk(in_thread(FakeEngine()))
    ticket = desk.worker.read_picture(png((200, 30, 40), size=(12, 8)))
    number, picture = desk.wait_for("picture_read")
    assert number == ticket
    assert (picture.image.width, picture.image.height) == (12, 8)
    assert picture.image.pixels.reshape(-1, 3).tolist() == [[200, 30, 40]] * 96
    assert not picture.image.pixels.flags.writeable
    assert picture.cost is not None


def test_refused_picture_names_its_ticket(open_desk):
    desk = open_desk(in_thread(FakeEngine(picture_error=ImageError("It is a film."))))
    tickets = [desk.worker.read_picture(b"?"), desk.worker.read_picture("/x/\udcff.png")]
    desk.wait_for("picture_refused", 2)
    assert [ticket for ticket, _ in desk.of("picture_refused")] == tickets
    assert {failure.kind for _, failure in desk.of("picture_refused")} == {"ImageError"}


def test_path_that_is_no_text_reaches_the_engine(open_desk):
    engine = FakeEngine(picture_error=ImageError("Not there: /x/\udcff.png."))
    desk = open_desk(in_thread(engine))
    desk.worker.read_picture("/x/\udcff.png")
    _, failure = desk.wait_for("picture_refused")
    assert engine.sources == ["/x/\udcff.png"]
    assert failure.message == "Not there: /x/\\udcff.png."


def test_what_cannot_be_sent_is_refused_by_the_name_of_its_kind(open_desk):
    desk = open_desk(in_thread(FakeEngine()))
    desk.worker.read_picture(bytes(MAX_MESSAGE_BYTES))
    _, failure = desk.wait_for("picture_refused")
    assert failure.kind == "ImageError"
    desk.worker.load(ModelPair("/x/\udcff.gguf"), LoadOptions())
    (failure,) = desk.wait_for("load_failed")
    assert failure.kind == "ModelError"
    desk.worker.check(ModelPair("/x/\udcff.gguf"), LoadOptions())
    (report,) = desk.wait_for("pair_checked")
    assert "U+DCFF" in report.summary


def test_question_with_half_a_character_is_refused(open_desk):
    desk = open_desk(in_thread(FakeEngine()))
    desk.load()
    end = desk.end_of(desk.worker.generate(ask("\ud83c")))
    assert (end.reason, end.error_kind) == (FinishReason.failed, "RequestError")
    assert "U+D83C" in end.error
    assert desk.end_of(desk.worker.generate(ask())).reason is FinishReason.eos


def test_pictures_are_given_again_when_the_host_forgot_them(open_desk):
    engine = FakeEngine()
    desk = open_desk(in_thread(engine))
    desk.load()
    for shade in range(12):
        desk.worker.read_picture(png((shade, 0, 0)))
    desk.wait_for("picture_read", 12)
    images = [picture.image for _, picture in desk.of("picture_read")]
    requests = [ask_about(*images), ask_about(images[0]), ask_about(*images[1:4])]
    for request in requests:
        assert desk.end_of(desk.worker.generate(request)).reason is FinishReason.eos
    assert engine.requests == requests


def test_check_reports(open_desk):
    engine = FakeEngine()
    desk = open_desk(in_thread(engine))
    desk.worker.check(PAIR, LoadOptions(device="cpu"))
    (report,) = desk.wait_for("pair_checked")
    assert report.ok
    assert engine.checked == [PAIR]


def test_failed_check_is_a_bad_report(open_desk):
    desk = open_desk(in_thread(FakeEngine(check_report=ModelError("It cannot be read."))))
    desk.worker.check(PAIR, LoadOptions())
    (report,) = desk.wait_for("pair_checked")
    assert not report.ok
    assert report.problems == ("It cannot be read.",)


def test_a_picture_is_read_while_a_model_loads(open_desk):
    desk = open_desk(in_thread(FakeEngine(loads=[LoadScript(delay=5.0)])))
    desk.worker.load(PAIR, LoadOptions())
    desk.wait_for("load_progressed")
    desk.worker.read_picture(png((1, 2, 3)))
    desk.wait_for("picture_read", seconds=2)
    assert not desk.of("model_loaded")


def test_progress_of_each_stage_is_told(open_desk):
    progress = (
        RunProgress(RunStage.encode, 1, 2, 0.1),
        RunProgress(RunStage.image_prefill, 1, 2, 0.5),
    )
    desk = open_desk(in_thread(FakeEngine(answers=[AnswerScript(progress=progress, blocks=True)])))
    desk.load()
    run_id = desk.worker.generate(ask())
    desk.qtbot.waitUntil(lambda: tuple(desk.events(run_id)) == progress)
    desk.worker.stop(run_id)
    assert desk.end_of(run_id).stopped_in is RunStage.image_prefill


def test_close_ends_a_run_and_leaves_no_thread(open_desk):
    before = set(threading.enumerate())
    desk = open_desk(in_thread(FakeEngine(answers=[answer_script("one", blocks=True)])))
    desk.load()
    run_id = desk.worker.generate(ask())
    desk.wait_for_tokens(run_id, 1)
    began = time.monotonic()
    desk.worker.close()
    assert time.monotonic() - began < 3
    assert desk.end_of(run_id).reason is FinishReason.cancelled
    desk.qtbot.waitUntil(lambda: _ours() <= before)


def _ours() -> set[threading.Thread]:
    return {
        thread for thread in threading.enumerate() if not isinstance(thread, threading._DummyThread)
    }


def test_close_without_start(open_desk, qtbot):
    desk = open_desk(in_thread(FakeEngine()))
    desk.worker.close()
    desk.worker.close()
    assert desk.worker.isFinished()


def test_every_finished_run_ends_once(open_desk):
    desk = open_desk(in_thread(FakeEngine(answers=[answer_script("yes")])))
    desk.load()
    runs = [desk.worker.generate(ask(str(i))) for i in range(20)]
    for run_id in runs:
        desk.end_of(run_id)
        desk.worker.stop(run_id)
    for run_id in runs:
        ends = [event for event in desk.events(run_id) if isinstance(event, RunFinished)]
        assert len(ends) == 1
