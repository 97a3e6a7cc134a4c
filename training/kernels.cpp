// Training kernels for processors with AVX-512 BF16: depthwise convolution, and batch normalisation with its activation, forward and backward.
//
// Tensors are [N, H, W, C] in bfloat16 (channels_last), C a multiple of 16; sums are float32, statistics double. kernels.py builds this file and
// falls back on PyTorch's operators where it does not compile.
#include <cmath>
#include <cstdint>
#include <cstring>
#include <immintrin.h>
#include <vector>
#ifndef __AVX512BF16__
#error "needs AVX-512 BF16"
#endif

typedef uint16_t bf16;
typedef float floats __attribute__((vector_size(64)));
enum { LANES = 16, BLOCK = 32, TILE = 128 };
enum { NONE, RELU, HARDSWISH };
#define INLINE static inline __attribute__((always_inline))

INLINE floats load(const bf16 *p) { return (floats)_mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p)), 16); }
INLINE void store(bf16 *p, floats v) { _mm256_storeu_si256((__m256i *)p, (__m256i)_mm512_cvtneps_pbh((__m512)v)); }
INLINE floats loadf(const float *p) { return (floats)_mm512_loadu_ps(p); }
INLINE floats all(float x) { return floats{} + x; }
INLINE floats lower(floats a, floats b) { return a < b ? a : b; }
INLINE floats upper(floats a, floats b) { return a > b ? a : b; }
INLINE __m512i line(const bf16 *p) { return _mm512_load_si512(p); }

// Geometry of a depthwise convolution: input h x w, output oh x ow, kernel k.
struct Shape {
    int n, h, w, c, oh, ow, k, stride, pad, dilation;
};

// A block of 32 channels of one picture with zeros around it, one cache line a pixel: no tap needs a test, none leaves the second-level cache.
struct Padded {
    std::vector<__m512i> lines;
    int rows, columns;

    Padded(int h, int w, int pad) : lines((size_t)(h + 2 * pad) * (w + 2 * pad)), rows(h), columns(w + 2 * pad), pad(pad) {}

    void fill(const bf16 *picture, int c, int from) {
        const __mmask32 mask = c - from >= BLOCK ? 0xffffffffu : 0xffffu;
        for (int y = 0; y < rows; y++)
            for (int x = pad; x < columns - pad; x++)
                lines[(size_t)(y + pad) * columns + x] = _mm512_maskz_loadu_epi16(mask, picture + ((size_t)y * (columns - 2 * pad) + x - pad) * c + from);
    }

    const bf16 *at(int y, int x) const { return (const bf16 *)&lines[(size_t)y * columns + x]; }

private:
    int pad;
};

// Channels c .. c + 31 of one tap's weights as bfloat16 (zeros from C on).
INLINE __m512i weights32(const float *taps, int c, int channels) {
    const __m512 second = channels - c >= BLOCK ? _mm512_loadu_ps(taps + c + LANES) : _mm512_setzero_ps();
    return (__m512i)_mm512_cvtne2ps_pbh(second, _mm512_loadu_ps(taps + c));
}

// The dot product of bfloat16 pairs multiplies two taps at once: channels 0-3, 8-11, .. of both come from unpacklo, the others from unpackhi.
INLINE __m512i order() {
    alignas(64) uint16_t index[BLOCK];
    for (int lane = 0; lane < 4; lane++)
        for (int i = 0; i < 4; i++) {
            index[8 * lane + i] = 4 * lane + i;
            index[8 * lane + 4 + i] = LANES + 4 * lane + i;
        }
    return _mm512_load_si512(index);
}

template <int K>
static void forward(const bf16 *x, const float *weights, bf16 *y, const Shape s) {
    constexpr int TAPS = K * K, PAIRS = (TAPS + 1) / 2;
    Padded block(s.h, s.w, s.pad);
    const __m512i permutation = order();
    for (int n = 0; n < s.n; n++)
        for (int c = 0; c < s.c; c += BLOCK) {
            block.fill(x + (size_t)n * s.h * s.w * s.c, s.c, c);
            const __mmask32 mask = s.c - c >= BLOCK ? 0xffffffffu : 0xffffu;
            __m512i low[PAIRS], high[PAIRS];
            int offset[PAIRS * 2];
            for (int p = 0; p < PAIRS; p++) {
                const __m512i a = weights32(weights + (size_t)2 * p * s.c, c, s.c);
                const __m512i b = 2 * p + 1 < TAPS ? weights32(weights + (size_t)(2 * p + 1) * s.c, c, s.c) : _mm512_setzero_si512();
                low[p] = _mm512_unpacklo_epi16(a, b);
                high[p] = _mm512_unpackhi_epi16(a, b);
                for (int t = 2 * p; t < 2 * p + 2; t++) {
                    const int tap = t < TAPS ? t : 2 * p; // the last has no partner: times zero
                    offset[t] = (tap / K * block.columns + tap % K) * s.dilation * BLOCK;
                }
            }
            for (int oy = 0; oy < s.oh; oy++) {
                bf16 *to = y + ((size_t)n * s.oh + oy) * s.ow * s.c + c;
                const bf16 *at = block.at(oy * s.stride, 0);
                for (int ox = 0; ox < s.ow; ox++, to += s.c, at += s.stride * BLOCK) {
                    __m512 l = _mm512_setzero_ps(), h = l;
#pragma GCC unroll 13
                    for (int p = 0; p < PAIRS; p++) {
                        const __m512i a = line(at + offset[2 * p]), b = line(at + offset[2 * p + 1]);
                        l = _mm512_dpbf16_ps(l, (__m512bh)_mm512_unpacklo_epi16(a, b), (__m512bh)low[p]);
                        h = _mm512_dpbf16_ps(h, (__m512bh)_mm512_unpackhi_epi16(a, b), (__m512bh)high[p]);
                    }
                    _mm512_mask_storeu_epi16(to, mask, _mm512_permutexvar_epi16(permutation, (__m512i)_mm512_cvtne2ps_pbh(h, l)));
                }
            }
        }
}

