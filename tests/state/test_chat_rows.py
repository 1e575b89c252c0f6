"""Rows of the list of chats."""

from PySide6.QtCore import Qt

from perhaps.archive.records import Snippet
from perhaps.state.chat_rows import ChatRows
from perhaps.state.chats import Found, Group, Period
from perhaps.state.conversation import Conversation


def named(name):
    conversation = Conversation()
    conversation.rename(name)
    return conversation


def titles(rows):
    return [rows.data(rows.index(i)) for i in range(rows.rowCount())]


def test_chats_stand_under_headings_that_cannot_be_chosen(qapp, qtmodeltester):
    rows = ChatRows()
    one, two = named("one"), named("two")
    rows.show_groups([Group(Period.today, (one,)), Group(Period.older, (two,))])
    qtmodeltester.check(rows)
    assert titles(rows) == [None, "one", None, "two"]
    assert rows.flags(rows.index(0)) == Qt.ItemFlag.NoItemFlags
    assert rows.index_of(two).row() == 3
    assert not rows.index_of(named("three")).isValid()


def test_a_chat_is_renamed_in_its_row(qapp):
    rows = ChatRows()
    chat = named("one")
    rows.show_groups([Group(Period.today, (chat,))])
    assert not rows.setData(rows.index(0), "x")
    assert rows.setData(rows.index(1), " new  name ")
    assert chat.title == "new name"


def test_what_was_found_has_no_headings(qapp):
    rows = ChatRows()
    found = Found(named("one"), 7, Snippet("one", ()), Snippet("an owl", ((3, 6),)))
    rows.show_found([found])
    assert rows.searching
    assert rows.rowCount() == 1
    assert rows.row(rows.index(0)).message == 7
    rows.show_groups([])
    assert not rows.searching


def test_the_same_rows_keep_their_places(qapp):
    rows = ChatRows()
    resets = []
    rows.modelReset.connect(lambda: resets.append(1))
    chat = named("one")
    for _ in range(3):
        rows.show_groups([Group(Period.today, (chat,))])
    assert resets == [1]


def test_a_dropped_row_is_gone_and_the_others_stay(qapp, qtmodeltester):
    rows = ChatRows()
    one, two = named("one"), named("two")
    found = [Found(each, None, Snippet(each.title, ()), None) for each in (one, two)]
    rows.show_found(found)
    rows.drop(one)
    rows.drop(named("three"))
    qtmodeltester.check(rows)
    assert titles(rows) == ["two"]


def test_rows_are_read_aloud_with_all_that_they_show(qapp):
    rows = ChatRows()
    chat = named("one")
    chat.set_pinned(True)
    rows.show_groups([Group(Period.pinned, (chat, Conversation()))])
    text, more = Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole
    spoken = [rows.data(rows.index(i), text) for i in range(3)]
    assert spoken == ["Pinned", "one, pinned", "New chat"]
    rows.show_found([Found(chat, 7, Snippet("one", ()), Snippet("an owl", ((3, 6),)))])
    assert rows.data(rows.index(0), more) == "an owl"


def test_a_chat_without_a_title_has_none_to_be_edited(qapp):
    rows = ChatRows()
    rows.show_groups([Group(Period.today, (Conversation(),))])
    assert rows.data(rows.index(1)) == "New chat"
    assert rows.data(rows.index(1), Qt.ItemDataRole.EditRole) == ""
