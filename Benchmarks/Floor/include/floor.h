#ifndef ROWSCOPE_BENCHMARK_FLOOR_H
#define ROWSCOPE_BENCHMARK_FLOOR_H

// The floor: what is left when a service does the least that it can. Loops written by hand in C over SQLite's own
// interface and over plain memory, with nothing checked, nothing kept and nothing made for a caller.

#include <stddef.h>
#include <stdint.h>

// Said in sqlite3.h, which only the loops need.
struct sqlite3;
struct sqlite3_stmt;

// What a loop saw. Two loops over the same records have the same answer, so the figures compare like with like.
typedef struct {
  int64_t records;
  uint64_t checksum;
  int64_t bytes;
} FloorAnswer;

// A connection set up for speed: one thread, no mutex, the file mapped into memory. NULL where the file cannot be opened.
struct sqlite3 *floor_open(const char *path);

// Steps through the rows and reads no cell.
FloorAnswer floor_step(struct sqlite3_stmt *statement);

// Steps through the rows and reads every cell by its value. The checksum is the sum of the integers, of the reals' bits and
// of each text's length and first byte.
FloorAnswer floor_read(struct sqlite3_stmt *statement);

// Steps through the rows of one text column, and adds up their lengths with a line feed for each.
FloorAnswer floor_read_lines(struct sqlite3_stmt *statement);

// The one integer that a statement gives, or -1.
int64_t floor_integer(struct sqlite3_stmt *statement);

// Adds up memory, eight bytes at a time.
uint64_t floor_sum(const uint64_t *words, size_t count);

// How many of `rows` texts, which lie one after the other, hold the needle. `ends[i]` is where text i ends.
int64_t floor_count_matches(
    const char *texts, const uint32_t *ends, size_t rows, const char *needle, size_t length);

#endif