// weights: [k * k, C]
extern "C" void depthwise_forward(const bf16 *x, const float *weights, bf16 *y, const Shape *s) {
    if (s->k == 3) forward<3>(x, weights, y, *s);
    else forward<5>(x, weights, y, *s);
}

// Gradient of the input for any stride (stride 1 is a forward pass with mirrored weights).
extern "C" void depthwise_backward_data(const bf16 *dy, const float *weights, bf16 *dx, const Shape *shape) {
    const Shape s = *shape;
    for (int n = 0; n < s.n; n++)
        for (int iy = 0; iy < s.h; iy++)
            for (int ix = 0; ix < s.w; ix++) {
                int taps = 0;
                const bf16 *from[25];
                const float *w[25];
                for (int ky = 0; ky < s.k; ky++) {
                    const int y = iy + s.pad - ky * s.dilation;
                    if (y < 0 || y % s.stride || y / s.stride >= s.oh) continue;
                    for (int kx = 0; kx < s.k; kx++) {
                        const int x = ix + s.pad - kx * s.dilation;
                        if (x < 0 || x % s.stride || x / s.stride >= s.ow) continue;
                        from[taps] = dy + (((long)n * s.oh + y / s.stride) * s.ow + x / s.stride) * s.c;
                        w[taps++] = weights + (long)(ky * s.k + kx) * s.c;
                    }
                }
                bf16 *to = dx + (((long)n * s.h + iy) * s.w + ix) * s.c;
                for (int c = 0; c < s.c; c += LANES) {
                    floats sum = {};
                    for (int i = 0; i < taps; i++) sum += load(from[i] + c) * loadf(w[i] + c);
                    store(to + c, sum);
                }
            }
}

// One row of the kernel at a time, two outputs at once: the pairs are now neighbours in the row.
template <int K>
static void backward_weights(const bf16 *x, const bf16 *dy, float *dw, const Shape s) {
    Padded block(s.h, s.w, s.pad);
    for (int n = 0; n < s.n; n++)
        for (int c = 0; c < s.c; c += BLOCK) {
            block.fill(x + (size_t)n * s.h * s.w * s.c, s.c, c);
            const __mmask32 mask = s.c - c >= BLOCK ? 0xffffffffu : 0xffffu;
            for (int ky = 0; ky < K; ky++) {
                __m512 low[K], high[K];
                for (int kx = 0; kx < K; kx++) low[kx] = high[kx] = _mm512_setzero_ps();
                for (int oy = 0; oy < s.oh; oy++) {
                    const bf16 *from = dy + ((size_t)n * s.oh + oy) * s.ow * s.c + c;
                    const bf16 *at = block.at(oy * s.stride + ky * s.dilation, 0);
                    const int step = s.stride * BLOCK, column = s.dilation * BLOCK;
                    for (int ox = 0; ox < s.ow; ox += 2, from += 2 * s.c, at += 2 * step) {
                        const bool both = ox + 1 < s.ow;
                        const __m512i d = _mm512_maskz_loadu_epi16(mask, from), e = both ? _mm512_maskz_loadu_epi16(mask, from + s.c) : _mm512_setzero_si512();
                        const __m512bh dl = (__m512bh)_mm512_unpacklo_epi16(d, e), dh = (__m512bh)_mm512_unpackhi_epi16(d, e);
                        const int next = both ? step : 0;
#pragma GCC unroll 5
                        for (int kx = 0; kx < K; kx++) {
                            const __m512i a = line(at + kx * column), b = line(at + kx * column + next);
                            low[kx] = _mm512_dpbf16_ps(low[kx], (__m512bh)_mm512_unpacklo_epi16(a, b), dl);
                            high[kx] = _mm512_dpbf16_ps(high[kx], (__m512bh)_mm512_unpackhi_epi16(a, b), dh);
                        }
                    }
                }
                for (int kx = 0; kx < K; kx++) {
                    float *to = dw + (size_t)(ky * K + kx) * s.c + c;
                    for (int i = 0; i < LANES; i++) {
                        const int lowest = i / 4 * 8 + i % 4;
                        if (lowest < s.c - c) to[lowest] += low[kx][i];
                        if (lowest + 4 < s.c - c) to[lowest + 4] += high[kx][i];
                    }
                }
            }
        }
}

