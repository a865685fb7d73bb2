internal import CSQLite

/// The filters by which SQLite passes over records in a join.
///
/// Those of the versions 3.38 to 3.41 hash a text by its length, and so miss records under RTRIM,
/// where `a` equals `a ` with a space behind it. They are only an optimisation, and can be left
/// out.
enum BloomFilters {
  /// Leaves the filters out on a connection, if the linked SQLite's miss records.
  static func disableIfFaulty(on handle: OpaquePointer) {
    if areFaulty { _ = rowscope_disable_optimizations(handle, mask) }
  }

  /// `SQLITE_BloomFilter` in SQLite's sources.
  private static let mask: Int32 = 0x0008_0000

  /// Whether a join that needs a filter misses records. Asks the linked SQLite, once.
  private static let areFaulty: Bool = {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX
    defer { sqlite3_close(handle) }
    guard sqlite3_open_v2(":memory:", &handle, flags, nil) == SQLITE_OK,
      sqlite3_exec(handle, sample, nil, nil, nil) == SQLITE_OK
    else { return false }
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(handle, question, -1, &statement, nil) == SQLITE_OK,
      sqlite3_step(statement) == SQLITE_ROW
    else { return false }
    return sqlite3_column_int(statement, 0) != 800
  }()

  /// Forty records on each side: half of the right ones are `a`, and all left ones equal it.
  private static let sample = """
    CREATE TABLE r(id INTEGER PRIMARY KEY, k TEXT);
    CREATE TABLE l(id INTEGER PRIMARY KEY, k TEXT COLLATE RTRIM);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
      INSERT INTO r SELECT i, CASE i % 2 WHEN 1 THEN 'a' ELSE 'b' END FROM n;
    INSERT INTO l SELECT id, CASE id % 2 WHEN 1 THEN 'a ' ELSE 'a' END FROM r;
    """
  private static let question = "SELECT count(*) FROM l, r WHERE l.k = r.k"
}
