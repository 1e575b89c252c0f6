"""The engine's figures in the Timing tab."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from perhaps.views.spark_line import SparkLine
from tests.helpers.scripts import statistics


def test_the_courses_are_shown_while_it_works(desk):
    desk.qtbot.mouseClick(desk.find(QPushButton, "tabTiming"), Qt.MouseButton.LeftButton)
    told = desk.session.link.statistics_told
    told.emit(statistics(batches=1, answers=2, prompt_tokens=200, cached_tokens=150))
    told.emit(statistics(batches=5, batch_ms=40.0, batch_tokens=8, answers=3, held_tokens=1234))
    assert desk.find(SparkLine, "answersLine").values == (2, 3)
    assert desk.find(SparkLine, "batchLine").accessibleName() == "Time for a batch: 10 ms"
    assert desk.find(SparkLine, "heldLine").accessibleName() == "Tokens held: 1\u202f234"


def test_what_the_caches_spared_is_told(desk):
    desk.qtbot.mouseClick(desk.find(QPushButton, "tabTiming"), Qt.MouseButton.LeftButton)
    problem = "Encoded pictures are not kept on disk: there is no room; make some."
    desk.session.link.statistics_told.emit(
        statistics(prompt_tokens=200, cached_tokens=150, pictures_known=3, disk_problem=problem)
    )
    sums = desk.find(QLabel, "cacheSums").text()
    assert "75 % of all prompt tokens were found in the cache" in sums
    assert "0 encoded, 3 known" in sums
    assert desk.find(QLabel, "diskProblem").text() == problem
