// madvise
#define _GNU_SOURCE

#include "filter_kernels.h"

#include <sys/mman.h>

void filter_prefer_large_pages(void *start, size_t count) {
#if defined(MADV_HUGEPAGE)
  // Only advice: a failure does not matter.
  (void)madvise(start, count, MADV_HUGEPAGE);
#else
  (void)start;
  (void)count;
#endif
}

#if defined(__x86_64__)

#include <immintrin.h>

#define WIDE __attribute__((target("avx2,bmi,popcnt")))
#define WIDE_INLINE static inline __attribute__((target("avx2,bmi,popcnt"), always_inline))

bool filter_kernels_are_available(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("popcnt");
}

// Blocks are processed in sequence, so the next one is prefetched meanwhile. Addresses past the
// last value are only prefetched, never read.
#define AHEAD 4096

WIDE_INLINE uint64_t joined(__m256i low_half, __m256i high_half) {
  return (uint32_t)_mm256_movemask_epi8(low_half) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(high_half) << 32;
}

WIDE_INLINE __m256i load(const void *place) { return _mm256_loadu_si256((const __m256i *)place); }

WIDE_INLINE __m256i test_8(const uint8_t *values, __m256i low, __m256i span, bool is_point) {
  if (is_point) return _mm256_cmpeq_epi8(load(values), low);
  __m256i distance = _mm256_sub_epi8(load(values), low);
  return _mm256_cmpeq_epi8(_mm256_min_epu8(distance, span), distance);
}

WIDE_INLINE uint64_t mask_8(const uint8_t *values, __m256i low, __m256i span, bool is_point) {
  __builtin_prefetch(values + AHEAD);
  return joined(test_8(values, low, span, is_point), test_8(values + 32, low, span, is_point));
}

WIDE_INLINE __m256i test_16(const uint16_t *values, __m256i low, __m256i span, bool is_point) {
  if (is_point) return _mm256_cmpeq_epi16(load(values), low);
  __m256i distance = _mm256_sub_epi16(load(values), low);
  return _mm256_cmpeq_epi16(_mm256_min_epu16(distance, span), distance);
}

// Tests 32 rows. Packing works on 128-bit lanes, so the quarters have to be put in order.
WIDE_INLINE __m256i packed_16(const uint16_t *values, __m256i low, __m256i span, bool is_point) {
  __m256i packed = _mm256_packs_epi16(
      test_16(values, low, span, is_point), test_16(values + 16, low, span, is_point));
  return _mm256_permute4x64_epi64(packed, 0xD8);
}

WIDE_INLINE uint64_t mask_16(const uint16_t *values, __m256i low, __m256i span, bool is_point) {
  __builtin_prefetch(values + AHEAD);
  __builtin_prefetch(values + AHEAD + 32);
  return joined(
      packed_16(values, low, span, is_point), packed_16(values + 32, low, span, is_point));
}

WIDE_INLINE uint64_t mask_32(const uint32_t *values, __m256i low, __m256i span, bool is_point) {
  uint64_t mask = 0;
  for (int part = 0; part < 8; part++) {
    if (part % 2 == 0) __builtin_prefetch(values + AHEAD + part * 8);
    __m256i loaded = load(values + part * 8);
    __m256i test = _mm256_cmpeq_epi32(loaded, low);
    if (!is_point) {
      __m256i distance = _mm256_sub_epi32(loaded, low);
      test = _mm256_cmpeq_epi32(_mm256_min_epu32(distance, span), distance);
    }
    mask |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(test)) << (part * 8);
  }
  return mask;
}

WIDE_INLINE uint64_t mask_64(const uint64_t *values, __m256i low, __m256i span, bool is_point) {
  // AVX2 has only a signed comparison of 64-bit integers.
  const __m256i sign = _mm256_set1_epi64x(INT64_MIN);
  uint64_t mask = 0;
  for (int part = 0; part < 16; part++) {
    if (part % 2 == 0) __builtin_prefetch(values + AHEAD + part * 4);
    __m256i loaded = load(values + part * 4);
    int outside;
    if (is_point) {
      outside = ~_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(loaded, low))) & 15;
    } else {
      __m256i distance = _mm256_sub_epi64(loaded, low);
      __m256i beyond =
          _mm256_cmpgt_epi64(_mm256_xor_si256(distance, sign), _mm256_xor_si256(span, sign));
      outside = _mm256_movemask_pd(_mm256_castsi256_pd(beyond));
    }
    mask |= (uint64_t)(uint32_t)outside << (part * 4);
  }
  return ~mask;
}

