// Exact log-probabilities of one row of logits in a single pass.
//
// log p(i) = x_i - m - log(sum_j exp(x_j - m)) with m = max_j x_j, over the whole
// vocabulary at temperature 1. The running sum is rescaled when a new maximum appears, so
// each logit is read once. Relative error of the SIMD exp: below 2e-7.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "perhaps/types.hpp"

namespace perhaps {

constexpr int max_top = 64;

struct TopToken {
    TokenId id;
    float logit;
};

struct Distribution {
    double log_normaliser = 0;  // m + log(sum): log p(i) = x_i - log_normaliser
    float entropy = 0;          // nats
    std::vector<TopToken> top;  // most likely first; equal logits by id

    float logprob(float logit) const { return static_cast<float>(logit - log_normaliser); }
};

// Measures a row and keeps its k most likely tokens, 0 <= k <= max_top.
// Throws ComputeError where a logit is not a number or all are minus infinity.
Distribution measure(std::span<const float> logits, int k);

// Only the k most likely tokens: no exp, no sum. Throws as measure() does where that shows.
std::vector<TopToken> find_top(std::span<const float> logits, int k);

// 1 + the number of tokens before `id` in the order of Distribution::top.
int rank_of(std::span<const float> logits, TokenId id);

// The kernels that this processor can run, best first: avx2, neon, scalar.
std::vector<std::string> available_kernels();

// As measure(), by a named kernel; for tests and benchmarks.
Distribution measure_with(const std::string& kernel, std::span<const float> logits, int k);

}  // namespace perhaps
