// The kernel for any processor.
#include <cmath>

#include "logprobs_kernel.hpp"

namespace perhaps::detail {
namespace {

struct ScalarLanes {
    using Vector = float;
    static constexpr std::size_t width = 1;
    static Vector load(const float* x) { return *x; }
    static Vector broadcast(float x) { return x; }
    static Vector max(Vector a, Vector b) { return a > b ? a : b; }
    static Vector sub(Vector a, Vector b) { return a - b; }
    static Vector mul(Vector a, Vector b) { return a * b; }
    static Vector add(Vector a, Vector b) { return a + b; }
    static Vector exp(Vector x) { return std::exp(x); }
    static double sum_of(Vector x) { return x; }
    static float max_of(Vector x) { return x; }
    static unsigned above(Vector x, float bound) { return x > bound ? 1U : 0U; }
    static double exp_of(double x) { return std::exp(x); }
};

}  // namespace

RowKernel scalar_kernel() {
    return run_kernel<ScalarLanes>;
}

}  // namespace perhaps::detail
