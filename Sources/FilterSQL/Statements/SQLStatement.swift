package import RowscopeModel

/// An SQL statement with the values bound to its parameters, built together so that they always
/// match.
///
/// Only this module can create one: a caller's `String` cannot become SQL.
package struct SQLStatement: Sendable, Hashable {
  /// The text. It depends only on the shape of a query and contains none of its values, so users
  /// with the same profile share prepared statements.
  package let text: String
  /// In the order of the `?` in the text.
  package let bindings: [Value]

  package init(text: String, bindings: [Value]) {
    self.text = text
    self.bindings = bindings
  }
}

/// Why a query cannot be compiled. It is refused as a whole; no part of it is ever dropped or
/// weakened.
package struct SQLCompilationError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// There are more tests than a statement may have.
    case tooManyTests(limit: Int)
    /// Groups are nested deeper than SQLite's parser allows.
    case nestedTooDeep(limit: Int)
  }

  package let kind: Kind

  package init(kind: Kind) { self.kind = kind }

  package var description: String {
    switch kind {
    case .tooManyTests(let limit):
      "the conditions have more than \(limit) tests; use a list (in) instead of one test per value"
    case .nestedTooDeep(let limit):
      "the conditions are nested more than \(limit) groups deep"
    }
  }
}
