"""Files of an answer, by the menu that writes and opens them."""

import json
from dataclasses import replace

import pytest
from PySide6.QtGui import QImage

from perhaps.paths import resources_path
from perhaps.probability.export.record import read_json
from perhaps.views.export_menu import ExportMenu
from perhaps.views.samples import load_samples
from tests.helpers.fake_engine import FakeEngine, answer_script
from tests.probability.builders import same

SAMPLES = load_samples(resources_path() / "samples")


@pytest.fixture
def answered(open_window):
    desk = open_window(FakeEngine(answers=(answer_script("There is an owl at the top."),)))
    desk.session.attachments.add_path(str(SAMPLES[0].path))
    desk.qtbot.waitUntil(lambda: desk.session.obstacle is None)
    desk.ask("What is it?")
    desk.wait_idle()
    return desk


def menu_of(desk):
    return desk.window.findChild(ExportMenu, "exportMenu")


def write(desk, name, make, folder):
    path = folder / name
    menu_of(desk).write(str(path), make)
    return path.read_bytes()


def test_an_exported_answer_is_opened_as_a_chat(answered, tmp_path):
    menu, before = menu_of(answered), answered.session.last_answer
    said = []
    menu.said.connect(said.append)
    path = tmp_path / "owl.json"
    menu.write(str(path), menu._json)
    chats = len(answered.session.conversations)
    menu.open(str(path))
    again = answered.session.last_answer
    assert again is not before
    # On the wire and in files numbers are 32-bit floats, in scripts they are not.
    assert again.text == before.text
    assert same(again.trace, before.trace)
    assert again.request.sampling == before.request.sampling
    assert len(answered.session.conversations) == chats + 1
    assert answered.session.selection.current.answer is again
    assert said == []
    assert "/models" not in path.read_text()


def test_an_answer_of_another_model_says_so(answered, tmp_path):
    menu, path, said = menu_of(answered), tmp_path / "owl.json", []
    menu.said.connect(said.append)
    menu.write(str(path), menu._json)
    record = read_json(path.read_bytes())
    other = json.loads(path.read_bytes())
    other["model"]["name"] = "Other"
    path.write_text(json.dumps(other))
    menu.open(str(path))
    (sentence,) = said
    assert "“Other”, not by “starter”" in sentence
    assert answered.session.last_answer.model.name == "Other"
    assert record.model == replace_name(read_json(path.read_bytes()).model, "starter")


def replace_name(model, name):
    return type(model)(**{**{f: getattr(model, f) for f in model.__struct_fields__}, "name": name})


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "cannot be read"), (b"{}", "no answer that Perhaps exported"), (None, "No such file")],
)
def test_a_bad_file_is_one_sentence_and_changes_nothing(answered, tmp_path, content, words):
    menu, path, said = menu_of(answered), tmp_path / "bad.json", []
    menu.said.connect(said.append)
    if content is not None:
        path.write_bytes(content)
    before = answered.session.conversation
    menu.open(str(path))
    assert answered.session.conversation is before
    (sentence,) = said
    assert words in sentence


def test_a_file_that_cannot_be_written_is_one_sentence(answered, tmp_path):
    menu, said = menu_of(answered), []
    menu.said.connect(said.append)
    menu.write(str(tmp_path / "missing" / "owl.json"), menu._json)
    (sentence,) = said
    assert "“owl.json” could not be written" in sentence


def test_every_kind_of_file_is_written(answered, tmp_path):
    menu = menu_of(answered)
    assert b"<title>What is it?" in write(answered, "owl.html", menu._report, tmp_path)
    assert b"data:image/png;base64" in write(answered, "owl.html", menu._report, tmp_path)
    assert b"candidate_logprob" in write(answered, "owl.csv", menu._table, tmp_path)
    assert write(answered, "owl.svg", menu._chart_svg, tmp_path).startswith(b"<svg")
    image = QImage.fromData(write(answered, "owl.png", menu._chart_png, tmp_path))
    assert (image.width(), image.height()) == (1440, 440)
    ground = answered.theme.colour("surface").rgb()
    colours = {image.pixel(x, y) for x in range(0, 1440, 3) for y in range(0, 440, 3)}
    assert ground in colours
    assert len(colours) > 3


def test_files_are_offered_of_answers_that_have_ended(open_window):
    script = replace(answer_script("There is"), blocks=True)
    desk = open_window(FakeEngine(answers=(script,)))
    menu = menu_of(desk)

    def offered():
        menu.refresh()
        return {action.objectName() for action in menu.actions() if action.isEnabled()} - {""}

    assert offered() == {"importAnswer"}
    desk.ask("What is it?")
    assert offered() == {"importAnswer"}
    desk.session.stop()
    desk.wait_idle()
    assert "exportHtml" in offered()
