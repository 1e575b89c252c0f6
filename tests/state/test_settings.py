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
