package import RowscopeModel

extension Affinity {
  /// The affinity applied to both operands when a column of this affinity is compared with a bound
  /// value, which has none: ``numeric``, ``text`` or ``blob`` (no conversion).
  package var whenComparedWithValue: Affinity {
    switch self {
    case .integer, .real, .numeric: .numeric
    case .text: .text
    case .blob: .blob
    }
  }

  /// The affinity applied to both operands when two columns are compared: ``numeric`` if either is
  /// numeric, otherwise no conversion.
  package func whenCompared(with other: Affinity) -> Affinity {
    isNumeric || other.isNumeric ? .numeric : .blob
  }
}

extension Comparison {
  /// Compares two values after applying an affinity to both, as SQLite's comparison operators do.
  ///
  /// Numeric affinity converts text that looks like a number. Text affinity converts a number to
  /// text, but only if the other side is text. Blobs and NULL are unchanged.
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
  /// The number, if this is text that looks like one (numeric affinity); otherwise the value
  /// itself.
  package var asNumberIfText: Value {
    guard case .text(let text) = self else { return self }
    return text.withBytes(NumberText.value) ?? self
  }

  /// The text of a number, as SQLite casts it; otherwise the value itself.
  package var asTextIfNumber: Value {
    switch self {
    case .integer(let integer):
      NumberText.withBytes(of: integer) { .text(Text(bytes: $0)) }
    case .real(let real):
      NumberText.withBytes(of: real) { .text(Text(bytes: $0)) }
    case .null, .text, .blob: self
    }
  }

  /// The operand that a column of this affinity is compared with: a number for text that looks like
  /// one, or text for a number. (SQLite leaves a number as it is if the column's value is a number
  /// too, which in a text column is possible only in a view.)
  package func applying(_ affinity: Affinity) -> Value {
    switch affinity {
    case .integer, .real, .numeric: asNumberIfText
    case .text: asTextIfNumber
    case .blob: self
    }
  }
}
