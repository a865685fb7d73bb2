internal import RecordFilter

/// What is stored of a column's cells.
enum CSVColumnContent: Hashable {
  case integer, real, text
  /// Declared: SQLite is given the text, and applies the column's affinity.
  case declared(Affinity)

  /// Whether the column is for numbers alone. In one declared `DATE` or `DECIMAL` (NUMERIC affinity), what is no
  /// number stays text, as in SQLite.
  var isNumber: Bool {
    switch self {
    case .integer, .real, .declared(.integer), .declared(.real): true
    case .text, .declared(.numeric), .declared(.text), .declared(.blob): false
    }
  }

  /// The type in SQL of what was not declared.
  var sqlType: String {
    switch self {
    case .integer: "INTEGER"
    case .real: "REAL"
    case .text, .declared: "TEXT"
    }
  }
}

/// Finds the type of a column from its cells: INTEGER where all are integers, REAL where all are numbers and at
/// least one has a fraction, TEXT otherwise, and where there is no value at all.
///
/// An empty quoted cell says nothing about a column of numbers, and is NULL there: programs that quote every
/// cell write NULL so, and no number is empty.
struct CSVTypeInference {
  private var hasInteger = false
  private var hasReal = false
  private var hasText = false
  /// An integer that no double is: it must not become one.
  private var hasLargeInteger = false

  mutating func observe(_ cell: UnsafeBufferPointer<UInt8>?) {
    guard !hasText, let cell, !cell.isEmpty else { return }
    switch CSVNumber(cell) {
    case .integer(let integer):
      hasInteger = true
      if integer.magnitude > 1 << 53 { hasLargeInteger = true }
    case .real: hasReal = true
    case nil: hasText = true
    }
  }

  var content: CSVColumnContent {
    if hasText || hasReal && hasLargeInteger { return .text }
    return hasReal ? .real : hasInteger ? .integer : .text
  }
}

/// Whether a column can be the row's own number: integers, all there and all different.
struct CSVIdentifierCheck {
  private var identifiers: [Int64] = []
  private var isAscending = true
  private var isWanting = false

  mutating func observe(_ cell: UnsafeBufferPointer<UInt8>?) {
    guard !isWanting else { return }
    guard let cell, case .integer(let identifier) = CSVNumber(cell) else {
      isWanting = true
      return
    }
    if let last = identifiers.last, last >= identifier { isAscending = false }
    identifiers.append(identifier)
  }

  /// O(n log n) for identifiers out of order.
  var areAllDifferent: Bool {
    if isWanting { return false }
    if isAscending { return true }
    let sorted = identifiers.sorted()
    return zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 }
  }
}
