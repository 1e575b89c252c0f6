"""Pictures in the window: dropped, pasted, refused, and shown with their question."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from perhaps.paths import resources_path
from perhaps.views.icons import IconButton
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import answer_script

SAMPLES = load_samples(resources_path() / "samples")
LONG = answer_script("one two three four five six seven eight nine ten", delay=0.02)


def drop(desk, mime):
    """Drag over the window and let go."""
    middle = desk.window.rect().center()
    args = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    enter = QDragEnterEvent(middle, *args, Qt.KeyboardModifier.NoModifier)
    desk.window.dragEnterEvent(enter)
    event = QDropEvent(QPointF(middle), *args, Qt.KeyboardModifier.NoModifier)
    desk.window.dropEvent(event)
    return enter.isAccepted()


def test_dropped_pictures_become_chips_and_go_with_the_question(desk):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(sample.path)) for sample in SAMPLES[:2]])
    assert drop(desk, mime)
    desk.qtbot.waitUntil(lambda: len(desk.session.attachments.named_pictures()) == 2)
    details = [c.text() for c in desk.window.findChildren(QWidget, "chipDetails")]
    assert details == ["480 × 360 · 256 tokens · 6 % of context"] * 2
    desk.find(IconButton, "removePicture").click()
    assert len(desk.session.attachments) == 1
    desk.ask("What is it?")
    desk.wait_idle()
    (message,) = desk.engine.requests[-1].messages
    assert message.parts[0].image.width == 480
    assert desk.find(QLabel, "questionPicture").accessibleName() == SAMPLES[0].path.name


def test_a_chip_tells_how_long_its_encoding_took(desk):
    attachment = desk.session.attachments.add_path(str(SAMPLES[0].path))
    desk.qtbot.waitUntil(lambda: attachment.picture is not None)
    attachment.note_prepared(42.0)
    assert desk.find(QLabel, "chipState").text() == "✓ encoded, 42 ms"


def test_image_data_can_be_pasted(desk):
    mime = QMimeData()
    mime.setData("image/png", SAMPLES[0].path.read_bytes())
    QGuiApplication.clipboard().setMimeData(mime)
    desk.window.page.composer.edit.paste()
    desk.qtbot.waitUntil(lambda: bool(desk.session.attachments.named_pictures()))
    assert desk.engine.sources == [SAMPLES[0].path.read_bytes()]


def test_a_refused_picture_says_why_and_can_be_removed(desk, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_text("no picture")
    desk.session.attachments.add_path(str(bad))
    desk.qtbot.waitUntil(lambda: desk.session.attachments.items[0].failure is not None)
    assert "bad.png" in desk.find(QLabel, "chipState").text()
    desk.window.page.composer.edit.setPlainText("What is it?")
    assert not desk.find(QPushButton, "send").isEnabled()
    desk.find(QPushButton, "remedy").click()
    assert len(desk.session.attachments) == 0
    assert desk.find(QPushButton, "send").isEnabled()


def test_a_drop_without_a_picture_says_so(desk):
    mime = QMimeData()
    mime.setText("just words")
    assert not drop(desk, mime)
    assert "no picture" in desk.window.page.notice.sentence


def test_the_curtain_lies_over_the_chat_while_a_picture_hovers(desk):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(SAMPLES[0].path))])
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.window.dragEnterEvent(enter)
    curtain = desk.find(QWidget, "dropCurtain")
    assert desk.window.page.rect().contains(curtain.geometry())


@pytest.mark.parametrize("count", [1, 3, 7])
def test_every_picture_of_a_question_is_seen(desk, count):
    for number in range(count):
        desk.session.attachments.add_path(str(SAMPLES[number % 3].path))
    desk.qtbot.waitUntil(lambda: len(desk.session.attachments.named_pictures()) == count)
    desk.ask("And?")
    desk.wait_idle()
    bubble = desk.find(QWidget, "question")
    pictures = bubble.findChildren(QLabel, "questionPicture")
    assert len(pictures) == count

    def inside(picture):
        corner = picture.mapTo(bubble, picture.rect().bottomRight())
        return bubble.rect().contains(corner) and picture.width() >= picture.pixmap().width()

    desk.qtbot.waitUntil(lambda: all(map(inside, pictures)))
    words = bubble.findChild(QLabel, "questionText")
    assert words.y() > max(p.mapTo(bubble, p.rect().bottomLeft()).y() for p in pictures)


def test_many_pictures_leave_room_for_the_chat(desk):
    for _ in range(12):
        desk.session.attachments.add_path(str(SAMPLES[0].path))
    desk.qtbot.waitUntil(lambda: len(desk.session.attachments.named_pictures()) == 12)
    desk.qtbot.wait(50)
    assert desk.find(QWidget, "chips").height() < 200
    desk.session.attachments.clear()
    assert not desk.window.page.composer._chip_area.isVisible()
