package import RowscopeModel

/// One SQL statement and the values bound to its parameters, made together so that they cannot drift apart.
///
/// Only this module makes one: there is no way from a `String` of the caller's to SQL.
package struct SQLStatement: Sendable, Hashable {
  /// The text. It depends on the shape of a query alone and holds none of its values, so that users of one profile share
  /// a prepared statement.
  package let text: String
  /// In the order of the `?` in the text.
  package let bindings: [Value]

  package init(text: String, bindings: [Value]) {
    self.text = text
    self.bindings = bindings
  }
}

/// Why a query has no SQL. It is refused whole: nothing in it is ever dropped or weakened.
package struct SQLCompilationError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// More tests than one statement takes.
    case tooManyTests(limit: Int)
    /// Groups nested deeper than SQLite's parser can hold.
    case nestedTooDeep(limit: Int)
  }

  package let kind: Kind

  package init(kind: Kind) { self.kind = kind }

  package var description: String {
    switch kind {
    case .tooManyTests(let limit):
      "the conditions have more than \(limit) tests; ask with a list (in) instead of one test a value"
    case .nestedTooDeep(let limit):
      "the conditions are nested more than \(limit) groups deep"
    }
  }
}
