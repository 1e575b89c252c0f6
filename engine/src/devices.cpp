#include <algorithm>
#include <fstream>
#include <set>
#include <thread>

#include "device_lookup.hpp"
#include "engine_log.hpp"
#include "llama.h"
#include "perhaps/errors.hpp"

#ifdef __linux__
#include <sched.h>
#endif

namespace perhaps {
namespace {

const char* kind_of(ggml_backend_dev_t device) {
    switch (ggml_backend_dev_type(device)) {
        case GGML_BACKEND_DEVICE_TYPE_CPU:
            return "cpu";
        case GGML_BACKEND_DEVICE_TYPE_GPU:
            return "gpu";
        case GGML_BACKEND_DEVICE_TYPE_IGPU:
            return "integrated";
        default:
            return "accelerator";
    }
}

std::string known_names() {
    std::string names = "auto, cpu";
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        names += std::string(", ") + ggml_backend_dev_name(ggml_backend_dev_get(i));
    }
    return names;
}

ggml_backend_dev_t first_gpu() {
    auto* gpu = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU);
    return gpu != nullptr ? gpu : ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_IGPU);
}

#ifdef __linux__
std::set<int> allowed_processors() {
    std::set<int> allowed;
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return allowed;
    for (int i = 0; i < CPU_SETSIZE; ++i) {
        if (CPU_ISSET(i, &set)) allowed.insert(i);
    }
    return allowed;
}

// Processors of one core name the same siblings.
std::string siblings_of(int processor) {
    std::ifstream file("/sys/devices/system/cpu/cpu" + std::to_string(processor) +
                       "/topology/thread_siblings_list");
    std::string siblings;
    return std::getline(file, siblings) ? siblings : std::to_string(processor);
}
#endif

}  // namespace

void start_backend() {
    install_log();
    llama_backend_init();
}

std::vector<DeviceInfo> list_devices() {
    std::vector<DeviceInfo> devices;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto* device = ggml_backend_dev_get(i);
        std::size_t free = 0;
        std::size_t total = 0;
        ggml_backend_dev_memory(device, &free, &total);
        devices.push_back({.name = device_name(device),
                           .description = ggml_backend_dev_description(device),
                           .backend = backend_name(device),
                           .kind = kind_of(device),
                           .memory_free = free,
                           .memory_total = total});
    }
    return devices;
}

ggml_backend_dev_t resolve_device(const std::string& name) {
    if (name == "cpu" || name == "CPU") return nullptr;
    if (name == "auto") return first_gpu();
    auto* device = ggml_backend_dev_by_name(name.c_str());
    if (device == nullptr) {
        throw RequestError("There is no device named '" + name +
                           "' here; there are: " + known_names() + ".");
    }
    return device;
}

std::string device_name(ggml_backend_dev_t device) {
    return device == nullptr ? "CPU" : ggml_backend_dev_name(device);
}

std::string backend_name(ggml_backend_dev_t device) {
    return device == nullptr ? "CPU" : ggml_backend_reg_name(ggml_backend_dev_backend_reg(device));
}

int physical_cores() {
    const int processors = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
#ifdef __linux__
    std::set<std::string> cores;
    for (const int processor : allowed_processors()) cores.insert(siblings_of(processor));
    if (!cores.empty()) return std::min(processors, static_cast<int>(cores.size()));
#endif
    return processors;
}

}  // namespace perhaps
