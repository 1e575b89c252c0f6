// Which parts of a pair go to which device, fitted to the memory that is free.
#pragma once

#include <string>
#include <vector>

#include "device_memory.hpp"

namespace perhaps {

struct PlacementPlan {
    LayerPlan language;
    PlacementReason language_reason = PlacementReason::best;
    ggml_backend_dev_t vision = nullptr;  // null for the CPU
    PlacementReason vision_reason = PlacementReason::best;
    DeviceBytes vision_bytes;
    std::vector<MemoryUse> memory;  // of each GPU that was considered, then of the host
};

// The projector goes first, for on the CPU it takes tens of times longer; then as many layers as
// fit beside it, with their KV cache, their compute buffers and a margin. Touches no device where
// the options name the CPU, or where there is no GPU. Throws RequestError for a device that is
// not there, and DeviceError for a projector that does not fit where it was asked for.
PlacementPlan plan_placement(const std::string& model_path, const std::string& projector_path,
                             const LoadOptions& options);

}  // namespace perhaps
