#include "operation_count.hpp"

#include <algorithm>

#include "device_lookup.hpp"

namespace perhaps {

bool computes(const ggml_tensor* tensor) {
    switch (tensor->op) {
        case GGML_OP_NONE:
        case GGML_OP_VIEW:
        case GGML_OP_RESHAPE:
        case GGML_OP_PERMUTE:
        case GGML_OP_TRANSPOSE:
            return false;
        default:
            return true;
    }
}

ggml_backend_dev_t device_of(const ggml_tensor* tensor) {
    const auto* owner = tensor->view_src != nullptr ? tensor->view_src : tensor;
    if (owner->buffer == nullptr) return nullptr;
    return gpu_of(ggml_backend_buffer_get_type(owner->buffer));
}

DevicePlacement summarise(const OperationCount& count) {
    DevicePlacement placement;
    std::vector<std::pair<ggml_backend_dev_t, int>> shares(count.begin(), count.end());
    std::sort(shares.begin(), shares.end(), [](const auto& left, const auto& right) {
        const bool on_gpu = left.first != nullptr;
        return on_gpu != (right.first != nullptr) ? on_gpu : left.second > right.second;
    });
    for (const auto& [device, units] : shares) {
        placement.total += units;
        placement.shares.push_back({.device = device_name(device), .units = units});
    }
    auto* main = shares.empty() ? nullptr : shares.front().first;
    placement.device = device_name(main);
    placement.backend = backend_name(main);
    placement.on_device = shares.empty() ? 0 : shares.front().second;
    return placement;
}

}  // namespace perhaps