// dw [k * k, C] is added to.
extern "C" void depthwise_backward_weights(const bf16 *x, const bf16 *dy, float *dw, const Shape *s) {
    if (s->k == 3) backward_weights<3>(x, dy, dw, *s);
    else backward_weights<5>(x, dy, dw, *s);
}

// Mean and variance (biased) of each channel of x [M, C]; both arrays double.
extern "C" void statistics(const bf16 *x, long m, int c, double *mean, double *variance) {
    memset(mean, 0, c * sizeof *mean);
    memset(variance, 0, c * sizeof *variance);
    for (long row = 0; row < m; row += TILE)
        for (int k = 0; k < c; k += LANES) {
            floats sum = {}, squares = {};
            for (long r = row; r < m && r < row + TILE; r++) {
                const floats v = load(x + r * c + k);
                sum += v;
                squares += v * v;
            }
            for (int i = 0; i < LANES; i++) {
                mean[k + i] += sum[i];
                variance[k + i] += squares[i];
            }
        }
    for (int k = 0; k < c; k++) {
        mean[k] /= m;
        variance[k] = fmax(0, variance[k] / m - mean[k] * mean[k]);
    }
}

INLINE floats activate(floats z, const int kind) {
    if (kind == RELU) return upper(z, all(0));
    if (kind == HARDSWISH) return z * lower(upper(z + 3, all(0)), all(6)) * (1 / 6.f);
    return z;
}

INLINE floats slope(floats z, const int kind) {
    if (kind == RELU) return z > 0 ? all(1) : all(0);
    if (kind == HARDSWISH) return z > -3 ? (z < 3 ? (2 * z + 3) * (1 / 6.f) : all(1)) : all(0);
    return all(1);
}

INLINE void affine(const bf16 *x, const float *scale, const float *shift, bf16 *y, long m, int c, const int kind) {
    for (long r = 0; r < m; r++)
        for (int k = 0; k < c; k += LANES) store(y + r * c + k, activate(load(x + r * c + k) * loadf(scale + k) + loadf(shift + k), kind));
}

// y = activation(x * scale + shift) for each channel
extern "C" void affine_forward(const bf16 *x, const float *scale, const float *shift, bf16 *y, long m, int c, int kind) {
    if (kind == HARDSWISH) affine(x, scale, shift, y, m, c, HARDSWISH);
    else if (kind == RELU) affine(x, scale, shift, y, m, c, RELU);
    else affine(x, scale, shift, y, m, c, NONE);
}

INLINE void sums(const bf16 *dy, const bf16 *x, const float *scale, const float *shift, long m, int c, double *total, double *product, const int kind) {
    memset(total, 0, c * sizeof *total);
    memset(product, 0, c * sizeof *product);
    for (long row = 0; row < m; row += TILE)
        for (int k = 0; k < c; k += LANES) {
            const floats a = loadf(scale + k), b = loadf(shift + k);
            floats t = {}, p = {};
            for (long r = row; r < m && r < row + TILE; r++) {
                const floats v = load(x + r * c + k), dz = load(dy + r * c + k) * slope(v * a + b, kind);
                t += dz;
                p += dz * v;
            }
            for (int i = 0; i < LANES; i++) {
                total[k + i] += t[i];
                product[k + i] += p[i];
            }
        }
}

// Sums over the rows of dz and of dz * x, dz = dy * activation'(x * scale + shift).
extern "C" void affine_backward_sums(const bf16 *dy, const bf16 *x, const float *scale, const float *shift, long m, int c, double *total, double *product, int kind) {
    if (kind == HARDSWISH) sums(dy, x, scale, shift, m, c, total, product, HARDSWISH);
    else if (kind == RELU) sums(dy, x, scale, shift, m, c, total, product, RELU);
    else sums(dy, x, scale, shift, m, c, total, product, NONE);
}

INLINE void apply(const bf16 *dy, const bf16 *x, const float *scale, const float *shift, const float *slant, const float *offset, bf16 *dx, long m, int c, const int kind) {
    for (long r = 0; r < m; r++)
        for (int k = 0; k < c; k += LANES) {
            const floats v = load(x + r * c + k), a = loadf(scale + k);
            const floats dz = load(dy + r * c + k) * slope(v * a + loadf(shift + k), kind);
            store(dx + r * c + k, dz * a + v * loadf(slant + k) + loadf(offset + k));
        }
}

// dx = dz * scale + x * slant + offset
extern "C" void affine_backward_apply(const bf16 *dy, const bf16 *x, const float *scale, const float *shift, const float *slant, const float *offset, bf16 *dx, long m,
                           int c, int kind) {
    if (kind == HARDSWISH) apply(dy, x, scale, shift, slant, offset, dx, m, c, HARDSWISH);
    else if (kind == RELU) apply(dy, x, scale, shift, slant, offset, dx, m, c, RELU);
    else apply(dy, x, scale, shift, slant, offset, dx, m, c, NONE);
}
