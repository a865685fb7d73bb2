import RowscopeModel

/// Something that the database's definitions name and that this process does not have.
///
/// Found in SQLite's message. That may only be shown to an administrator, so users are never told
/// the name.
struct Absence: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    case function, collation, table, column
    /// What virtual tables are made with.
    case module
  }

  let kind: Kind
  let name: String

  /// Nil if the message is about something else.
  init?(message: String) {
    let forms: [(start: String, kind: Kind)] = [
      ("no such function: ", .function), ("unknown function: ", .function),
      ("wrong number of arguments to function ", .function), ("unsafe use of ", .function),
      ("no such collation sequence: ", .collation), ("no such module: ", .module),
      ("no such table: main.", .table), ("no such table: ", .table), ("no such column: ", .column),
    ]
    // A schema that cannot be parsed: `malformed database schema (t) - unsafe use of f()`.
    for (start, kind) in forms {
      guard let rest = message.text(after: start) else { continue }
      self.kind = kind
      let hasParentheses = rest.utf8.suffix(2).elementsEqual("()".utf8)
      name = hasParentheses ? String(rest.utf8.dropLast(2)) ?? rest : rest
      return
    }
    return nil
  }
}

extension Absence: CustomStringConvertible {
  var description: String {
    let name = Printable.quoted(name)
    return switch kind {
    case .function:
      "the function \(name), which this process does not have or which a database may not call"
    case .collation: "the collation \(name), which only another program has"
    case .module: "a virtual table of the kind \(name), which this process does not have"
    case .table: "the table \(name), which is missing"
    case .column: "the column \(name), which is missing"
    }
  }
}

extension StoreError {
  /// The error for a change that SQLite cannot prepare, though the table and its columns are there.
  var unwritable: StoreError {
    let cause =
      absence.map { "it, a trigger or a foreign key of it needs \($0)" }
      ?? "one of its triggers or foreign keys refers to something that does not exist"
    return StoreError(
      .expressionFailed, at: location, code: code, "the table cannot be written: \(cause)",
      constraintMessage: nil, absence: absence)
  }
}

extension String {
  /// The text after the first occurrence of another, compared byte by byte.
  func text(after start: String) -> String? {
    let start = Array(start.utf8)
    var index = utf8.startIndex
    while index < utf8.endIndex {
      if utf8[index...].starts(with: start) {
        return String(self[utf8.index(index, offsetBy: start.count)...])
      }
      index = utf8.index(after: index)
    }
    return nil
  }
}
