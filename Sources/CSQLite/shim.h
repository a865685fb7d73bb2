#ifndef ROWSCOPE_CSQLITE_SHIM_H
#define ROWSCOPE_CSQLITE_SHIM_H

#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

// What `Dl_info` is. glibc declares it and `dladdr` only where _GNU_SOURCE was defined before any of
// its headers was read, which a module cannot make sure of.
typedef struct {
  const char *path;
  void *base;  // of the library
  const char *name;
  void *address;
} RowscopeSymbol;

#if defined(__APPLE__)
extern int rowscope_find_symbol(const void *address, RowscopeSymbol *found) __asm__("_dladdr");
#else
extern int rowscope_find_symbol(const void *address, RowscopeSymbol *found) __asm__("dladdr");
#endif

#if defined(__APPLE__)
extern void *rowscope_look_up(void *library, const char *name) __asm__("_dlsym");
#else
extern void *rowscope_look_up(void *library, const char *name) __asm__("dlsym");
#endif

#if SQLITE_VERSION_NUMBER < 3038000
#error "SQLite 3.38 or later is required"
#endif

// One cell of the current row, as stored by SQLite. `bytes` belongs to SQLite and is valid until
// the statement is stepped, reset or finalized.
typedef struct {
  int64_t bits;          // the integer, or the bit pattern of the real
  const uint8_t *bytes;  // text or blob; never NULL when count > 0
  int32_t count;         // bytes of the text or blob
  int32_t type;          // SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL
} RowscopeCell;

static inline int rowscope_read_value(sqlite3_value *value, RowscopeCell *cell) {
  cell->type = sqlite3_value_type(value);
  switch (cell->type) {
    case SQLITE_INTEGER:
      cell->bits = sqlite3_value_int64(value);
      break;
    case SQLITE_FLOAT: {
      double real = sqlite3_value_double(value);
      memcpy(&cell->bits, &real, sizeof real);
      break;
    }
    case SQLITE_TEXT:
      cell->bytes = sqlite3_value_text(value);
      cell->count = sqlite3_value_bytes(value);
      if (cell->bytes == NULL) return SQLITE_NOMEM;
      break;
    case SQLITE_BLOB:
      cell->bytes = (const uint8_t *)sqlite3_value_blob(value);
      cell->count = sqlite3_value_bytes(value);
      if (cell->bytes == NULL && cell->count > 0) return SQLITE_NOMEM;
      break;
    default:
      break;
  }
  return SQLITE_OK;
}

// Writes a real with the given number of significant digits, in the format of a cast to text.
// Returns the number of bytes.
static inline int rowscope_write_real(double real, int digits, char *buffer, int size) {
  sqlite3_snprintf(size, buffer, "%!.*g", digits, real);
  return (int)strlen(buffer);
}

// Reads the first `count` cells of the current row, with one call per row and one access per value:
// column_type and column_* would each check the statement again.
//
// The values are "unprotected" in SQLite's terms. That matters only if several threads use a
// connection at once, which never happens here.
static inline int rowscope_read_row(sqlite3_stmt *statement, RowscopeCell *cells, int count) {
  for (int i = 0; i < count; i++) {
    int code = rowscope_read_value(sqlite3_column_value(statement, i), &cells[i]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

// Reads the arguments of an SQL function as a row.
static inline int rowscope_read_values(
    sqlite3_value *const *values, RowscopeCell *cells, int count) {
  for (int i = 0; i < count; i++) {
    int code = rowscope_read_value(values[i], &cells[i]);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

// SQLite copies the bytes. A null pointer would bind NULL, so an empty text needs another one.
static inline int rowscope_bind_text(
    sqlite3_stmt *statement, int index, const uint8_t *bytes, uint64_t count) {
  return sqlite3_bind_text64(
      statement, index, count > 0 ? (const char *)bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int rowscope_bind_blob(
    sqlite3_stmt *statement, int index, const uint8_t *bytes, uint64_t count) {
  return sqlite3_bind_blob64(
      statement, index, count > 0 ? (const void *)bytes : (const void *)"", count,
      SQLITE_TRANSIENT);
}

// Swift cannot call variadic functions.
static inline int rowscope_set_flag(sqlite3 *database, int option, int value) {
  return sqlite3_db_config(database, option, value, (int *)NULL);
}

// Whether a function is in the library that this package calls: a process may have several.
static inline int rowscope_is_of_library(const void *function) {
  RowscopeSymbol found, own;
  return rowscope_find_symbol(function, &found) != 0 &&
         rowscope_find_symbol((const void *)sqlite3_libversion, &own) != 0 &&
         found.base == own.base;
}

typedef void (*RowscopeRowHook)(
    void *context, sqlite3 *database, int operation, const char *schema, const char *table,
    sqlite3_int64 old_row_id, sqlite3_int64 new_row_id);

// Calls `hook` before each row of a table is changed, whatever changes it: SQLite's preupdate hook,
// which not every build has. Returns whether this one has it.
static inline int rowscope_set_row_hook(sqlite3 *database, RowscopeRowHook hook, void *context) {
#if defined(__APPLE__)
  void *everywhere = (void *)-2;
#else
  void *everywhere = NULL;
#endif
  void *(*set)(sqlite3 *, RowscopeRowHook, void *);
  void *found = rowscope_look_up(everywhere, "sqlite3_preupdate_hook");
  if (found == NULL || !rowscope_is_of_library(found)) return 0;
  memcpy(&set, &found, sizeof set);
  set(database, hook, context);
  return 1;
}

static inline int rowscope_disable_memory_statistics(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static inline int rowscope_disable_optimizations(sqlite3 *database, int mask) {
  return sqlite3_test_control(SQLITE_TESTCTRL_OPTIMIZATIONS, database, mask);
}

// Removes the virtual tables that a schema must not use: those that read or write anything but
// their arguments and their own tables. `pragma_…` is made again on demand; the authorizer refuses it.
static inline int rowscope_drop_modules(sqlite3 *database) {
  const char *kept[] = {"fts3", "fts4", "fts5", "rtree", "rtree_i32", "geopoly",
                        "json_each", "json_tree", NULL};
  return sqlite3_drop_modules(database, kept);
}

/// A text or blob as a function's result. SQLite copies the bytes; a NULL address is an empty one.
static inline void rowscope_result_text(
    sqlite3_context *context, const void *bytes, sqlite3_uint64 count) {
  sqlite3_result_text64(
      context, count > 0 ? (const char *)bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline void rowscope_result_blob(
    sqlite3_context *context, const void *bytes, sqlite3_uint64 count) {
  sqlite3_result_blob64(context, count > 0 ? bytes : "", count, SQLITE_TRANSIENT);
}

#endif
