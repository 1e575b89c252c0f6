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
    static Vector exp(Vector x);
    static double sum_of(Vector x) { return vaddvq_f32(x); }
    static float max_of(Vector x) { return vmaxvq_f32(x); }
    static unsigned above(Vector x, float bound) {
        const uint32x4_t weights = {1, 2, 4, 8};
        return vaddvq_u32(vandq_u32(vcgtq_f32(x, vdupq_n_f32(bound)), weights));
    }
    static double exp_of(double x) { return ::exp(x); }
};

// As in the AVX2 kernel.
inline float32x4_t NeonLanes::exp(float32x4_t x) {
    const float32x4_t n = vrndnq_f32(vmulq_n_f32(x, 1.44269504088896341F));
    float32x4_t r = vfmsq_f32(x, n, vdupq_n_f32(0.693359375F));
    r = vfmsq_f32(r, n, vdupq_n_f32(-2.12194440e-4F));
    float32x4_t p = vdupq_n_f32(1.0F / 5040);
    p = vfmaq_f32(vdupq_n_f32(1.0F / 720), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0F / 120), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0F / 24), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0F / 6), p, r);
    p = vfmaq_f32(vdupq_n_f32(0.5F), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0F), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0F), p, r);
    const int32x4_t exponent = vshlq_n_s32(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)), 23);
    return vmulq_f32(p, vreinterpretq_f32_s32(exponent));
}

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
