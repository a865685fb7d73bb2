package import RowscopeModel

/// An SQL statement with the values of its parameters, built together so that they always match.
///
/// Only this module can create one: a caller's `String` cannot become SQL.
package struct SQLStatement: Sendable, Hashable {
  /// The text. It depends only on the shape of a query and contains none of its values, so users
  /// with the same profile share prepared statements.
  package let text: String
  /// In the order of the `?` in the text. NULL for parameters that are bound when the statement is
  /// run.
  package let bindings: [Value]
  /// The parameters that are bound when the statement is run. They are few, so filling them in is
  /// cheap.
  let deferredBindings: [DeferredBinding]
  /// The types of the parameters, where the text says them; empty for SQLite.
  package let types: [String]

  package init(text: String, bindings: [Value]) {
    self.init(text: text, bindings: bindings, deferredBindings: [])
  }

  init(
    text: String, bindings: [Value], deferredBindings: [DeferredBinding], types: [String] = []
  ) {
    self.types = types
    self.text = text
    self.bindings = bindings
    self.deferredBindings = deferredBindings
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
    /// A test of a declared type, which no function of SQLite decides exactly.
    case needsOwnFunctions
    /// What PostgreSQL has no exact form of.
    case noExactForm(NoExactForm)
  }

  /// What has no exact form. A rule of a profile may be about hidden fields: only ``what`` is for
  /// users.
  package struct NoExactForm: Sendable, Hashable {
    package let what: String
    package let table: String
    package let field: String?
    /// The type of the field's column.
    package let type: String?

    /// For the administrator.
    package var place: String {
      let column = field.map { "field \(Printable.quoted($0)) of " } ?? ""
      return "\(column)table \(Printable.quoted(table))" + (type.map { ", \($0)" } ?? "")
    }
  }

  package let kind: Kind

  package init(kind: Kind) { self.kind = kind }

  package var description: String {
    switch kind {
    case .tooManyTests(let limit):
      "the conditions have more than \(limit) tests; use a list (in) instead of one test per value"
    case .nestedTooDeep(let limit):
      "the conditions are nested more than \(limit) groups deep"
    case .needsOwnFunctions:
      "this request compares values of a declared type, such as dates, which plain SQLite has no "
        + "function for"
    case .noExactForm(let form):
      "this request, or a rule that holds for it, has no exact form in PostgreSQL: \(form.what)"
    }
  }
}
