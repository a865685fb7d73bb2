import Foundation
import RecordStore
package import RowscopeModel

/// A database file that is deleted with the test.
package final class TemporaryDatabase: Sendable {
  package let path: String

  package init(_ sql: String) throws {
    path = NSTemporaryDirectory() + "rowscope-\(UUID().uuidString).sqlite"
    try Connection(.create(path: path)).execute(sql)
  }

  deinit {
    for suffix in ["", "-journal", "-wal", "-shm"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  package func execute(_ sql: String) throws {
    try Connection(.readWrite(path: path)).execute(sql)
  }

  package func rows(_ sql: String) throws -> [[Value]] {
    try Connection(.readOnly(path: path)).temporaryStatement(sql, as: .unrestricted).rows()
  }

  /// The first column of a statement's rows.
  package func column(_ sql: String) throws -> [Value] { try rows(sql).map { $0[0] } }
}
