from datetime import UTC, datetime, timedelta, timezone

import pytest

from perhaps.archive.records import LATEST_DATE, MOST_SEEDED, ids_follow, moment, new_id, now_ms
from perhaps.archive.store import Archive
from tests.archive.builders import a_chat, a_message


def test_ids_grow():
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))


def test_ids_are_larger_than_what_the_archive_holds_though_the_clock_was_set_back(tmp_path):
    hour = 3_600_000 << 20
    archive = Archive(tmp_path)
    chat = a_chat(id=new_id() + hour)
    message = a_message(chat, "user", "Asked before the clock was set back", id=chat.id + hour)
    archive.put_messages([message], chat)
    archive.close()
    Archive(tmp_path).close()
    assert message.id < new_id() < message.id + hour


def test_an_id_that_leaves_no_room_is_not_followed():
    ids_follow(2**63 - 1)
    assert new_id() < MOST_SEEDED


@pytest.mark.parametrize("date", [-1, -(2**63), LATEST_DATE + 1, 2**63 - 1])
def test_a_date_that_no_calendar_has_becomes_the_nearest(date):
    assert moment(date) in (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
    # A window shows it as the person's clock does, wherever that is.
    for hours in (-14, 14):
        assert moment(max(date, 10**9)).astimezone(timezone(timedelta(hours=hours)))


def test_a_date_is_a_moment():
    now = now_ms()
    assert moment(now).timestamp() * 1000 == pytest.approx(now)
