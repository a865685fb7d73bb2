/// An error of the database layer.
///
/// The description is this package's own text and never quotes SQLite's message, which may contain
/// a column's name, an expression or, for some constraints, data. It gives SQLite's code instead.
package struct StoreError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// There is no file at the path.
    case noSuchFile
    /// The file is not an SQLite database, or it is encrypted.
    case notADatabase
    /// The database is damaged.
    case corrupt
    /// Another connection held a lock for longer than the busy time-out.
    case locked
    /// The file, its folder, its medium or the connection cannot be written.
    case readOnly
    /// The disk is full, or the database has reached its size limit.
    case diskFull
    /// The file exists but cannot be opened.
    case cannotOpen
    /// Tables kept changing while the statement was being prepared.
    case schemaChanged
    /// The statement names a table or column that does not exist: it was compiled against an
    /// outdated schema.
    case schemaMismatch
    /// The statement reads something it is not permitted to read.
    case denied
    /// A statement, a value or a count exceeds a limit of SQLite or of this package.
    case limitExceeded
    case deadlineExceeded
    /// The task was cancelled, or the connection interrupted.
    case cancelled
    case outOfMemory
    /// The operating system failed to read or write.
    case ioError
    case constraint(Constraint)
    /// The database stores text as UTF-16.
    case unsupportedEncoding
    /// An expression of the statement failed on a record.
    case expressionFailed
    /// A record does not fit the type to decode it as.
    case mismatchedRecord
    /// A bug in this package.
    case internalError
  }

  package enum Constraint: String, Sendable, Hashable {
    case check, foreignKey, notNull, primaryKey, unique, dataType, trigger, other
  }

  package enum Location: Sendable, Hashable {
    /// A database file; nil for one in memory.
    case database(path: String?)
    /// A field of a record.
    case field(String)
  }

  package let kind: Kind
  package let location: Location?
  /// SQLite's code, if the error came from SQLite.
  package let code: ResultCode?
  private let detail: String
  /// SQLite's message for a broken constraint. It may name things that the user must not know of,
  /// so it is only parsed by ``constrainedColumns(of:among:)`` and never shown.
  let constraintMessage: String?
  /// What is missing, if SQLite's message says so.
  let absence: Absence?

  package init(
    _ kind: Kind, at location: Location? = nil, code: ResultCode? = nil, _ detail: String
  ) {
    self.init(kind, at: location, code: code, detail, constraintMessage: nil)
  }

  init(
    _ kind: Kind, at location: Location? = nil, code: ResultCode? = nil, _ detail: String,
    constraintMessage: String?, absence: Absence? = nil
  ) {
    self.kind = kind
    self.location = location
    self.code = code
    self.detail = detail
    self.constraintMessage = constraintMessage
    self.absence = absence
  }
}

extension StoreError: CustomStringConvertible {
  /// One line for people: where, what, and how to fix it.
  package var description: String {
    // It is about the change, and not about the file.
    if case .constraint = kind { return detail }
    let place: String =
      switch location {
      case .database(path: let path?): "\(path): "
      case .database(path: nil): "in-memory database: "
      case .field(let name): "field `\(name)`: "
      case nil: ""
      }
    let suffix = code.map { " [SQLite code \($0.rawValue)]" } ?? ""
    return place + detail + suffix
  }
}
