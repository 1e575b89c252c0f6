#include <pybind11/stl.h>

#include "bindings.hpp"
#include "perhaps/devices.hpp"
#include "perhaps/types.hpp"

namespace perhaps::bindings {

void bind_loading(py::module_& m) {
    py::enum_<LoadStage>(m, "LoadStage")
        .value("model", LoadStage::model)
        .value("projector", LoadStage::projector)
        .value("comparison", LoadStage::comparison)
        .value("warm_up", LoadStage::warm_up);
    py::class_<DiskCacheOptions>(m, "DiskCacheOptions", "Where embeddings are kept.")
        .def(py::init<>())
        .def(py::init([](const py::bytes& root, std::string fingerprint, std::uint64_t budget) {
                 return DiskCacheOptions{std::string(root), std::move(fingerprint), budget};
             }),
             py::arg("root"), py::arg("fingerprint"), py::arg("budget"));
    py::class_<LoadOptions>(m, "LoadOptions", "Where and how large.")
        .def(py::init<>())
        .def_readwrite("device", &LoadOptions::device)
        .def_readwrite("vision_device", &LoadOptions::vision_device)
        .def_readwrite("gpu_layers", &LoadOptions::gpu_layers)
        .def_readwrite("gpu_memory", &LoadOptions::gpu_memory)
        .def_readwrite("compare_vision", &LoadOptions::compare_vision)
        .def_readwrite("context_size", &LoadOptions::context_size)
        .def_readwrite("threads", &LoadOptions::threads)
        .def_readwrite("flash_attention", &LoadOptions::flash_attention)
        .def_readwrite("disk_cache", &LoadOptions::disk_cache);
    py::class_<LoadProgress>(m, "LoadProgress", "How far loading has come.")
        .def_readonly("stage", &LoadProgress::stage)
        .def_readonly("fraction", &LoadProgress::fraction)
        .def_readonly("done", &LoadProgress::done);
    py::enum_<PlacementReason>(m, "PlacementReason")
        .value("best", PlacementReason::best)
        .value("asked", PlacementReason::asked)
        .value("memory", PlacementReason::memory)
        .value("unsupported", PlacementReason::unsupported);
    py::class_<DeviceShare>(m, "DeviceShare", "The units that one device does.")
        .def_readonly("device", &DeviceShare::device)
        .def_readonly("units", &DeviceShare::units);
    py::class_<DevicePlacement>(m, "DevicePlacement", "Where one half of the model runs.")
        .def_readonly("device", &DevicePlacement::device)
        .def_readonly("backend", &DevicePlacement::backend)
        .def_readonly("on_device", &DevicePlacement::on_device)
        .def_readonly("total", &DevicePlacement::total)
        .def_readonly("reason", &DevicePlacement::reason)
        .def_readonly("shares", &DevicePlacement::shares);
    py::class_<MemoryUse>(m, "MemoryUse", "What a pair takes of one device, in bytes.")
        .def_readonly("device", &MemoryUse::device)
        .def_readonly("available", &MemoryUse::available)
        .def_readonly("wanted", &MemoryUse::wanted)
        .def_readonly("planned", &MemoryUse::planned)
        .def_readonly("taken", &MemoryUse::taken);
    py::class_<ModelInfo>(m, "ModelInfo", "A loaded model in figures.")
        .def_readonly("name", &ModelInfo::name)
        .def_readonly("architecture", &ModelInfo::architecture)
        .def_readonly("parameters", &ModelInfo::parameters)
        .def_readonly("size_bytes", &ModelInfo::size_bytes)
        .def_readonly("context_size", &ModelInfo::context_size)
        .def_readonly("trained_context", &ModelInfo::trained_context)
        .def_readonly("vocabulary_size", &ModelInfo::vocabulary_size)
        .def_readonly("sees", &ModelInfo::sees)
        .def_property_readonly("chat_template",
                               [](const ModelInfo& info) { return py::bytes(info.chat_template); })
        .def_property_readonly("bos_text",
                               [](const ModelInfo& info) { return py::bytes(info.bos_text); })
        .def_property_readonly("eos_text",
                               [](const ModelInfo& info) { return py::bytes(info.eos_text); })
        .def_readonly("language", &ModelInfo::language)
        .def_readonly("vision", &ModelInfo::vision)
        .def_readonly("gpus", &ModelInfo::gpus)
        .def_readonly("memory", &ModelInfo::memory)
        .def_readonly("vision_similarity", &ModelInfo::vision_similarity)
        .def_readonly("load_ms", &ModelInfo::load_ms);
    py::class_<DeviceInfo>(m, "DeviceInfo", "A device that the engine could run on.")
        .def_readonly("name", &DeviceInfo::name)
        .def_readonly("description", &DeviceInfo::description)
        .def_readonly("backend", &DeviceInfo::backend)
        .def_readonly("kind", &DeviceInfo::kind)
        .def_readonly("memory_free", &DeviceInfo::memory_free)
        .def_readonly("memory_total", &DeviceInfo::memory_total);
    py::class_<LogLine>(m, "LogLine", "A line that llama.cpp logged.")
        .def_readonly("level", &LogLine::level)
        .def_property_readonly("text", [](const LogLine& line) { return py::bytes(line.text); });
}

}  // namespace perhaps::bindings
