import FilterSQL
public import RowscopeModel

/// A statement for a driver of the service's own: its text, and a value for each `?`, or for each
/// `$1::bigint` of PostgreSQL.
///
/// Values never stand in the text. It is the same for all values of a request's conditions and for
/// all users of a profile, so that a driver can keep it prepared.
public struct SQLQuery: Sendable, Hashable {
  /// With names quoted, and a `?` for each of the ``parameters``.
  public let text: String
  /// In the order of the `?` in ``text``, or of the numbers. A text may hold any bytes in SQLite.
  public let parameters: [Value]
  /// Of PostgreSQL, the types of the parameters, as the text says them: `bigint`, `text[]`. What is
  /// neither a number nor a text, such as a date, is given as a text that PostgreSQL reads.
  public let types: [String]

  init(_ statement: SQLStatement) {
    text = statement.text
    parameters = statement.bindings
    types = statement.types
  }
}
