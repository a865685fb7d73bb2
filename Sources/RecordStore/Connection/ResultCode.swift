internal import CSQLite

/// A result code of SQLite, in its extended form where there is one: `SQLITE_IOERR_READ` rather
/// than `SQLITE_IOERR`.
package struct ResultCode: RawRepresentable, Sendable, Hashable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The code without its extension.
  package var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

  package static let ok = ResultCode(rawValue: SQLITE_OK)
  package static let error = ResultCode(rawValue: SQLITE_ERROR)
  package static let internalError = ResultCode(rawValue: SQLITE_INTERNAL)
  package static let permission = ResultCode(rawValue: SQLITE_PERM)
  package static let abort = ResultCode(rawValue: SQLITE_ABORT)
  package static let busy = ResultCode(rawValue: SQLITE_BUSY)
  package static let locked = ResultCode(rawValue: SQLITE_LOCKED)
  package static let outOfMemory = ResultCode(rawValue: SQLITE_NOMEM)
  package static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
  package static let interrupted = ResultCode(rawValue: SQLITE_INTERRUPT)
  package static let ioError = ResultCode(rawValue: SQLITE_IOERR)
  package static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
  package static let full = ResultCode(rawValue: SQLITE_FULL)
  package static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
  package static let lockingProtocol = ResultCode(rawValue: SQLITE_PROTOCOL)
  package static let schemaChanged = ResultCode(rawValue: SQLITE_SCHEMA)
  package static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
  package static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
  package static let mismatch = ResultCode(rawValue: SQLITE_MISMATCH)
  package static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
  package static let noLargeFiles = ResultCode(rawValue: SQLITE_NOLFS)
  package static let denied = ResultCode(rawValue: SQLITE_AUTH)
  package static let outOfRange = ResultCode(rawValue: SQLITE_RANGE)
  package static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
  package static let row = ResultCode(rawValue: SQLITE_ROW)
  package static let done = ResultCode(rawValue: SQLITE_DONE)

  // The extended codes that are handled separately. SQLite defines them by expressions, which Swift
  // does not import.
  package static let readOnlyRecovery = extended(.readOnly, 1)
  package static let readOnlyCannotLock = extended(.readOnly, 2)
  package static let readOnlyRollback = extended(.readOnly, 3)
  package static let readOnlyMoved = extended(.readOnly, 4)
  package static let readOnlyCannotInitialise = extended(.readOnly, 5)
  package static let readOnlyDirectory = extended(.readOnly, 6)
  package static let constraintCheck = extended(.constraint, 1)
  package static let constraintForeignKey = extended(.constraint, 3)
  package static let constraintNotNull = extended(.constraint, 5)
  package static let constraintPrimaryKey = extended(.constraint, 6)
  package static let constraintTrigger = extended(.constraint, 7)
  package static let constraintUnique = extended(.constraint, 8)
  package static let constraintRowID = extended(.constraint, 10)
  package static let constraintDataType = extended(.constraint, 12)

  private static func extended(_ primary: ResultCode, _ number: Int32) -> ResultCode {
    ResultCode(rawValue: primary.rawValue | (number << 8))
  }
}

extension ResultCode: CustomStringConvertible {
  /// SQLite's fixed English text for the code, and its number. It never contains data from a
  /// database.
  package var description: String {
    let text = sqlite3_errstr(rawValue).map { String(cString: $0) } ?? "unknown"
    return "\(text) (SQLite code \(rawValue))"
  }
}
