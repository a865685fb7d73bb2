import FilterSQL
public import RowscopeModel

/// A statement for a driver of the service's own: its text, and a value for each `?`.
///
/// Values never stand in the text. It is the same for all values of a request's conditions and for
/// all users of a profile, so that a driver can keep it prepared.
public struct SQLQuery: Sendable, Hashable {
  /// With names quoted, and a `?` for each of the ``parameters``.
  public let text: String
  /// In the order of the `?` in ``text``. A text may hold any bytes.
  public let parameters: [Value]

  init(_ statement: SQLStatement) {
    text = statement.text
    parameters = statement.bindings
  }
}
