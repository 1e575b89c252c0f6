"""Pictures are read while the question is still being typed."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTimer

from perhaps.inference.protocol import FinishReason, ImagePart, Timings
from perhaps.state.work_ahead import FREE_MS
from tests.helpers.scripts import statistics
from tests.state.builders import a_model, a_picture, finished


def drop(session, link, width=40):
    attachment = session.attachments.add_bytes(b"...", "a.png")
    ticket = max(link.sources)
    link.picture_read.emit(ticket, a_picture(width=width))
    return attachment


def pictures_of(request):
    return [p for m in request.messages for p in m.parts if isinstance(p, ImagePart)]


def test_a_dropped_picture_is_prepared(session, link):
    drop(session, link)
    (request,) = link.preparations.values()
    assert len(pictures_of(request)) == 1
    assert link.requests == {}


def test_the_chip_can_tell_when_it_is_done(session, link):
    attachment = drop(session, link)
    (run_id,) = link.preparations
    timings = Timings(image_encode=300, image_prefill=100)
    link.run_advanced.emit(run_id, (finished(FinishReason.prepared, timings=timings),))
    assert attachment.prepared_ms == 400


def test_a_second_picture_lets_the_first_end_and_prepares_both(session, link):
    drop(session, link)
    (first,) = link.preparations
    drop(session, link, width=50)
    assert list(link.preparations) == [first]
    link.run_advanced.emit(first, (finished(FinishReason.prepared),))
    assert link.stopped == []
    assert len(pictures_of(link.preparations[max(link.preparations)])) == 2


def test_removing_the_picture_lets_the_preparing_end(session, link):
    attachment = drop(session, link)
    (run_id,) = link.preparations
    session.attachments.remove(attachment)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    link.run_advanced.emit(run_id, (finished(FinishReason.prepared),))
    assert link.stopped == []
    assert list(link.preparations) == [run_id]


def test_asking_about_many_pictures_prepares_nothing_more(session, link):
    for width in (40, 50, 60):
        drop(session, link, width)
    before = list(link.preparations)
    assert session.ask("What are they?")
    assert list(link.preparations) == before
    assert link.stopped == []


def test_a_question_takes_the_preparing_over(session, link):
    drop(session, link)
    assert session.ask("What is it?")
    assert link.stopped == []
    assert len(link.preparations) == 1


def test_nothing_is_prepared_for_a_blind_model(session, link):
    link.model_loaded.emit(a_model(sees=False))
    drop(session, link)
    assert link.preparations == {}


def test_another_model_prepares_anew(session, link):
    drop(session, link)
    link.model_loaded.emit(a_model())
    link.picture_read.emit(max(link.sources), a_picture())
    assert len(link.preparations) == 2


@pytest.fixture
def cancelled(session, link):
    """A picture whose preparing another request broke off."""
    attachment = drop(session, link)
    (run_id,) = link.preparations
    link.run_advanced.emit(run_id, (finished(FinishReason.cancelled),))
    return attachment


def test_what_was_broken_off_is_prepared_again_once_the_machine_is_free(
    session, link, cancelled, qtbot
):
    assert len(link.preparations) == 1
    qtbot.waitUntil(lambda: len(link.preparations) == 2)
    again = max(link.preparations)
    link.run_advanced.emit(again, (finished(FinishReason.prepared),))
    assert cancelled.prepared_ms is not None
    assert len(link.preparations) == 2


def test_the_machine_is_not_free_while_statistics_come(session, link, cancelled, qtbot):
    ticks = []
    timer = QTimer(interval=FREE_MS // 20)
    timer.timeout.connect(lambda: link.statistics_told.emit(statistics(answers=1)))
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()
    qtbot.waitUntil(lambda: len(ticks) > 40)
    assert len(link.preparations) == 1
    timer.stop()
    qtbot.waitUntil(lambda: len(link.preparations) == 2)


def test_a_cancelled_preparing_leaves_the_picture_ready(session, link):
    attachment = drop(session, link)
    (run_id,) = link.preparations
    link.run_advanced.emit(run_id, (finished(FinishReason.cancelled),))
    assert attachment.prepared_ms is None
    assert session.ask("What is it?")
