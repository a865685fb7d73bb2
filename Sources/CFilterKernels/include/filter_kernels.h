#ifndef ROWSCOPE_FILTER_KERNELS_H
#define ROWSCOPE_FILTER_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// FilterMemory's block kernels for processors with AVX2. Swift cannot compile a single function for
// a newer processor than the baseline, and it has no movemask. FilterMemory's own kernels document
// what each function does, and tests compare the two.

// Whether the functions below may be called, except for filter_prefer_large_pages, which always
// may. False on all platforms but x86-64.
bool filter_kernels_are_available(void);

// Clears the bits of the rows whose value is outside low ... low + span (or, if flip is all ones,
// inside). The arithmetic wraps around, so it works for signed and unsigned integers. Values are
// read in words of 64 rows; those of a word whose bits are all zero are not read.
void filter_narrow_8(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);
void filter_narrow_16(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);
void filter_narrow_32(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);
void filter_narrow_64(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);

// The same for reals from low to high. NaN is in no range.
void filter_narrow_real(
    const double *values, uint64_t *bits, size_t words, double low, double high, uint64_t flip);

// The number of bits set.
size_t filter_count(const uint64_t *bits, size_t words);

// Writes `first` + index for each bit set, and returns how many there are.
size_t filter_rows(const uint64_t *bits, size_t words, uint32_t first, uint32_t *rows);

// Requests large pages if the system has them: with small pages, TLB misses slow down the scan of a
// large column.
void filter_prefer_large_pages(void *start, size_t count);

#endif
