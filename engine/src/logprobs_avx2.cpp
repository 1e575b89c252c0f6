// The kernel for x86-64 with AVX2 and FMA, eight logits at a time.
#include "logprobs_kernel.hpp"

#if defined(__AVX2__) && (defined(__FMA__) || defined(_MSC_VER))
#include <immintrin.h>
#include <math.h>  // NOLINT(modernize-deprecated-headers): <cmath> would add inline functions

namespace perhaps::detail {
namespace {

struct Avx2Lanes {
    using Vector = __m256;
    static constexpr std::size_t width = 8;
    static Vector load(const float* x) { return _mm256_loadu_ps(x); }
    static Vector broadcast(float x) { return _mm256_set1_ps(x); }
    // Gives b where either is NaN.
    static Vector max(Vector a, Vector b) { return _mm256_max_ps(a, b); }
    static Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
    static Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
    static Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
    static Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
    static Vector round(Vector x) {
        return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    static Vector power_of_two(Vector n) {
        const auto exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
        return _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23));
    }
    static Vector exp(Vector x) { return exp_by_polynomial<Avx2Lanes>(x); }
    static double sum_of(Vector x);
    static float max_of(Vector x);
    static unsigned above(Vector x, float bound) {
        return static_cast<unsigned>(
            _mm256_movemask_ps(_mm256_cmp_ps(x, _mm256_set1_ps(bound), _CMP_GT_OQ)));
    }
    static double exp_of(double x) { return ::exp(x); }
};

inline double Avx2Lanes::sum_of(__m256 x) {
    alignas(32) float lanes[8];
    _mm256_store_ps(lanes, x);
    double sum = 0;
    for (const float lane : lanes) sum += lane;
    return sum;
}

inline float Avx2Lanes::max_of(__m256 x) {
    alignas(32) float lanes[8];
    _mm256_store_ps(lanes, x);
    float best = lanes[0];
    for (const float lane : lanes) best = lane > best ? lane : best;
    return best;
}

}  // namespace

RowKernel avx2_kernel() {
    return run_kernel<Avx2Lanes>;
}

}  // namespace perhaps::detail

#else

namespace perhaps::detail {
RowKernel avx2_kernel() {
    return nullptr;
}
}  // namespace perhaps::detail

#endif
