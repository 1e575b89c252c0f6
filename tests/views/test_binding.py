"""The Qt binding itself, where a fault of it would end the program."""

import sys

from PySide6.QtGui import QColor, QImage, QPainter


def test_calls_without_a_result_keep_references_to_none(qapp):
    """PySide6 6.12.0 drops one in each call, and Python before 3.12 then aborts."""
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(500):
        painter.setPen(QColor(1, 2, 3))
    painter.end()
    assert abs(sys.getrefcount(None) - before) < 100
