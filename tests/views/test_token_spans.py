from perhaps.views.token_spans import TokenSpans


def test_each_character_belongs_to_its_token():
    spans = TokenSpans()
    for text in ("There", " 🦉", " is"):
        spans.add_token(text)
    assert spans.text == "There 🦉 is"
    assert [spans.token_at(offset) for offset in (0, 4, 5, 6, 7, 8)] == [0, 0, 1, 1, 1, 2]


def test_ink_leaves_the_spaces_out():
    spans = TokenSpans()
    spans.add_token("There")
    spans.add_token(" is ")
    assert spans.inked(1) == (6, 8)


def test_half_a_character_is_shown_where_the_whole_one_is():
    spans = TokenSpans()
    spans.add_token("a")
    spans.add_token("")
    spans.add_token("é")
    assert spans.inked(1) == spans.inked(2) == (1, 2)


def test_space_before_the_answer_is_not_shown():
    spans = TokenSpans()
    assert spans.add_token("  There") == "There"
    assert spans.add_token(" is") == " is"
