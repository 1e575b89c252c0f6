#include "embedding_cache.hpp"

#include <algorithm>
#include <cmath>

#include "ggml.h"

namespace perhaps {
namespace {

bool fits_half(std::span<const float> values) {
    constexpr float largest_half = 65504;
    return std::all_of(values.begin(), values.end(),
                       [](float x) { return std::abs(x) <= largest_half; });
}

std::vector<float> widen(const std::vector<std::uint16_t>& values) {
    std::vector<float> result(values.size());
    ggml_fp16_to_fp32_row(values.data(), result.data(), static_cast<std::int64_t>(values.size()));
    return result;
}

}  // namespace

std::vector<float> EmbeddingCache::find(const std::string& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return {};
    ++found_;
    entries_.splice(entries_.begin(), entries_, found->second);
    return widen(found->second->values);
}

std::vector<float> EmbeddingCache::store(const std::string& key,
                                         std::span<const float> embeddings) {
    ++stored_;
    if (!fits_half(embeddings)) return {embeddings.begin(), embeddings.end()};
    std::vector<std::uint16_t> values(embeddings.size());
    ggml_fp32_to_fp16_row(embeddings.data(), values.data(),
                          static_cast<std::int64_t>(embeddings.size()));
    auto rounded = widen(values);
    if (by_key_.find(key) != by_key_.end()) return rounded;
    size_ += values.size() * sizeof(std::uint16_t);
    entries_.push_front({key, std::move(values)});
    by_key_[key] = entries_.begin();
    make_room();
    return rounded;
}

void EmbeddingCache::make_room() {
    while (size_ > budget_ && !entries_.empty()) {
        size_ -= entries_.back().values.size() * sizeof(std::uint16_t);
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
}

}  // namespace perhaps
