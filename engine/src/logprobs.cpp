#include "perhaps/logprobs.hpp"

#include <algorithm>
#include <cmath>

#include "logprobs_kernel.hpp"
#include "perhaps/errors.hpp"

namespace perhaps {
namespace {

bool processor_has_avx2() {
#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
#else
    return false;
#endif
}

struct NamedKernel {
    const char* name;
    detail::RowKernel run;
};

std::vector<NamedKernel> usable_kernels() {
    std::vector<NamedKernel> kernels;
    if (detail::avx2_kernel() != nullptr && processor_has_avx2()) {
        kernels.push_back({"avx2", detail::avx2_kernel()});
    }
    if (detail::neon_kernel() != nullptr) kernels.push_back({"neon", detail::neon_kernel()});
    kernels.push_back({"scalar", detail::scalar_kernel()});
    return kernels;
}

detail::RowKernel best_kernel() {
    static const detail::RowKernel kernel = usable_kernels().front().run;
    return kernel;
}

detail::TopList empty_top(int k) {
    detail::TopList top;
    top.capacity = std::clamp(k, 0, max_top);
    return top;
}

std::vector<TopToken> to_vector(const detail::TopList& top) {
    std::vector<TopToken> tokens;
    tokens.reserve(static_cast<std::size_t>(top.size));
    for (int i = 0; i < top.size; ++i) tokens.push_back({top.ids[i], top.logits[i]});
    return tokens;
}

[[noreturn]] void throw_invalid_logits() {
    throw ComputeError(
        "The model computed numbers that are not valid logits; the file may be damaged, or the "
        "device computes wrongly: try the CPU.");
}

Distribution measure_by(detail::RowKernel kernel, std::span<const float> logits, int k) {
    auto top = empty_top(k);
    const auto row = kernel(logits.data(), logits.size(), true, top);
    // No valid row has a sum below 1: its largest logit alone gives exp(0).
    if (!(row.sum >= 0.5) || !std::isfinite(row.sum)) throw_invalid_logits();
    const double log_sum = std::log(row.sum);
    return {.log_normaliser = row.maximum + log_sum,
            .entropy = static_cast<float>(std::max(0.0, log_sum - row.weighted / row.sum)),
            .top = to_vector(top)};
}

}  // namespace

Distribution measure(std::span<const float> logits, int k) {
    return measure_by(best_kernel(), logits, k);
}

std::vector<TopToken> find_top(std::span<const float> logits, int k) {
    auto top = empty_top(k);
    best_kernel()(logits.data(), logits.size(), false, top);
    if (top.size == 0 && k > 0) throw_invalid_logits();
    return to_vector(top);
}

int rank_of(std::span<const float> logits, TokenId id) {
    const float logit = logits[static_cast<std::size_t>(id)];
    const auto before = static_cast<std::size_t>(id);
    int rank = 1;
    for (std::size_t i = 0; i < before; ++i) rank += logits[i] >= logit ? 1 : 0;
    for (std::size_t i = before; i < logits.size(); ++i) rank += logits[i] > logit ? 1 : 0;
    return rank;
}

std::vector<std::string> available_kernels() {
    std::vector<std::string> names;
    for (const auto& kernel : usable_kernels()) names.emplace_back(kernel.name);
    return names;
}

Distribution measure_with(const std::string& name, std::span<const float> logits, int k) {
    for (const auto& kernel : usable_kernels()) {
        if (name == kernel.name) return measure_by(kernel.run, logits, k);
    }
    throw RequestError("This processor has no log-probability kernel named '" + name + "'.");
}

}  // namespace perhaps
