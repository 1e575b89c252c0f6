from PySide6.QtWidgets import QLabel

from perhaps.views.labels import LINE_LENGTH, ElidedLabel, one_line, set_plain_tooltip


def test_names_from_outside_become_one_seen_line():
    assert one_line("a\nb\u202e\tc\x00d") == "a b c d"
    assert len(one_line("x" * 5000)) == 200


def test_tooltips_are_never_read_as_html(qtbot):
    label = QLabel()
    qtbot.addWidget(label)
    set_plain_tooltip(label, "<img src=x>")
    assert "&lt;img src=x&gt;" in label.toolTip()
    set_plain_tooltip(label, "")
    assert label.toolTip() == ""


def test_a_label_that_is_cut_tells_the_rest_in_its_tooltip(qtbot):
    label = ElidedLabel("a rather long name of a picture.png")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert "picture.png" in label.toolTip()
    label.resize(600, 20)
    label.grab()
    assert label.toolTip() == ""


def test_a_text_without_end_is_measured_no_wider_than_screens_are(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.setText("x" * LINE_LENGTH)
    wide = label.sizeHint()
    label.setText("x" * 3_000_000)
    assert label.sizeHint() == wide
    assert len(label.accessibleName()) == LINE_LENGTH
    assert len(label.text()) == 3_000_000
