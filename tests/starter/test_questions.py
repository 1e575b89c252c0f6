"""Questions about scenes whose contents are known."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recipe.asking import ask
from recipe.casts import HELD_OUT_PAIRS, THEMES, free_word, random_scene
from recipe.grading import is_right, key_words
from recipe.lettering import FACES, letter_boxes
from recipe.palette import COLOURS
from recipe.question import NOT_SURE, NUMBERS
from recipe.reading_questions import read
from recipe.scenes import Ground, Item, Scene, clear_zone
from recipe.two_pictures import came, compare
from recipe.what_questions import colour, count, describe, exists, name
from recipe.where_questions import relation, size, where
from recipe.wording import article, plural

seeds = st.integers(0, 2**32)
needs_faces = pytest.mark.skipif(
    not all(Path(face).exists() for face in FACES), reason="the recipe's fonts are not installed"
)


@pytest.fixture
def scene():
    """A large red circle at the top left, a small blue star at the bottom right, on white."""
    ground = Ground("plain", "white", (255, 255, 255), (255, 255, 255))
    circle = Item("circle", "red", (255, 0, 0), 50, 40, 70)
    star = Item("star", "blue", (0, 0, 255), 260, 180, 30)
    return Scene(300, 200, ground, [circle, star])


def answers(maker, scene, kind=None):
    """Give the answers of many questions that a maker makes."""
    made = (maker(Random(seed), scene) for seed in range(200))
    return {q.answer for q in made if q is not None and kind in (None, q.kind)}


def test_colours(scene):
    assert answers(colour, scene, "colour") == {"The circle is red.", "The star is blue."}


def test_places(scene):
    assert answers(where, scene, "where") == {
        "The circle is at the top left.", "The star is at the bottom right.",
    }  # fmt: skip


def test_relations_name_the_longer_way(scene):
    said = answers(relation, scene)
    assert {answer.split(", ")[-1].lower() for answer in said} == {
        "the circle is left of the star.", "the star is right of the circle.",
    }  # fmt: skip


def test_two_pictures_are_told_apart(scene):
    moon = Item("moon", "pink", (255, 150, 200), 100, 100, 60)
    other = Scene(300, 200, scene.ground, [scene.items[1], moon])
    said = {compare(Random(seed), scene, other).answer for seed in range(300)}
    assert {
        "A pink moon is new.", "A red circle is gone.", "Both pictures have a star.",
        "The first picture has a circle.", "The second picture has a moon.",
    } <= said  # fmt: skip
    assert "The first picture has a moon." not in said
    assert came(scene, scene, "new") == "Nothing is new."


def test_sizes(scene):
    assert "The biggest shape is the red circle." in answers(size, scene)
    assert "No, the circle is bigger." in answers(size, scene)


def test_a_description_names_all_from_left_to_right(scene):
    assert answers(describe, scene, "describe") == {
        "There is a red circle and a blue star on a white background."
    }


def test_a_picture_of_one_thing_has_its_name(scene):
    scene.items = [Item("owl", "", (0, 0, 0), 150, 100, 90, text="🦉")]
    assert answers(name, scene) == {"It is an owl."}
    assert "Yes, there is an owl." in answers(exists, scene)


def test_a_word_is_read(scene):
    scene.items = [Item("word tiger", "red", (255, 0, 0), 150, 100, 40, text="TIGER")]
    assert answers(read, scene) == {"The word is tiger."}


def test_nobody_is_asked_for_a_zone_on_the_line(scene):
    assert clear_zone(Item("star", "red", (255, 0, 0), 101, 100, 30), scene) is None


def test_static_is_honestly_unknown():
    static = Scene(100, 100, Ground("static", None, (0, 0, 0), (0, 0, 0)))
    said = {ask(Random(seed), static).answer for seed in range(100)}
    assert NOT_SURE in said
    assert all(answer.startswith(NOT_SURE) for answer in said)


@given(seeds)
def test_counts_are_the_items(seed):
    rng = Random(seed)
    scene = random_scene(rng, "things")
    question = count(rng, scene)
    number = NUMBERS.index(key_words("count", question.answer)[0])
    assert number <= len(scene.items)
    if question.answer.endswith((" things.", " thing.")):
        assert number == len(scene.items)


@needs_faces
@given(seeds, st.sampled_from(sorted(THEMES)))
def test_every_answer_grades_itself_right(seed, theme):
    rng = Random(seed)
    question = ask(rng, random_scene(rng, theme))
    assert question.text.strip()
    assert is_right(question.kind, question.answer, question.answer)


@given(seeds)
def test_held_out_pairs_are_never_drawn(seed):
    scene = random_scene(Random(seed), "shapes")
    assert not HELD_OUT_PAIRS & {(item.kind, item.colour) for item in scene.items}


@given(seeds)
def test_another_colour_is_wrong(seed):
    rng = Random(seed)
    first, second = rng.sample(COLOURS, 2)
    assert not is_right("colour", f"It is {first}.", f"It is {second}.")


@needs_faces
@given(seeds, st.sampled_from(["character", "word"]))
def test_what_is_written_stays_inside_its_picture(seed, theme):
    scene = random_scene(Random(seed), theme)
    for box in letter_boxes(scene.items[0]):
        assert (box > -1).all()
        assert (box < (scene.width + 1, scene.height + 1)).all()


def test_plurals_count_as_their_nouns():
    assert is_right("describe", "There are two mice.", "There are two mice.")
    assert key_words("describe", "There are two mice.") == ["mouse", "two"]


@pytest.mark.parametrize(("one", "many"), [
    ("mouse", "mice"), ("red cherry", "red cherries"), ("cross", "crosses"), ("monkey", "monkeys"),
    ("peach", "peaches"), ("fish", "fish"),
])  # fmt: skip
def test_plurals(one, many):
    assert plural(one) == many


@pytest.mark.parametrize(("noun", "phrase"), [
    ("owl", "an owl"), ("unicorn", "a unicorn"), ("umbrella", "an umbrella"), ("lion", "a lion"),
])  # fmt: skip
def test_articles(noun, phrase):
    assert article(noun) == phrase


def test_a_word_of_no_list_is_spelled(scene):
    scene.items = [Item("word *", "red", (255, 0, 0), 150, 100, 40, text="Blorf")]
    assert answers(read, scene) == {"The word is blorf."}
    assert is_right("free word", "The word is blorf.", "The word is blorf.")
    assert not is_right("free word", "The word is blorf.", "The word is blor.")


@given(seeds)
def test_free_words_have_three_to_six_letters(seed):
    word = free_word(Random(seed))
    assert 3 <= len(word) <= 6
    assert word.isalpha()
