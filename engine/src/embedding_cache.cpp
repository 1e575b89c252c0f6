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

std::vector<std::uint16_t> narrow(std::span<const float> values) {
    std::vector<std::uint16_t> result(values.size());
    ggml_fp32_to_fp16_row(values.data(), result.data(), static_cast<std::int64_t>(values.size()));
    return result;
}

std::vector<float> widen(const std::vector<std::uint16_t>& values) {
    std::vector<float> result(values.size());
    ggml_fp16_to_fp32_row(values.data(), result.data(), static_cast<std::int64_t>(values.size()));
    return result;
}

}  // namespace

std::vector<float> EmbeddingCache::find(const std::string& key) {
    const auto known = by_key_.find(key);
    if (known != by_key_.end()) {
        entries_.splice(entries_.begin(), entries_, known->second);
    } else {
        auto values = files_.find(key);
        if (values.empty()) return {};
        keep(key, std::move(values));
    }
    ++found_;
    return widen(entries_.front().values);
}

std::vector<float> EmbeddingCache::store(const std::string& key,
                                         std::span<const float> embeddings) {
    ++encoded_;
    if (!fits_half(embeddings)) return {embeddings.begin(), embeddings.end()};
    auto values = narrow(embeddings);
    auto rounded = widen(values);
    files_.store(key, values);
    if (!by_key_.contains(key)) keep(key, std::move(values));
    return rounded;
}

std::vector<float> EmbeddingCache::pass(std::span<const float> embeddings) {
    ++encoded_;
    if (!fits_half(embeddings)) return {embeddings.begin(), embeddings.end()};
    return widen(narrow(embeddings));
}

void EmbeddingCache::keep(const std::string& key, Halves values) {
    size_ += values.size() * sizeof values[0];
    entries_.push_front({key, std::move(values)});
    by_key_[key] = entries_.begin();
    make_room();
}

// The latest stays whatever its size: somebody is about to read it.
void EmbeddingCache::make_room() {
    while (size_ > budget_ && entries_.size() > 1) {
        size_ -= entries_.back().values.size() * sizeof entries_.back().values[0];
        by_key_.erase(entries_.back().key);
        entries_.pop_back();
    }
}

}  // namespace perhaps
