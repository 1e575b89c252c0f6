from dataclasses import replace

from perhaps.inference.protocol import SamplingOptions
from perhaps.state.presets import Preset
from perhaps.state.settings import Settings


def test_usual_values(qapp, store):
    settings = Settings(store)
    assert settings.sampling == SamplingOptions()
    assert (settings.max_tokens, settings.candidates, settings.seed) == (512, 20, None)


def test_values_outlive_the_program(qapp, store):
    settings = Settings(store)
    settings.sampling = replace(settings.sampling, temperature=0.75, top_k=0)
    settings.seed = 0
    settings.max_tokens = 64
    store.sync()
    again = Settings(store)
    assert again.sampling.temperature == 0.75
    assert again.sampling.top_k == 0
    assert (again.seed, again.max_tokens) == (0, 64)


def test_a_file_edited_by_hand_does_no_harm(qapp, store):
    store.setValue("sampling/temperature", "hot")
    store.setValue("sampling/candidates", "900")
    store.setValue("sampling/min_p", "nan")
    store.setValue("sampling/top_p", "0")
    store.setValue("window/theme", "pink")
    settings = Settings(store)
    assert settings.sampling.temperature == SamplingOptions().temperature
    assert settings.candidates == 64
    assert settings.sampling.min_p == SamplingOptions().min_p
    assert 0 < settings.sampling.top_p < 0.1
    assert settings.theme == "system"


def test_going_back_keeps_the_theme(qapp, store):
    settings = Settings(store)
    settings.theme = "dark"
    settings.max_tokens = 1
    settings.reset_sampling()
    assert (settings.theme, settings.max_tokens) == ("dark", 512)


def test_a_model_can_have_settings_of_its_own(qapp, store):
    settings = Settings(store)
    settings.max_tokens = 100
    settings.model = "llava/7b = [x]"
    settings.own_for_model = True
    assert settings.max_tokens == 100
    settings.max_tokens = 7
    settings.system_prompt = "Be brief."
    settings.model = "other"
    assert (settings.own_for_model, settings.max_tokens, settings.system_prompt) == (False, 100, "")
    store.sync()
    again = Settings(store)
    again.model = "llava/7b = [x]"
    assert (again.own_for_model, again.max_tokens, again.system_prompt) == (True, 7, "Be brief.")
    again.reset_sampling()
    assert (again.own_for_model, again.max_tokens) == (True, 512)
    again.own_for_model = False
    assert again.max_tokens == 100


def test_without_a_model_nothing_is_its_own(qapp, store):
    settings = Settings(store)
    settings.own_for_model = True
    assert not settings.own_for_model


def test_presets_are_kept_by_name_and_applied(qapp, store):
    settings = Settings(store)
    settings.sampling = replace(settings.sampling, temperature=1.5)
    settings.system_prompt = "Rhyme,\n“always”; and = never [x]"
    settings.keep_preset("wild")
    settings.reset_sampling()
    settings.keep_preset("Usual")
    store.sync()
    again = Settings(store)
    assert [preset.name for preset in again.presets] == ["Usual", "wild"]
    again.apply_preset(again.presets[1])
    assert again.sampling.temperature == 1.5
    assert again.system_prompt == "Rhyme,\n“always”; and = never [x]"
    assert again.preset("wild") == again.presets[1]
    again.forget_preset("wild")
    assert [preset.name for preset in again.presets] == ["Usual"]
    assert again.sampling.temperature == 1.5


def test_presets_edited_by_hand_do_no_harm(qapp, store):
    for broken in ("{", "[1]", '[{"name": ""}]', '[{"name": "a", "top_k": "x"}]'):
        store.setValue("presets", broken)
        assert Settings(store).presets == ()
    store.setValue("presets", '[{"name": "a", "temperature": 99, "unknown": 1}]')
    settings = Settings(store)
    settings.apply_preset(settings.presets[0])
    assert settings.sampling.temperature == 2.0


def test_going_back_keeps_what_the_model_is_told(qapp, store):
    settings = Settings(store)
    settings.system_prompt = "Rhyme."
    settings.max_tokens = 1
    settings.model = "llava"
    settings.own_for_model = True
    settings.system_prompt = "Rhyme more."
    settings.reset_sampling()
    assert (settings.max_tokens, settings.system_prompt) == (512, "Rhyme more.")
    settings.own_for_model = False
    settings.reset_sampling()
    assert (settings.max_tokens, settings.system_prompt) == (512, "Rhyme.")


def test_a_model_begins_with_all_that_holds(qapp, store):
    settings = Settings(store)
    settings.model = "llava"
    settings.seed, settings.candidates, settings.answers = 3, 5, 2
    settings.own_for_model = True
    assert (settings.seed, settings.candidates, settings.answers) == (3, 5, 2)


def every_change(settings):
    settings.keep_preset("old")
    settings.system_prompt = "Written with care."
    settings.max_tokens = 9
    yield settings.reset_sampling
    yield lambda: settings.apply_preset(Preset("new", system_prompt="Other."))
    yield lambda: settings.keep_preset("old")
    yield lambda: settings.forget_preset("old")
    settings.model = "llava"
    settings.own_for_model = True
    settings.system_prompt = "For llava alone."
    yield lambda: setattr(settings, "own_for_model", False)


def test_every_change_that_loses_something_can_be_taken_back(qapp, store):
    settings = Settings(store)

    def all_of_it():
        return settings.preset(""), settings.own_for_model, settings.presets

    for change in every_change(settings):
        before = all_of_it()
        undo = settings.undoable(change)
        assert all_of_it() != before
        undo()
        assert all_of_it() == before


def test_taking_back_leaves_what_was_set_since(qapp, store):
    settings = Settings(store)
    settings.system_prompt, settings.max_tokens = "Mine.", 9
    undo = settings.undoable(lambda: settings.apply_preset(Preset("new", system_prompt="Other.")))
    settings.system_prompt = "Typed since."
    settings.keep_preset("kept since")
    undo()
    assert (settings.system_prompt, settings.max_tokens) == ("Typed since.", 9)
    assert [preset.name for preset in settings.presets] == ["kept since"]
    assert settings.undoable(lambda: settings.forget_preset("absent")) is None
