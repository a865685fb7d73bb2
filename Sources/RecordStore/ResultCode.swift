internal import CSQLite

/// A result code of SQLite, extended where SQLite has more to say: `SQLITE_IOERR_READ` rather than
/// `SQLITE_IOERR`.
public struct ResultCode: RawRepresentable, Sendable, Hashable {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The code without its extension.
  public var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

  public static let ok = ResultCode(rawValue: SQLITE_OK)
  public static let error = ResultCode(rawValue: SQLITE_ERROR)
  public static let internalError = ResultCode(rawValue: SQLITE_INTERNAL)
  public static let permission = ResultCode(rawValue: SQLITE_PERM)
  public static let abort = ResultCode(rawValue: SQLITE_ABORT)
  public static let busy = ResultCode(rawValue: SQLITE_BUSY)
  public static let locked = ResultCode(rawValue: SQLITE_LOCKED)
  public static let outOfMemory = ResultCode(rawValue: SQLITE_NOMEM)
  public static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
  public static let interrupted = ResultCode(rawValue: SQLITE_INTERRUPT)
  public static let ioError = ResultCode(rawValue: SQLITE_IOERR)
  public static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
  public static let full = ResultCode(rawValue: SQLITE_FULL)
  public static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
  public static let lockingProtocol = ResultCode(rawValue: SQLITE_PROTOCOL)
  public static let schemaChanged = ResultCode(rawValue: SQLITE_SCHEMA)
  public static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
  public static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
  public static let mismatch = ResultCode(rawValue: SQLITE_MISMATCH)
  public static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
  public static let noLargeFiles = ResultCode(rawValue: SQLITE_NOLFS)
  public static let denied = ResultCode(rawValue: SQLITE_AUTH)
  public static let outOfRange = ResultCode(rawValue: SQLITE_RANGE)
  public static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
  public static let row = ResultCode(rawValue: SQLITE_ROW)
  public static let done = ResultCode(rawValue: SQLITE_DONE)

  // Extended codes that mean something of their own here. SQLite defines them by expressions, which
  // Swift does not import.
  public static let readOnlyRecovery = extended(.readOnly, 1)
  public static let readOnlyCannotLock = extended(.readOnly, 2)
  public static let readOnlyRollback = extended(.readOnly, 3)
  public static let readOnlyMoved = extended(.readOnly, 4)
  public static let readOnlyCannotInitialise = extended(.readOnly, 5)
  public static let readOnlyDirectory = extended(.readOnly, 6)
  public static let constraintCheck = extended(.constraint, 1)
  public static let constraintForeignKey = extended(.constraint, 3)
  public static let constraintNotNull = extended(.constraint, 5)
  public static let constraintPrimaryKey = extended(.constraint, 6)
  public static let constraintTrigger = extended(.constraint, 7)
  public static let constraintUnique = extended(.constraint, 8)
  public static let constraintRowID = extended(.constraint, 10)
  public static let constraintDataType = extended(.constraint, 12)

  private static func extended(_ primary: ResultCode, _ number: Int32) -> ResultCode {
    ResultCode(rawValue: primary.rawValue | (number << 8))
  }
}

extension ResultCode: CustomStringConvertible {
  /// SQLite's fixed English text for the code and its number. It never holds anything from a database.
  public var description: String {
    let text = sqlite3_errstr(rawValue).map { String(cString: $0) } ?? "unknown"
    return "\(text) (SQLite code \(rawValue))"
  }
}
