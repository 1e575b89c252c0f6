import pytest

from perhaps.inference.protocol import Failure
from perhaps.state.attachments import AttachmentPhase, Attachments
from tests.state.builders import a_picture


@pytest.fixture
def attachments(link):
    return Attachments(link)


def test_a_path_is_sent_unread_and_comes_back_as_pixels(attachments, link):
    attachment = attachments.add_path("/pictures/card.png")
    assert list(link.sources.values()) == ["/pictures/card.png"]
    assert (attachment.name, attachment.phase) == ("card.png", AttachmentPhase.reading)
    picture = a_picture()
    link.finish_reading(picture)
    assert attachment.phase is AttachmentPhase.ready
    assert attachments.named_pictures()[0].picture is picture


def test_each_reply_finds_its_own_picture(attachments, link):
    first, second = attachments.add_path("/a.png"), attachments.add_bytes(b"png", "Pasted")
    tickets = {source: ticket for ticket, source in link.sources.items()}
    link.picture_refused.emit(tickets["/a.png"], Failure("ImageError", "Not a picture."))
    link.picture_read.emit(tickets[b"png"], a_picture())
    assert first.failure.message == "Not a picture."
    assert second.phase is AttachmentPhase.ready


def test_a_reply_for_a_removed_picture_is_dropped(attachments, link):
    attachments.remove(attachments.add_path("/a.png"))
    link.finish_reading(a_picture())
    assert len(attachments) == 0
    assert attachments.named_pictures() == ()


def test_reading_again_leaves_refused_ones_alone(attachments, link):
    bad, good = attachments.add_path("/bad.png"), attachments.add_path("/good.png")
    tickets = {source: ticket for ticket, source in link.sources.items()}
    link.picture_refused.emit(tickets["/bad.png"], Failure("ImageError", "No."))
    link.picture_read.emit(tickets["/good.png"], a_picture())
    link.sources.clear()
    attachments.read_again()
    assert list(link.sources.values()) == ["/good.png"]
    assert (bad.phase, good.phase) == (AttachmentPhase.refused, AttachmentPhase.reading)


def test_only_refused_ones_stand_in_the_way_where_there_are_some(attachments, link):
    bad, good = attachments.add_path("/bad.png"), attachments.add_path("/good.png")
    tickets = {source: ticket for ticket, source in link.sources.items()}
    link.picture_refused.emit(tickets["/bad.png"], Failure("ImageError", "No."))
    assert attachments.obstacles() == (bad,)
    attachments.remove_obstacles()
    assert attachments.items == (good,)
