#ifndef ROWSCOPE_FILTER_KERNELS_H
#define ROWSCOPE_FILTER_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What FilterMemory does to a block of rows, once more for processors with AVX2: Swift has no way to compile one function for
// more than the oldest processor, nor to gather the signs of a vector. FilterMemory's own kernels say what each of these does, and
// tests compare the two.

// Whether the functions that follow may be called, the last one aside, which may always be. Never on anything but x86-64.
bool filter_kernels_are_available(void);

// Clears the bits of the rows whose value is not one of low ... low + span (or, where flip is all ones, is one of them). Wraps
// around, so that it serves signed and unsigned integers alike. The values are read in whole words of 64 rows; where a word of
// bits is zero, its values are not read at all.
void filter_narrow_8(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);
void filter_narrow_16(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);
void filter_narrow_32(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);
void filter_narrow_64(
    const void *values, uint64_t *bits, size_t words, uint64_t low, uint64_t span, uint64_t flip);

// The same for reals from low to high. A NaN is in no range.
void filter_narrow_real(
    const double *values, uint64_t *bits, size_t words, double low, double high, uint64_t flip);

// How many bits are set.
size_t filter_count(const uint64_t *bits, size_t words);

// Writes the numbers of the bits that are set, from `first` on, and returns how many there are.
size_t filter_rows(const uint64_t *bits, size_t words, uint32_t first, uint32_t *rows);

// Asks for large pages where the system has them: a scan of a large column is else slowed by looking up small ones.
void filter_prefer_large_pages(void *start, size_t count);

#endif
