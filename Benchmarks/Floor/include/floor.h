#ifndef ROWSCOPE_BENCHMARK_FLOOR_H
#define ROWSCOPE_BENCHMARK_FLOOR_H

// The floor: the least work that can answer a question. Hand-written C loops over SQLite's own
// interface and over plain memory, which check nothing, keep nothing and build no results.

#include <stddef.h>
#include <stdint.h>

// Declared in sqlite3.h, which only the loops need.
struct sqlite3;
struct sqlite3_stmt;

// The answer of a loop. Loops over the same records give the same answer, so their times are
// comparable.
typedef struct {
  int64_t records;
  uint64_t checksum;
  int64_t bytes;
} FloorAnswer;

// A connection set up for speed: one thread, no mutex, a memory-mapped file. NULL if the file
// cannot be opened.
struct sqlite3 *floor_open(const char *path);

// The same for writing.
struct sqlite3 *floor_open_writable(const char *path);

// Steps through the rows without reading a cell.
FloorAnswer floor_step(struct sqlite3_stmt *statement);

// Steps through the rows and reads every cell by its value. The checksum is the sum of the
// integers, of the reals' bits and of each text's length and first byte.
FloorAnswer floor_read(struct sqlite3_stmt *statement);

// Steps through the rows of a text column and adds up their lengths, with a line feed for each.
FloorAnswer floor_read_lines(struct sqlite3_stmt *statement);

// The single integer that a statement returns, or -1.
int64_t floor_integer(struct sqlite3_stmt *statement);

// Adds up memory, eight bytes at a time.
uint64_t floor_sum(const uint64_t *words, size_t count);

// The number of texts that contain the needle, among `rows` concatenated ones. `ends[i]` is the end
// of text i.
int64_t floor_count_matches(
    const char *texts, const uint32_t *ends, size_t rows, const char *needle, size_t length);

// The bytes that malloc has given out; 0 where it does not tell.
size_t floor_bytes_in_use(void);

#endif
