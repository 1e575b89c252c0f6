"""What the window tells of GPUs, and what it offers where one fails."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from perhaps.errors import DeviceError, EngineLostError
from perhaps.inference.protocol import (
    DevicePlacement,
    DeviceShare,
    MemoryUse,
    Placement,
    PlacementReason,
)
from tests.helpers.fake_engine import GPU, PROCESSOR, FakeEngine
from tests.helpers.scripts import LoadScript, answer_script

NOTE = "3 of 9 layers run on the CPU, which is slower: close other programs."


def placement(layers=9, operations=40):
    language = DevicePlacement("Vulkan0", "Vulkan", layers, 9, "layers")
    vision = DevicePlacement("Vulkan0", "Vulkan", operations, 40, "operations")
    return Placement(language, vision)


def on_gpu(**changes):
    facts = {"placement": placement(), "gpus": ("Vulkan0",)} | changes
    return FakeEngine(machine=(GPU, PROCESSOR), placement=facts)


def wait_for_devices(desk):
    desk.qtbot.waitUntil(lambda: len(desk.session.engine.devices) == 2)


def test_operations_are_told_on_the_status_line(open_window):
    desk = open_window(on_gpu())
    assert desk.find(QLabel, "status_vision").text() == "Vulkan0 40/40"
    assert desk.find(QLabel, "status_language").text() == "Vulkan0"
    assert not desk.window.findChild(QPushButton, "placementBadge").isVisible()
    assert not desk.window.page.notice.isVisible()


def test_memory_taken_is_told_beside_what_was_estimated(open_window):
    memory = (MemoryUse("Vulkan0", 4 << 30, 2 << 30, 2 << 30, 2 << 30),)
    desk = open_window(on_gpu(memory=memory, memory_estimate=3 << 30))
    tip = desk.find(QPushButton, "modelButton").toolTip()
    assert "Vulkan0 2.0 GiB" in tip
    assert "3.0 GiB" in tip


def test_a_fallback_is_announced_with_its_remedy(open_window):
    desk = open_window(on_gpu(placement=placement(layers=6), notes=(NOTE,), fell_back=True))
    badge = desk.find(QPushButton, "placementBadge")
    assert badge.accessibleName() == NOTE
    assert NOTE in badge.toolTip()
    notice = desk.window.page.notice
    assert notice.sentence == NOTE
    notice.hide()
    badge.click()
    assert notice.isVisible()


def test_what_was_asked_for_has_a_badge_and_no_notice(open_window):
    desk = open_window(on_gpu(notes=("The picture encoder runs on the CPU, as asked.",)))
    desk.find(QPushButton, "placementBadge")
    assert not desk.window.page.notice.isVisible()


def test_shares_of_several_devices_are_told(open_window):
    shares = (DeviceShare("Vulkan0", 5), DeviceShare("CPU", 4))
    language = DevicePlacement("Vulkan0", "Vulkan", 5, 9, "layers", PlacementReason.memory, shares)
    desk = open_window(on_gpu(placement=replace(placement(), language=language)))
    assert desk.find(QLabel, "status_language").text() == "Vulkan0 5/9 · CPU 4/9"


def test_a_failed_gpu_makes_an_offer_of_the_cpu(open_window):
    engine = on_gpu()
    engine.loads = (LoadScript(error=DeviceError("Vulkan0 has no room.")), LoadScript())
    engine.__post_init__()
    desk = open_window(engine, load=False)
    wait_for_devices(desk)
    desk.window.load_starter()
    offer = desk.find(QPushButton, "noticeRemedy")
    assert offer.text() == "Load on the CPU"
    offer.click()
    desk.wait_ready()
    assert (engine.options[-1].device, engine.options[-1].vision_device) == ("cpu", "cpu")
    assert not desk.window.page.notice.isVisible()


def test_a_gpu_lost_while_it_answers_makes_an_offer_of_the_cpu(open_window):
    engine = on_gpu()
    engine.answers = (answer_script("Perhaps", error=DeviceError("The device was lost.")),)
    engine.__post_init__()
    desk = open_window(engine)
    wait_for_devices(desk)
    desk.ask("What is it?")
    desk.wait_idle()
    assert desk.find(QPushButton, "noticeRemedy").text() == "Load on the CPU"
    assert "device was lost" in desk.window.page.notice.sentence


@pytest.mark.parametrize("gpu", [True, False])
def test_an_engine_that_crashes_while_it_answers_makes_an_offer_of_the_cpu(open_window, gpu):
    engine = on_gpu() if gpu else FakeEngine()
    engine.answers = (answer_script("Perhaps", error=EngineLostError("The engine stopped.")),)
    engine.__post_init__()
    desk = open_window(engine)
    desk.qtbot.waitUntil(lambda: len(desk.session.engine.devices) == 1 + gpu)
    desk.ask("What is it?")
    desk.wait_idle()
    notice = desk.window.page.notice
    assert notice.isVisible() is gpu
    if gpu:
        desk.session.engine.ready.emit(desk.session.engine.info)  # it came back by itself
        assert notice.isVisible()
        assert "driver of the GPU may be at fault" in notice.sentence
        desk.find(QPushButton, "noticeRemedy").click()
        desk.wait_ready()
        assert (engine.options[-1].device, engine.options[-1].vision_device) == ("cpu", "cpu")
        assert not notice.isVisible()


@pytest.mark.parametrize("gpu", [True, False])
def test_without_a_gpu_there_is_no_such_offer(open_window, gpu):
    engine = on_gpu() if gpu else FakeEngine()
    engine.loads = (LoadScript(error=DeviceError("There is no room.")),)
    engine.__post_init__()
    desk = open_window(engine, load=False)
    desk.qtbot.waitUntil(lambda: len(desk.session.engine.devices) == 1 + gpu)
    desk.window.load_starter()
    text = desk.find(QPushButton, "noticeRemedy").text()
    assert (text == "Load on the CPU") is gpu
