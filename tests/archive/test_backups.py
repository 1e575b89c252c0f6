import calendar
import time

import pytest

from perhaps.archive.backups import DAY, backup_files, is_due, thin
from perhaps.archive.records import Chat
from perhaps.archive.store import Archive

NOW = float(calendar.timegm((2026, 11, 20, 12, 0, 0)))


def copies(folder, ages):
    folder.mkdir(exist_ok=True)
    for age in ages:
        name = time.strftime("perhaps-%Y%m%d-%H%M%S.sqlite", time.gmtime(NOW - age))
        (folder / name).write_bytes(b"")


def test_a_copy_is_made_once_a_day(tmp_path):
    archive = Archive(tmp_path / "chats")
    archive.put_chat(Chat(1, "Kept", 1, 1))
    made = archive.back_up_if_due()
    assert archive.back_up_if_due() is None
    assert backup_files(tmp_path / "chats" / "backups") == [made]
    archive.close()
    assert not is_due(made.parent, time.time() + DAY - 60)
    assert is_due(made.parent, time.time() + DAY + 60)


def test_copies_are_thinned_as_they_age(tmp_path):
    folder = tmp_path / "backups"
    copies(folder, [day * DAY for day in range(500)])
    thin(folder, NOW)
    ages = [
        round((NOW - calendar.timegm(time.strptime(path.name, NAME))) / DAY)
        for path in backup_files(folder)
    ]
    assert ages[:8] == list(range(8))
    assert len([age for age in ages if 8 <= age <= 35]) in range(4, 7)
    assert len([age for age in ages if 35 < age <= 365]) in range(10, 14)
    assert max(ages) <= 365
    thin(folder, NOW)
    assert len(backup_files(folder)) == len(ages)


NAME = "perhaps-%Y%m%d-%H%M%S.sqlite"


def test_the_latest_copies_stay_however_old_they_are(tmp_path):
    folder = tmp_path / "backups"
    copies(folder, [1000 * DAY, 1001 * DAY, 1002 * DAY, 1003 * DAY])
    thin(folder, NOW)
    assert len(backup_files(folder)) == 3


@pytest.mark.parametrize("name", ["perhaps.sqlite", "perhaps-now.sqlite", "notes.txt"])
def test_files_of_others_are_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine")
    thin(tmp_path, NOW)
    assert (tmp_path / name).read_text() == "mine"
