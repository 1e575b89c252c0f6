from pathlib import Path

from perhaps.paths import resources_path, starter_pair


def test_resources_are_where_the_program_looks():
    for name in ("themes/colours.json", "icons/perhaps.svg", "samples/samples.json"):
        assert (resources_path() / name).is_file()


def test_the_starter_is_whole_or_absent():
    pair = starter_pair()
    if pair is not None:
        assert Path(pair.model).is_file()
        assert Path(pair.projector).is_file()
