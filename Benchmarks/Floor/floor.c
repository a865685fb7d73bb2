// memmem
#define _GNU_SOURCE

#include "floor.h"

#include <sqlite3.h>
#include <string.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

static sqlite3 *open_with(const char *path, int flags) {
  sqlite3 *database = NULL;
  if (sqlite3_open_v2(path, &database, flags, NULL) != SQLITE_OK ||
      sqlite3_exec(
          database, "PRAGMA mmap_size = 1099511627776; PRAGMA cache_size = -8192", NULL, NULL,
          NULL) != SQLITE_OK) {
    sqlite3_close(database);
    return NULL;
  }
  return database;
}

sqlite3 *floor_open(const char *path) {
  return open_with(path, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX);
}

sqlite3 *floor_open_writable(const char *path) {
  return open_with(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX);
}

FloorAnswer floor_step(sqlite3_stmt *statement) {
  FloorAnswer answer = {0, 0, 0};
  while (sqlite3_step(statement) == SQLITE_ROW) answer.records++;
  sqlite3_reset(statement);
  return answer;
}

FloorAnswer floor_read(sqlite3_stmt *statement) {
  FloorAnswer answer = {0, 0, 0};
  int columns = sqlite3_column_count(statement);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    answer.records++;
    for (int i = 0; i < columns; i++) {
      sqlite3_value *value = sqlite3_column_value(statement, i);
      switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER:
          answer.checksum += (uint64_t)sqlite3_value_int64(value);
          break;
        case SQLITE_FLOAT: {
          double real = sqlite3_value_double(value);
          uint64_t bits;
          memcpy(&bits, &real, sizeof bits);
          answer.checksum += bits;
          break;
        }
        case SQLITE_TEXT: {
          const unsigned char *text = sqlite3_value_text(value);
          int count = sqlite3_value_bytes(value);
          answer.checksum += (uint64_t)count + (count > 0 ? text[0] : 0);
          break;
        }
        default:
          break;
      }
    }
  }
  sqlite3_reset(statement);
  return answer;
}

FloorAnswer floor_read_lines(sqlite3_stmt *statement) {
  FloorAnswer answer = {0, 0, 0};
  while (sqlite3_step(statement) == SQLITE_ROW) {
    sqlite3_value *value = sqlite3_column_value(statement, 0);
    const unsigned char *text = sqlite3_value_text(value);
    answer.records++;
    if (text != NULL) answer.bytes += sqlite3_value_bytes(value) + 1;
  }
  sqlite3_reset(statement);
  return answer;
}

int64_t floor_integer(sqlite3_stmt *statement) {
  int64_t integer = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_reset(statement);
  return integer;
}

uint64_t floor_sum(const uint64_t *words, size_t count) {
  // Four independent sums, which run in parallel.
  uint64_t sums[4] = {0, 0, 0, 0};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (int lane = 0; lane < 4; lane++) sums[lane] += words[i + lane];
  }
  for (; i < count; i++) sums[0] += words[i];
  return sums[0] + sums[1] + sums[2] + sums[3];
}

int64_t floor_count_matches(
    const char *texts, const uint32_t *ends, size_t rows, const char *needle, size_t length) {
  int64_t matches = 0;
  const char *end = texts + (rows > 0 ? ends[rows - 1] : 0);
  const char *place = texts;
  size_t row = 0;
  // One search through all texts: each call of memmem has to preprocess the needle.
  while ((place = memmem(place, (size_t)(end - place), needle, length)) != NULL) {
    size_t offset = (size_t)(place - texts);
    while (ends[row] <= offset) row++;
    // A match across the end of a text does not count.
    if (offset + length <= ends[row]) {
      matches++;
      place = texts + ends[row];
    } else {
      place++;
    }
  }
  return matches;
}

size_t floor_bytes_in_use(void) {
#ifdef __GLIBC__
  struct mallinfo2 information = mallinfo2();
  return information.uordblks + information.hblkhd;
#else
  return 0;
#endif
}
