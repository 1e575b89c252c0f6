// The kernel for 64-bit ARM, four logits at a time.
#include "logprobs_kernel.hpp"

#if defined(__aarch64__) || defined(_M_ARM64)
#include <arm_neon.h>
#include <math.h>  // NOLINT(modernize-deprecated-headers): <cmath> would add inline functions

namespace perhaps::detail {
namespace {

struct NeonLanes {
    using Vector = float32x4_t;
    static constexpr std::size_t width = 4;
    static Vector load(const float* x) { return vld1q_f32(x); }
    static Vector broadcast(float x) { return vdupq_n_f32(x); }
    // NaN where either is NaN.
    static Vector max(Vector a, Vector b) { return vmaxq_f32(a, b); }
    static Vector sub(Vector a, Vector b) { return vsubq_f32(a, b); }
    static Vector mul(Vector a, Vector b) { return vmulq_f32(a, b); }
    static Vector add(Vector a, Vector b) { return vaddq_f32(a, b); }
    static Vector fma(Vector a, Vector b, Vector c) { return vfmaq_f32(c, a, b); }
    static Vector round(Vector x) { return vrndnq_f32(x); }
    static Vector power_of_two(Vector n) {
        const auto exponent = vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127));
        return vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23));
    }
    static Vector exp(Vector x) { return exp_by_polynomial<NeonLanes>(x); }
    static double sum_of(Vector x) { return vaddvq_f32(x); }
    static float max_of(Vector x) { return vmaxvq_f32(x); }
    static unsigned above(Vector x, float bound) {
        const uint32x4_t weights = {1, 2, 4, 8};
        return vaddvq_u32(vandq_u32(vcgtq_f32(x, vdupq_n_f32(bound)), weights));
    }
    static double exp_of(double x) { return ::exp(x); }
};

}  // namespace

RowKernel neon_kernel() {
    return run_kernel<NeonLanes>;
}

}  // namespace perhaps::detail

#else

namespace perhaps::detail {
RowKernel neon_kernel() {
    return nullptr;
}
}  // namespace perhaps::detail

#endif
