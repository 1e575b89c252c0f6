#include "placement_plan.hpp"

#include <algorithm>
#include <limits>

#include "device_lookup.hpp"
#include "file_name.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {
namespace {

constexpr std::uint64_t mib = 1ULL << 20;
constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

// Left free for the driver, for the screen, and for larger pictures than the one measured.
std::uint64_t margin(std::uint64_t free) {
    return std::clamp(free / 16, 64 * mib, 1024 * mib);
}

// Bytes that a GPU may be filled with; all there are where it does not tell.
std::uint64_t budget(ggml_backend_dev_t device, const LoadOptions& options) {
    auto free = free_memory(device).value_or(unknown);
    if (options.gpu_memory > 0) return std::min(free, options.gpu_memory);
    return free == unknown ? free : free - std::min(free, margin(free));
}

std::uint64_t bytes_on(const DeviceBytes& bytes, ggml_backend_dev_t device) {
    const auto found = bytes.find(device);
    return found == bytes.end() ? 0 : found->second;
}

std::string in_mib(std::uint64_t bytes) {
    return std::to_string((bytes + mib - 1) / mib) + " MiB";
}

// Plans one loading step by step; each step takes from what the one before left.
class Planner {
  public:
    Planner(const std::string& model_path, const std::string& projector_path,
            const LoadOptions& options)
        : model_path_(model_path), projector_path_(projector_path), options_(options) {
        plan_.language.gpus = resolve_devices(options.device);
        plan_.language.layers = options.gpu_layers;
    }

    PlacementPlan plan() {
        if (!projector_path_.empty()) place_vision();
        place_language();
        note_memory();
        return std::move(plan_);
    }

  private:
    void place_vision() {
        const auto gpus = resolve_devices(options_.vision_device);
        auto* device = gpus.empty() ? nullptr : gpus.front();
        if (device == nullptr) {
            if (!find_gpus().empty()) plan_.vision_reason = PlacementReason::asked;
            plan_.vision_bytes = measure_vision(projector_path_, options_, nullptr);
            return;
        }
        const auto weights = tensor_bytes(projector_path_);
        const bool has_room = can_hold(device, weights);
        plan_.vision_bytes = has_room ? measure_vision(projector_path_, options_, device)
                                      : DeviceBytes{{device, weights}};
        wanted_[device] += bytes_on(plan_.vision_bytes, device);
        if (has_room && bytes_on(plan_.vision_bytes, device) <= budget(device, options_)) {
            plan_.vision = device;
            return;
        }
        if (options_.vision_device != "auto") throw_too_large(device);
        plan_.vision_reason = PlacementReason::memory;
        plan_.vision_bytes = measure_vision(projector_path_, options_, nullptr);
    }

    [[noreturn]] void throw_too_large(ggml_backend_dev_t device) const {
        throw DeviceError("The projector '" + file_name(projector_path_) + "' needs " +
                          in_mib(bytes_on(plan_.vision_bytes, device)) + " on " +
                          device_name(device) + ", which does not give so much (" +
                          in_mib(budget(device, options_)) +
                          " may be used); close other programs, or choose the CPU for vision.");
    }

    void place_language() {
        auto& language = plan_.language;
        if (language.gpus.empty()) {
            if (!find_gpus().empty()) plan_.language_reason = PlacementReason::asked;
            return;
        }
        if (language.gpus.size() > 1) split_layers();
        const auto all = measure(-1);
        if (!all) return;
        for (const auto& [device, size] : all->bytes) wanted_[device] += size;
        if (options_.gpu_layers < 0 && fits(*all)) {
            chosen_ = all->bytes;
            return;
        }
        const bool asked = options_.gpu_layers >= 0;
        language.layers = asked ? options_.gpu_layers : most_layers(all->layers);
        if (language.layers < all->layers) {
            plan_.language_reason = asked ? PlacementReason::asked : PlacementReason::memory;
        }
        if (language.layers == 0) {
            language.gpus.clear();
        } else if (const auto part = measure(language.layers)) {
            chosen_ = part->bytes;
        }
    }

    // In proportion to what the projector leaves of each GPU.
    void split_layers() {
        for (auto* device : plan_.language.gpus) {
            plan_.language.split.push_back(static_cast<float>(room_on(device) / mib));
        }
    }

    std::uint64_t room_on(ggml_backend_dev_t device) const {
        const auto whole = budget(device, options_);
        const auto vision = device == plan_.vision ? bytes_on(plan_.vision_bytes, device) : 0;
        return whole - std::min(whole, vision);
    }

    std::optional<LanguageNeed> measure(int layers) const {
        auto plan = plan_.language;
        plan.layers = layers;
        return measure_language(model_path_, options_, plan);
    }

    bool fits(const LanguageNeed& need) const {
        return std::all_of(need.bytes.begin(), need.bytes.end(), [&](const auto& entry) {
            return entry.first == nullptr || entry.second <= room_on(entry.first);
        });
    }

    int most_layers(int layers) const {
        int fitting = 0;
        int too_many = layers;
        while (too_many - fitting > 1) {
            const int middle = (fitting + too_many) / 2;
            const auto need = measure(middle);
            (need && fits(*need) ? fitting : too_many) = middle;
        }
        return fitting;
    }

    void note_memory() {
        for (const auto& [device, wanted] : wanted_) {
            if (device == nullptr) continue;
            auto planned = bytes_on(chosen_, device);
            if (device == plan_.vision) planned += bytes_on(plan_.vision_bytes, device);
            plan_.memory.push_back({.device = device_name(device),
                                    .available = budget(device, options_),
                                    .wanted = wanted,
                                    .planned = planned});
        }
    }

    const std::string& model_path_;
    const std::string& projector_path_;
    const LoadOptions& options_;
    PlacementPlan plan_;
    DeviceBytes wanted_;  // to have everything on the GPUs that were asked for
    DeviceBytes chosen_;  // of the layers where they will be
};

}  // namespace

PlacementPlan plan_placement(const std::string& model_path, const std::string& projector_path,
                             const LoadOptions& options) {
    return Planner(model_path, projector_path, options).plan();
}

}  // namespace perhaps
