#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>
#include <thread>

#include "device_lookup.hpp"
#include "engine_log.hpp"
#include "llama.h"
#include "perhaps/errors.hpp"
#include "plugins.hpp"

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

bool is_gpu(ggml_backend_dev_t device) {
    const auto type = ggml_backend_dev_type(device);
    return type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
}

std::vector<ggml_backend_dev_t> devices_of(enum ggml_backend_dev_type type) {
    std::vector<ggml_backend_dev_t> devices;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto* device = ggml_backend_dev_get(i);
        if (ggml_backend_dev_type(device) == type) devices.push_back(device);
    }
    return devices;
}

// What the system calls a GPU, such as its place on the bus; empty where that is not known.
std::string identity(ggml_backend_dev_t device) {
    ggml_backend_dev_props properties{};
    ggml_backend_dev_get_props(device, &properties);
    return properties.device_id != nullptr ? properties.device_id : "";
}

bool is_known(const std::vector<ggml_backend_dev_t>& devices, ggml_backend_dev_t device) {
    const auto id = identity(device);
    return !id.empty() && std::any_of(devices.begin(), devices.end(),
                                      [&](auto* other) { return identity(other) == id; });
}

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::vector<ggml_backend_dev_t> gpus_of_backend(const std::string& name) {
    std::vector<ggml_backend_dev_t> gpus;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto* device = ggml_backend_dev_get(i);
        if (is_gpu(device) && lower(backend_name(device)) == lower(name)) gpus.push_back(device);
    }
    return gpus;
}

std::string known_names() {
    std::string names = "auto, gpu, cpu";
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto* device = ggml_backend_dev_get(i);
        if (is_gpu(device)) names += std::string(", ") + ggml_backend_dev_name(device);
    }
    return names;
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

[[noreturn]] void throw_not_found(const std::string& name) {
    constexpr const char* kinds[] = {"gpu", "cuda", "vulkan", "metal", "hip", "rocm", "sycl"};
    if (std::find(std::begin(kinds), std::end(kinds), lower(name)) != std::end(kinds)) {
        throw RequestError("No device for '" + name +
                           "' was found here; install its driver and an engine built for it, or "
                           "choose the device cpu, which always works.");
    }
    throw RequestError("There is no device named '" + name + "' here; choose one of " +
                       known_names() + ".");
}

}  // namespace

void start_backend() {
    install_log();
    load_plugins();
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

std::vector<ggml_backend_dev_t> find_gpus() {
    std::vector<ggml_backend_dev_t> gpus;
    for (auto* device : devices_of(GGML_BACKEND_DEVICE_TYPE_GPU)) {
        if (!is_known(gpus, device)) gpus.push_back(device);
    }
    if (!gpus.empty()) return gpus;
    for (auto* device : devices_of(GGML_BACKEND_DEVICE_TYPE_IGPU)) {
        if (gpus.empty() || backend_name(device) == backend_name(gpus[0])) gpus.push_back(device);
    }
    return gpus;
}

std::vector<ggml_backend_dev_t> resolve_devices(const std::string& name) {
    const auto word = lower(name);
    if (word == "cpu") return {};
    auto gpus = word == "auto" || word == "gpu" ? find_gpus() : gpus_of_backend(name);
    if (!gpus.empty() || word == "auto") return gpus;
    auto* device = ggml_backend_dev_by_name(name.c_str());
    if (device == nullptr) throw_not_found(name);
    if (!is_gpu(device)) return {};
    return {device};
}

std::vector<std::string> resolve_device_names(const std::string& name) {
    std::vector<std::string> names;
    for (auto* device : resolve_devices(name)) names.push_back(device_name(device));
    return names;
}

std::string device_name(ggml_backend_dev_t device) {
    return device == nullptr ? "CPU" : ggml_backend_dev_name(device);
}

std::string backend_name(ggml_backend_dev_t device) {
    return device == nullptr ? "CPU" : ggml_backend_reg_name(ggml_backend_dev_backend_reg(device));
}

ggml_backend_dev_t gpu_or_null(ggml_backend_dev_t device) {
    return device != nullptr && is_gpu(device) ? device : nullptr;
}

ggml_backend_dev_t gpu_of(ggml_backend_buffer_type_t type) {
    auto* device = gpu_or_null(ggml_backend_buft_get_device(type));
    const bool pinned = device != nullptr && ggml_backend_dev_host_buffer_type(device) == type;
    return pinned ? nullptr : device;
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