#define NARROW(width, broadcast)                                                                 \
  WIDE_INLINE void narrow_##width(                                                               \
      const uint##width##_t *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span,  \
      uint64_t flip, bool is_point) {                                                            \
    const __m256i lows = broadcast(low), spans = broadcast(span);                                \
    for (size_t word = 0; word < words; word++) {                                                \
      if (bits[word] == 0) continue;                                                             \
      bits[word] &= mask_##width(values + word * 64, lows, spans, is_point) ^ flip;              \
    }                                                                                            \
  }                                                                                              \
  WIDE void filter_narrow_##width(                                                               \
      const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span,             \
      uint64_t flip) {                                                                           \
    if (span == 0) {                                                                             \
      narrow_##width(values, bits, words, low, span, flip, true);                                \
    } else {                                                                                     \
      narrow_##width(values, bits, words, low, span, flip, false);                               \
    }                                                                                            \
  }

#define BROADCAST_8(value) _mm256_set1_epi8((char)(value))
#define BROADCAST_16(value) _mm256_set1_epi16((short)(value))
#define BROADCAST_32(value) _mm256_set1_epi32((int)(value))
#define BROADCAST_64(value) _mm256_set1_epi64x((long long)(value))

NARROW(8, BROADCAST_8)
NARROW(16, BROADCAST_16)
NARROW(32, BROADCAST_32)
NARROW(64, BROADCAST_64)

WIDE void filter_narrow_real(
    const double *values, uint64_t *bits, size_t words, double low, double high, uint64_t flip) {
  const __m256d lows = _mm256_set1_pd(low), highs = _mm256_set1_pd(high);
  for (size_t word = 0; word < words; word++) {
    if (bits[word] == 0) continue;
    uint64_t mask = 0;
    for (int part = 0; part < 16; part++) {
      const double *place = values + word * 64 + part * 4;
      if (part % 2 == 0) __builtin_prefetch(place + AHEAD);
      __m256d loaded = _mm256_loadu_pd(place);
      __m256d inside = _mm256_and_pd(
          _mm256_cmp_pd(loaded, lows, _CMP_GE_OQ), _mm256_cmp_pd(loaded, highs, _CMP_LE_OQ));
      mask |= (uint64_t)(uint32_t)_mm256_movemask_pd(inside) << (part * 4);
    }
    bits[word] &= mask ^ flip;
  }
}

WIDE size_t filter_count(const uint64_t *bits, size_t words) {
  size_t count = 0;
  for (size_t word = 0; word < words; word++) count += (size_t)_mm_popcnt_u64(bits[word]);
  return count;
}

WIDE size_t filter_rows(const uint64_t *bits, size_t words, uint32_t first, uint32_t *rows) {
  size_t count = 0;
  for (size_t word = 0; word < words; word++) {
    for (uint64_t rest = bits[word]; rest != 0; rest = _blsr_u64(rest)) {
      rows[count++] = first + (uint32_t)word * 64 + (uint32_t)_tzcnt_u64(rest);
    }
  }
  return count;
}

#else

// Never called on these platforms.
#include <stdlib.h>

bool filter_kernels_are_available(void) { return false; }

#define UNAVAILABLE(name)                                                                        \
  void name(                                                                                     \
      const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span,             \
      uint64_t flip) {                                                                           \
    (void)values, (void)bits, (void)words, (void)low, (void)span, (void)flip;                    \
    abort();                                                                                     \
  }

UNAVAILABLE(filter_narrow_8)
UNAVAILABLE(filter_narrow_16)
UNAVAILABLE(filter_narrow_32)
UNAVAILABLE(filter_narrow_64)

void filter_narrow_real(
    const double *values, uint64_t *bits, size_t words, double low, double high, uint64_t flip) {
  (void)values, (void)bits, (void)words, (void)low, (void)high, (void)flip;
  abort();
}

size_t filter_count(const uint64_t *bits, size_t words) {
  (void)bits, (void)words;
  abort();
}

size_t filter_rows(const uint64_t *bits, size_t words, uint32_t first, uint32_t *rows) {
  (void)bits, (void)words, (void)first, (void)rows;
  abort();
}

#endif
