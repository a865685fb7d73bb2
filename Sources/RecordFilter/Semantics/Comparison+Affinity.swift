package import RowscopeModel

extension Affinity {
  /// What is applied to both operands when a column of this affinity is compared with a bound value, which has none:
  /// ``numeric``, ``text`` or ``blob`` (nothing).
  package var whenComparedWithValue: Affinity {
    switch self {
    case .integer, .real, .numeric: .numeric
    case .text: .text
    case .blob: .blob
    }
  }

  /// What is applied to both operands when two columns are compared: ``numeric`` where one of them is numeric, otherwise
  /// nothing.
  package func whenCompared(with other: Affinity) -> Affinity {
    isNumeric || other.isNumeric ? .numeric : .blob
  }
}

extension Comparison {
  /// Where `left` stands with respect to `right` after an affinity is applied to both, as SQLite's comparison
  /// operators do it.
  ///
  /// Numeric affinity turns text that looks like a number into that number. Text affinity turns a number into text, but only
  /// where the other side is text. Blobs and NULL stay as they are.
  package static func order(
    _ left: Value, _ right: Value, affinity: Affinity, collation: Collation
  ) -> Int {
    switch (left, right, affinity) {
    case (.text, _, .integer), (.text, _, .real), (.text, _, .numeric),
      (_, .text, .integer), (_, .text, .real), (_, .text, .numeric):
      order(left.asNumberIfText, right.asNumberIfText, collation: collation)
    case (.text, .integer, .text), (.text, .real, .text):
      order(left, right.asTextIfNumber, collation: collation)
    case (.integer, .text, .text), (.real, .text, .text):
      order(left.asTextIfNumber, right, collation: collation)
    default:
      order(left, right, collation: collation)
    }
  }
}

extension Value {
  /// The number that this value is if it is text that looks like one (numeric affinity); else the value itself.
  package var asNumberIfText: Value {
    guard case .text(let text) = self else { return self }
    return text.withBytes(NumberText.value) ?? self
  }

  /// The text of a number, as SQLite casts it; else the value itself.
  package var asTextIfNumber: Value {
    switch self {
    case .integer(let integer):
      NumberText.withBytes(of: integer) { .text(Text(bytes: $0)) }
    case .real(let real):
      NumberText.withBytes(of: real) { .text(Text(bytes: $0)) }
    case .null, .text, .blob: self
    }
  }

  /// The value as a column of this affinity is compared with: text that looks like a number as that number, a number as
  /// text. (SQLite leaves a number alone where a column of text affinity holds a number, which only a view's column can.)
  package func applying(_ affinity: Affinity) -> Value {
    switch affinity {
    case .integer, .real, .numeric: asNumberIfText
    case .text: asTextIfNumber
    case .blob: self
    }
  }
}
