from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QColor, QImage

from perhaps.views.dropped_pictures import has_pictures, pictures_in


def test_local_files_go_by_their_path(qapp):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/a/b c.png"), QUrl("https://example.org/x.png")])
    assert [picture.source for picture in pictures_in(mime)] == ["/a/b c.png"]


def test_encoded_images_go_as_they_are(qapp):
    mime = QMimeData()
    mime.setData("image/jpeg", b"not really a picture")
    assert has_pictures(mime)
    assert pictures_in(mime)[0].source == b"not really a picture"


def test_images_of_the_platform_go_as_png(qapp):
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    mime = QMimeData()
    mime.setImageData(image)
    (picture,) = pictures_in(mime)
    assert picture.source.startswith(b"\x89PNG")
    assert QImage.fromData(picture.source).size() == image.size()


def test_links_and_text_are_no_pictures(qapp):
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/x.png")])
    assert not has_pictures(mime)
    mime.setText("words")
    assert pictures_in(mime) == []
