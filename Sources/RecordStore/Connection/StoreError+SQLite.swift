internal import CSQLite
import RowscopeModel

/// What SQLite was doing when it failed. The same code means different things in each activity.
enum Activity {
  case opening, preparing, stepping
}

extension StoreError {
  /// The error for a code that SQLite returned.
  ///
  /// - Parameter message: SQLite's text, used only to distinguish errors that share a code.
  init(
    code: ResultCode, message: String, activity: Activity, path: String?, busyTimeout: Duration
  ) {
    let (kind, detail) = StoreError.interpret(
      code: code, message: message, activity: activity, busyTimeout: busyTimeout)
    self.init(
      kind, at: .database(path: path), code: code, detail,
      constraintMessage: code.primary == .constraint ? message : nil,
      absence: code.primary == .error ? Absence(message: message) : nil)
  }

  private static func interpret(
    code: ResultCode, message: String, activity: Activity, busyTimeout: Duration
  ) -> (Kind, String) {
    switch code.primary {
    case .notADatabase:
      (
        .notADatabase,
        "the file is not an SQLite database, or it is encrypted; check that the path is right"
      )
    case .corrupt:
      unreadableDefinition(message: message).map { (.corrupt, $0) } ?? (
        .corrupt,
        "the database is damaged; restore it from a backup, or save what is left with "
          + "`sqlite3 FILE .recover`"
      )
    case .busy, .locked, .lockingProtocol:
      (
        .locked,
        "the database was still locked by another connection after \(busyTimeout); try again when "
          + "the other work is done, or allow a longer busy time-out"
      )
    case .readOnly: (.readOnly, readOnlyDetail(code))
    case .full:
      (.diskFull, "there is no room left for the database; free some space and try again")
    case .cannotOpen: (.cannotOpen, cannotOpenDetail(activity))
    case .permission:
      (.cannotOpen, "access to the file is not permitted; check its owner and mode with `ls -l`")
    case .schemaChanged:
      (.schemaChanged, "the database's tables changed while the statement ran; try again")
    case .denied:
      (.denied, "the statement reads something that it is not permitted to read")
    case .tooBig, .outOfRange:
      (.limitExceeded, "the statement or one of its values is larger than SQLite allows")
    case .outOfMemory: (.outOfMemory, "there was not enough memory")
    case .ioError, .noLargeFiles:
      (.ioError, "the operating system could not read or write the file; check the disk")
    case .interrupted, .abort: (.cancelled, "the work was interrupted")
    case .constraint:
      (.constraint(constraint(code)), constraint(code).breach)
    case .mismatch:
      (.constraint(.dataType), "the change stores a value of the wrong type")
    case .error: interpretGeneric(message: message, activity: activity)
    default:
      (.internalError, "SQLite rejected the call; this is a bug in this program")
    }
  }

  /// A definition in the file that this SQLite cannot read. It has the same code as damage, which
  /// it need not be.
  private static func unreadableDefinition(message: String) -> String? {
    guard let rest = message.text(after: "malformed database schema (") else { return nil }
    let table = Printable.quoted(String(rest.prefix { $0 != ")" }))
    let version = "SQLite \(Connection.sqliteVersion)"
    if let absence = Absence(message: rest) {
      return "\(version) cannot use the database: the definition of \(table) in it needs \(absence)"
    }
    return "\(version) cannot read the definition of \(table) in the database: it was made with a "
      + "newer version, or the database is damaged; use a newer SQLite, or restore the file from a "
      + "backup"
  }

  /// `SQLITE_ERROR` covers everything without a code of its own; only the text tells the cases
  /// apart.
  private static func interpretGeneric(message: String, activity: Activity) -> (Kind, String) {
    let limits = [
      "too many", "Expression tree is too large", "parser stack overflow", "Recursion limit",
      "at most ",
      "string or blob too big", "LIKE or GLOB pattern too complex", "joins",
    ]
    if limits.contains(where: { message.contains($0) }) {
      return (.limitExceeded, "the statement has more parts, or deeper nesting, than SQLite allows")
    }
    let absences = ["no such table", "no such column", "no such function", "no such collation"]
    if activity != .stepping || absences.contains(where: { message.hasPrefix($0) }) {
      return (
        .schemaMismatch,
        "the statement does not fit the database: a table or a column that it names is not there. "
          + "If the tables were changed, read the schema again"
      )
    }
    if message.hasPrefix("unsafe use of ") {
      return (.expressionFailed, "the database calls a function that only a program may call")
    }
    return (.expressionFailed, "an expression of the statement failed on a record")
  }

  private static func readOnlyDetail(_ code: ResultCode) -> String {
    switch code {
    case .readOnlyRollback:
      "a writer was interrupted and left a journal, and the file cannot be written to undo its "
        + "work; open the database once with write access"
    case .readOnlyCannotLock, .readOnlyCannotInitialise, .readOnlyRecovery:
      walHint
    case .readOnlyMoved:
      "the database file was moved or replaced while it was open; open it again"
    case .readOnlyDirectory:
      "the folder of the database cannot be written, and SQLite needs files of its own next to it: "
        + "a journal for a change, and in WAL mode even to read; " + walHint
    default: "the database cannot be written: the file or the connection is read-only"
    }
  }

  private static func cannotOpenDetail(_ activity: Activity) -> String {
    switch activity {
    case .opening:
      "the file cannot be opened; check its path and mode, and its folder's; " + walHint
    case .preparing, .stepping: "a file of the database cannot be opened; " + walHint
    }
  }

  private static let walHint =
    "if it is in WAL mode, its `-wal` and `-shm` files must exist and be readable, or its folder "
    + "be writable; `PRAGMA journal_mode=DELETE`, run once where it can be written, ends WAL mode"

  /// Which constraint a change breaks.
  private static func constraint(_ code: ResultCode) -> Constraint {
    switch code {
    case .constraintCheck: .check
    case .constraintForeignKey: .foreignKey
    case .constraintNotNull: .notNull
    case .constraintPrimaryKey, .constraintRowID: .primaryKey
    case .constraintUnique: .unique
    case .constraintDataType: .dataType
    case .constraintTrigger: .trigger
    default: .other
    }
  }
}

extension StoreError.Constraint {
  /// What a change that breaks it would do, without a name.
  fileprivate var breach: String {
    switch self {
    case .check: "the change breaks a CHECK of the table"
    case .foreignKey: "the change breaks a reference between records"
    case .notNull: "the change leaves a value out that must be there"
    case .primaryKey, .unique: "the change repeats a value that may be there once"
    case .dataType: "the change stores a value of the wrong type"
    case .trigger: "a trigger refuses the change"
    case .other: "the change breaks a constraint of the table"
    }
  }
}
