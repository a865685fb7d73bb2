import CSQLite
import Foundation
import TestSupport

extension TemporaryFolder {
  /// Runs SQL on a database in the folder, creating it if needed.
  ///
  /// - Returns: the rows, each value as the text SQLite gives for it, nil for NULL.
  @discardableResult
  func sql(_ sql: String, on name: String) throws -> [[String?]] {
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    guard sqlite3_open(path + "/" + name, &database) == SQLITE_OK else { throw SQLFailure() }
    final class Rows { var list: [[String?]] = [] }
    let rows = Rows()
    let code = sqlite3_exec(
      database, sql,
      { rows, count, texts, _ in
        guard let rows, let texts else { return 0 }
        Unmanaged<Rows>.fromOpaque(rows).takeUnretainedValue().list.append(
          (0..<Int(count)).map { texts[$0].map { String(cString: $0) } })
        return 0
      }, Unmanaged.passUnretained(rows).toOpaque(), nil)
    guard code == SQLITE_OK else { throw SQLFailure() }
    return rows.list
  }

  /// Runs `body` while nobody else can write the database.
  func whileLocked(_ name: String, _ body: () throws -> Void) throws {
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    guard sqlite3_open(path + "/" + name, &database) == SQLITE_OK,
      sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK
    else { throw SQLFailure() }
    defer { sqlite3_exec(database, "ROLLBACK", nil, nil, nil) }
    try body()
  }

  struct SQLFailure: Error {}
}

/// The sample workspace and its folder.
enum Sample {
  static let root = Checkout.root.path

  static let rowscope = RowscopeProcess(folder: root)
}
