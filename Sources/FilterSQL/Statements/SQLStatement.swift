package import RowscopeModel

/// One SQL statement and the values of its parameters, made together so that they cannot drift
/// apart.
///
/// Only this module makes one: no caller's `String` can become SQL.
package struct SQLStatement: Sendable, Hashable {
  /// The text. It depends on the shape of a query alone and holds none of its values, so that the
  /// users of one profile share a prepared statement.
  package let text: String
  /// In the order of the `?` in the text; NULL for those that are given when the statement is run.
  package let bindings: [Value]
  /// The parameters that are given when the statement is run: few, so that filling them in costs
  /// little.
  let openBindings: [OpenBinding]

  package init(text: String, bindings: [Value]) {
    self.init(text: text, bindings: bindings, openBindings: [])
  }

  init(text: String, bindings: [Value], openBindings: [OpenBinding]) {
    self.text = text
    self.bindings = bindings
    self.openBindings = openBindings
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
