/// Why the database could not do what was asked.
///
/// The description is this package's own text. It never quotes SQLite's message, since that may hold a
/// column's name, an expression or, for some constraints, data; it carries SQLite's code instead.
package struct StoreError: Error, Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// There is no file at the path.
    case noSuchFile
    /// The file is no SQLite database, or is encrypted.
    case notADatabase
    /// The database is damaged.
    case corrupt
    /// Another connection held a lock for longer than the busy time-out.
    case locked
    /// The file, its folder, its medium or the connection cannot be written.
    case readOnly
    /// No room: the disk, or the size that the database is allowed.
    case diskFull
    /// The file is there and cannot be opened.
    case cannotOpen
    /// Tables kept changing while the statement was being prepared.
    case schemaChanged
    /// The statement names a table or a column that the database has not: it was compiled against a
    /// schema that holds no longer.
    case schemaMismatch
    /// The statement reads what it was not permitted to read.
    case denied
    /// A statement, a value or a number of things is larger than SQLite or this package allows.
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
    /// An expression of the statement failed on some record.
    case expressionFailed
    /// A record does not fit the type that it was to be decoded as.
    case mismatchedRecord
    /// A mistake in this package.
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
  /// SQLite's code, where SQLite was asked at all.
  package let code: ResultCode?
  private let detail: String
  /// SQLite's message where a constraint was broken: it names what the user who asked may not know of. To be taken apart
  /// by ``constrainedColumns(of:among:)``, and never shown.
  let constraintMessage: String?

  package init(
    _ kind: Kind, at location: Location? = nil, code: ResultCode? = nil, _ detail: String,
    constraintMessage: String? = nil
  ) {
    self.kind = kind
    self.location = location
    self.code = code
    self.detail = detail
    self.constraintMessage = constraintMessage
  }
}

extension StoreError: CustomStringConvertible {
  /// Where, what, and what would be right: for people, in one line.
  package var description: String {
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
