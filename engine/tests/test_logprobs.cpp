#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "perhaps/errors.hpp"
#include "perhaps/logprobs.hpp"

using namespace perhaps;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

std::vector<float> random_logits(std::size_t count, unsigned seed, float spread) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, spread);
    std::vector<float> logits(count);
    for (float& x : logits) x = normal(generator);
    return logits;
}

struct Reference {
    double log_normaliser;
    double entropy;
};

Reference reference(const std::vector<float>& logits) {
    const double maximum = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double x : logits) sum += std::exp(x - maximum);
    double entropy = 0;
    for (const double x : logits) {
        const double p = std::exp(x - maximum) / sum;
        if (p > 0) entropy -= p * std::log(p);
    }
    return {maximum + std::log(sum), entropy};
}

std::vector<TokenId> sorted_ids(const std::vector<float>& logits, std::size_t k) {
    std::vector<TokenId> ids(logits.size());
    std::iota(ids.begin(), ids.end(), 0);
    std::stable_sort(ids.begin(), ids.end(), [&](TokenId a, TokenId b) {
        return logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)];
    });
    ids.resize(std::min(k, ids.size()));
    return ids;
}

std::vector<TokenId> ids_of(const std::vector<TopToken>& top) {
    std::vector<TokenId> ids;
    for (const auto& token : top) ids.push_back(token.id);
    return ids;
}

}  // namespace

TEST_CASE("every kernel agrees with the formulas in double precision") {
    for (const auto& kernel : available_kernels()) {
        for (const std::size_t count :
             {1UL, 2UL, 7UL, 8UL, 9UL, 1023UL, 1024UL, 1025UL, 151936UL}) {
            for (const float spread : {0.01F, 1.0F, 5.0F, 40.0F}) {
                CAPTURE(kernel);
                CAPTURE(count);
                CAPTURE(spread);
                const auto logits = random_logits(count, 7, spread);
                const auto expected = reference(logits);
                const auto found = measure_with(kernel, logits, 20);
                CHECK(found.log_normaliser ==
                      doctest::Approx(expected.log_normaliser).epsilon(1e-6));
                CHECK(std::abs(found.entropy - expected.entropy) < 1e-4);
                CHECK(ids_of(found.top) == sorted_ids(logits, 20));
            }
        }
    }
}

TEST_CASE("equal logits are ordered by id") {
    const std::vector<float> logits(3000, 1.5F);
    for (const auto& kernel : available_kernels()) {
        const auto found = measure_with(kernel, logits, 5);
        CHECK(ids_of(found.top) == std::vector<TokenId>{0, 1, 2, 3, 4});
        CHECK(found.entropy == doctest::Approx(std::log(3000.0)).epsilon(1e-5));
    }
}

TEST_CASE("banned tokens have no share") {
    std::vector<float> logits(5000, -infinity);
    logits[4321] = 2.0F;
    for (const auto& kernel : available_kernels()) {
        const auto found = measure_with(kernel, logits, 3);
        CHECK(found.top.size() == 1);
        CHECK(found.logprob(found.top[0].logit) == doctest::Approx(0.0));
        CHECK(found.entropy == doctest::Approx(0.0));
    }
}

TEST_CASE("what is no distribution is refused") {
    const auto with = [](float value) {
        std::vector<float> logits(2000, 0.0F);
        logits[1234] = value;
        return logits;
    };
    for (const auto& kernel : available_kernels()) {
        CHECK_THROWS_AS(measure_with(kernel, with(std::nanf("")), 5), ComputeError);
        CHECK_THROWS_AS(measure_with(kernel, with(infinity), 5), ComputeError);
        CHECK_THROWS_AS(measure_with(kernel, std::vector<float>(100, -infinity), 5), ComputeError);
    }
}

TEST_CASE("ranks follow the order of the list") {
    const auto logits = random_logits(4096, 3, 2.0F);
    const auto top = find_top(logits, max_top);
    for (std::size_t i = 0; i < top.size(); ++i) {
        CHECK(rank_of(logits, top[i].id) == static_cast<int>(i) + 1);
    }
    CHECK(ids_of(top) == ids_of(measure(logits, max_top).top));
}

TEST_CASE("at most 64 candidates are kept and none where none is asked for") {
    const auto logits = random_logits(4096, 4, 2.0F);
    CHECK(measure(logits, 1000).top.size() == 64);
    CHECK(measure(logits, 0).top.empty());
}
