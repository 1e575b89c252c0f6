from PySide6.QtCore import QSettings

from perhaps.probability.doubt import Doubt, Tint
from perhaps.state.lens import Lens
from perhaps.state.settings import Settings
from tests.probability.builders import token, trace_of


def test_the_lens_is_kept_from_run_to_run(qapp, tmp_path):
    store = QSettings(str(tmp_path / "lens.ini"), QSettings.Format.IniFormat)
    lens = Lens(Settings(store))
    lens.tint, lens.exact = Tint.rank, True
    store.sync()
    again = Lens(Settings(QSettings(str(tmp_path / "lens.ini"), QSettings.Format.IniFormat)))
    assert (again.tint, again.exact) == (Tint.rank, True)


def test_an_unknown_tint_in_the_settings_is_the_usual_one(qapp, tmp_path):
    store = QSettings(str(tmp_path / "lens.ini"), QSettings.Format.IniFormat)
    store.setValue("window/tint", "glitter")
    store.setValue("window/exact_tokens", "maybe")
    lens = Lens(Settings(store))
    assert (lens.tint, lens.exact) == (Tint.probability, False)


def test_a_change_is_told_once(qapp):
    lens, told = Lens(), []
    lens.changed.connect(lambda: told.append(lens.tint))
    lens.tint = Tint.entropy
    lens.tint = Tint.entropy
    assert told == [Tint.entropy]


def test_doubt_follows_the_tint(qapp):
    lens, trace = Lens(), trace_of(token([0.6, 0.3], chosen=1))
    assert lens.doubt(trace, 0) is Doubt.some
    lens.tint = Tint.rank
    assert lens.doubt(trace, 0) is Doubt.slight
