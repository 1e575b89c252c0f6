// The one pass over a row of logits, written once for every width of vector.
//
// `Lanes` gives `width`, `Vector` and the static functions load, broadcast, max, sub, mul, add,
// exp, sum_of, max_of and above (bit mask of lanes greater than a bound); for exp_by_polynomial()
// also fma (a b + c), round and power_of_two. This file is compiled into several objects with
// different instruction sets, so everything in it has internal linkage and nothing here may call an
// inline function of the standard library.
#pragma once

#include <cstddef>
#include <cstdint>

namespace perhaps::detail {

// The k best of what was offered, sorted; a later equal logit does not displace an earlier one.
struct TopList {
    std::int32_t ids[64];
    float logits[64];
    int size = 0;
    int capacity = 0;
};

struct RowSums {
    float maximum;    // m, the largest logit
    double sum;       // sum of exp(x - m)
    double weighted;  // sum of (x - m) exp(x - m)
};

using RowKernel = RowSums (*)(const float* logits, std::size_t count, bool with_sums, TopList& top);

// Null where this build or this processor's family has no such instructions.
RowKernel avx2_kernel();
RowKernel neon_kernel();
RowKernel scalar_kernel();

namespace {

// 4 KiB: a block is read twice (maximum, then sums) and the second time from the L1 cache.
constexpr std::size_t block_size = 1024;
constexpr float lowest = -3.402823466e+38F;
// exp(-87) is about 1e-38, the end of the normal range, and nothing beside a sum of at least 1.
constexpr float smallest_exponent = -87.0F;

inline float bound_of(const TopList& top) {
    return top.size < top.capacity ? lowest : top.logits[top.capacity - 1];
}

inline void insert(TopList& top, std::int32_t id, float logit) {
    int place = top.size < top.capacity ? top.size++ : top.capacity - 1;
    for (; place > 0 && top.logits[place - 1] < logit; --place) {
        top.logits[place] = top.logits[place - 1];
        top.ids[place] = top.ids[place - 1];
    }
    top.logits[place] = logit;
    top.ids[place] = id;
}

// exp(x) = 2^n exp(r) with n = round(x / ln 2) and |r| <= ln 2 / 2; ln 2 in two parts (Cody and
// Waite), exp(r) by its Taylor polynomial of degree 7, whose error there is below 1e-8.
template <class Lanes>
inline typename Lanes::Vector exp_by_polynomial(typename Lanes::Vector x) {
    constexpr float coefficients[] = {1.0F / 720, 1.0F / 120, 1.0F / 24, 1.0F / 6,
                                      0.5F,       1.0F,       1.0F};
    const auto n = Lanes::round(Lanes::mul(x, Lanes::broadcast(1.44269504088896341F)));
    auto r = Lanes::fma(n, Lanes::broadcast(-0.693359375F), x);
    r = Lanes::fma(n, Lanes::broadcast(2.12194440e-4F), r);
    auto p = Lanes::broadcast(1.0F / 5040);
    for (const float coefficient : coefficients)
        p = Lanes::fma(p, r, Lanes::broadcast(coefficient));
    return Lanes::mul(p, Lanes::power_of_two(n));
}

// Sums measured from an old maximum become sums measured from a new one.
template <class Lanes>
inline void rescale(RowSums& row, float maximum) {
    const double shift = static_cast<double>(row.maximum) - maximum;
    const double factor = row.sum == 0 ? 0 : Lanes::exp_of(shift);
    row.weighted = row.sum == 0 ? 0 : (row.weighted + shift * row.sum) * factor;
    row.sum *= factor;
    row.maximum = maximum;
}

template <class Lanes>
inline float block_maximum(const float* x, std::size_t count) {
    auto best = Lanes::broadcast(lowest);
    std::size_t i = 0;
    for (; i + Lanes::width <= count; i += Lanes::width)
        best = Lanes::max(best, Lanes::load(x + i));
    float result = Lanes::max_of(best);
    for (; i < count; ++i) result = x[i] > result ? x[i] : result;
    return result;
}

template <class Lanes>
inline void add_block(RowSums& row, const float* x, std::size_t count) {
    const auto maximum = Lanes::broadcast(row.maximum);
    const auto floor = Lanes::broadcast(smallest_exponent);
    auto sum = Lanes::broadcast(0.0F);
    auto weighted = Lanes::broadcast(0.0F);
    std::size_t i = 0;
    for (; i + Lanes::width <= count; i += Lanes::width) {
        // The order of the arguments lets a NaN through to the sum, where it is found.
        const auto d = Lanes::max(floor, Lanes::sub(Lanes::load(x + i), maximum));
        const auto e = Lanes::exp(d);
        sum = Lanes::add(sum, e);
        weighted = Lanes::add(weighted, Lanes::mul(d, e));
    }
    row.sum += Lanes::sum_of(sum);
    row.weighted += Lanes::sum_of(weighted);
    for (; i < count; ++i) {
        const float d =
            x[i] - row.maximum < smallest_exponent ? smallest_exponent : x[i] - row.maximum;
        const double e = Lanes::exp_of(d);
        row.sum += e;
        row.weighted += d * e;
    }
}

template <class Lanes>
inline void offer_block(TopList& top, const float* x, std::size_t count, std::size_t first) {
    std::size_t i = 0;
    for (; i + Lanes::width <= count; i += Lanes::width) {
        unsigned mask = Lanes::above(Lanes::load(x + i), bound_of(top));
        for (unsigned lane = 0; mask != 0; ++lane, mask >>= 1) {
            if ((mask & 1U) != 0 && x[i + lane] > bound_of(top)) {
                insert(top, static_cast<std::int32_t>(first + i + lane), x[i + lane]);
            }
        }
    }
    for (; i < count; ++i) {
        if (x[i] > bound_of(top)) insert(top, static_cast<std::int32_t>(first + i), x[i]);
    }
}

template <class Lanes>
RowSums run_kernel(const float* logits, std::size_t count, bool with_sums, TopList& top) {
    RowSums row{lowest, 0.0, 0.0};
    for (std::size_t first = 0; first < count; first += block_size) {
        const float* block = logits + first;
        const std::size_t size = count - first < block_size ? count - first : block_size;
        const float maximum = block_maximum<Lanes>(block, size);
        if (maximum > row.maximum) rescale<Lanes>(row, maximum);
        if (with_sums) add_block<Lanes>(row, block, size);
        if (top.capacity > 0 && maximum > bound_of(top)) {
            offer_block<Lanes>(top, block, size, first);
        }
    }
    return row;
}

}  // namespace
}  // namespace perhaps::detail
