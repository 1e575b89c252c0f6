"""“Where did it look?”: the picture of an answer, with what the answer rests on laid over it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from perhaps.imaging.heat import strongest, tinted
from perhaps.probability.glyphs import visible_token
from perhaps.views import words
from perhaps.views.evidence_legend import EvidenceLegend
from perhaps.views.evidence_well import EvidenceWell
from perhaps.views.icons import IconButton
from perhaps.views.labels import ElidedLabel, one_line, plain_label
from perhaps.views.named import named, push_button
from perhaps.views.pixel_image import rgb_image
from perhaps.views.throttle import Throttle

if TYPE_CHECKING:
    from perhaps.inference.protocol import ImagePixels
    from perhaps.probability.evidence import Tile
    from perhaps.state.evidence_search import EvidenceSearch
    from perhaps.state.selection import Selection
    from perhaps.views.theme import Theme

REFRESH_MS = 60
USUAL_OPACITY = 80
"""Percent."""


class EvidenceView(QWidget):
    """Follows a search while it refines its map, and the token that is pinned meanwhile."""

    def __init__(
        self,
        search: EvidenceSearch,
        selection: Selection,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("evidenceView")
        self._search = search
        self._selection = selection
        self._theme = theme
        self._shown: ImagePixels | None = None
        self._cell = (-1, -1)
        self._fill()
        throttle = Throttle(REFRESH_MS, self)
        throttle.elapsed.connect(self._refresh)
        search.changed.connect(throttle.request)
        selection.changed.connect(self._on_selection_changed)
        self._refresh()

    def _fill(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._make_title())
        self._subject = named(ElidedLabel("", "small"), "evidenceSubject")
        self._well = EvidenceWell()
        self._well.setAccessibleName(self.tr("Picture with the map of the answer"))
        self._well.cell_hovered.connect(self._on_cell_hovered)
        self._readout = named(plain_label("", "small", wrap=True), "evidenceReadout")
        self._legend = EvidenceLegend(self._theme)
        self._failure = named(plain_label("", "sentence", wrap=True), "evidenceFailure")
        for widget in (self._subject, self._well, self._readout, self._legend, self._failure):
            column.addWidget(widget)
        column.addLayout(self._make_opacity())
        column.addLayout(self._make_actions())

    def _make_title(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(plain_label(self.tr("Where did it look?"), "title"), 1)
        close = IconButton("closeEvidence", "close", self.tr("Close the map"), self._theme)
        close.clicked.connect(self._search.close)
        row.addWidget(close)
        return row

    def _make_opacity(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._opacity = named(QSlider(Qt.Orientation.Horizontal), "evidenceOpacity")
        self._opacity.setAccessibleName(self.tr("Opacity of the map"))
        self._opacity.setRange(0, 100)
        self._opacity.valueChanged.connect(lambda value: self._well.set_opacity(value / 100))
        self._opacity.setValue(USUAL_OPACITY)
        row.addWidget(plain_label(self.tr("Opacity"), "small"))
        row.addWidget(self._opacity, 1)
        return row

    def _make_actions(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self._status = named(plain_label("", "small", wrap=True), "evidenceStatus")
        self._stop = push_button("stopEvidence", self.tr("Stop"))
        self._stop.clicked.connect(self._search.stop)
        self._refine = push_button("refineEvidence", self.tr("Look closer"))
        self._refine.setToolTip(self.tr("Cover smaller parts of the picture, too"))
        self._refine.clicked.connect(self._search.refine)
        self._export = push_button("exportEvidence", self.tr("Save…"))
        self._export.setToolTip(self.tr("Save the picture with the map as a PNG file"))
        self._export.clicked.connect(self._choose_file)
        row.addWidget(self._status, 1)
        for button in (self._stop, self._refine, self._export):
            row.addWidget(button)
        return row

    def save(self, path: str) -> None:
        """Write the picture with the map, in its own size, to a PNG file."""
        found, picture = self._search.found, self._search.picture
        if found is None or picture is None:
            return
        losses = found.losses(self._search.column)
        drawn = tinted(picture.pixels, losses, self._opacity.value() / 100)
        saved = rgb_image(drawn).save(path)
        sentence = self.tr("“{name}” cannot be written; choose another place.")
        self._say("" if saved else sentence.format(name=Path(path).name))

    def _choose_file(self) -> None:
        title, kinds = self.tr("Save the map"), self.tr("Pictures (*.png)")
        path, _ = QFileDialog.getSaveFileName(self, title, "evidence.png", kinds)
        if path:
            self.save(path if Path(path).suffix else f"{path}.png")

    def _refresh(self) -> None:
        search = self._search
        self.setVisible(search.answer is not None)
        if search.picture is not None and search.picture is not self._shown:
            self._shown = search.picture
            self._well.show_picture(search.picture)
        self._well.setVisible(search.picture is not None)
        self._legend.setVisible(search.picture is not None)
        self._say(search.failure)
        self._subject.setText(self._subject_words())
        self._stop.setVisible(search.running)
        self._refine.setVisible(search.can_refine)
        self._export.setEnabled(search.found is not None)
        self._status.setText(self._status_words())
        self._show_map()

    def _show_map(self) -> None:
        found = self._search.found
        if found is None:
            self._legend.show_scale(0.0)
            return
        losses = found.losses(self._search.column)
        scale = strongest(losses)
        self._well.show_map(losses, scale)
        self._legend.show_scale(scale)
        self._show_readout()

    def _subject_words(self) -> str:
        search = self._search
        if search.answer is None:
            return ""
        if search.token is not None:
            glyphs = visible_token(search.answer.trace.piece(search.token)[1])
            return self.tr("For the token {token} (Esc: whole answer)").format(token=glyphs)
        if search.whole:
            return self.tr("For the answer: {text}").format(text=one_line(search.answer.text))
        return self.tr("For the first tokens of the answer; click a later one to look at it")

    def _status_words(self) -> str:
        found, side = self._search.found, self._search.side
        if found is None:
            return self.tr("Scoring the answer…") if self._search.running else ""
        covered = self.tr("{count} parts covered, {side}×{side}")
        return covered.format(count=words.grouped(len(found)), side=side)

    def _say(self, sentence: str) -> None:
        self._failure.setVisible(bool(sentence))
        self._failure.setText(sentence)

    def _on_cell_hovered(self, row: int, column: int) -> None:
        self._cell = (row, column)
        self._show_readout()

    def _show_readout(self) -> None:
        found = self._search.found
        pointed = found is not None and self._cell[0] >= 0
        told = found.loss_at(*self._cell, self._search.column) if found and pointed else []
        hint = self.tr("Point at the picture to see what covering that part does.")
        self._readout.setText(self._readout_words(told) if told else hint)

    def _readout_words(self, told: list[tuple[Tile, float]]) -> str:
        mean = sum(loss for _, loss in told) / len(told)
        takes = self.tr("Covering this takes {value} nats") if mean >= 0 else self.tr(
            "Covering this gives {value} nats"
        )  # fmt: skip
        each = ", ".join(f"{tile.side}×{tile.side}: {words.signed(-loss)}" for tile, loss in told)
        return f"{takes.format(value=f'{abs(mean):.2f}')} ({each})"

    def _on_selection_changed(self) -> None:
        place = self._selection.hovered or self._selection.pinned
        mine = place is not None and place.answer is self._search.answer
        self._search.focus(place.index if mine and place is not None else None)
