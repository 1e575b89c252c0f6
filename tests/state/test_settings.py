from dataclasses import replace

from perhaps.inference.protocol import SamplingOptions
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
