internal import RecordFilter

/// How a column's cells are stored.
enum CSVColumnContent: Hashable {
  case integer, real, text
  /// Declared: SQLite gets the text and applies the column's affinity.
  case declared(Affinity)

  /// Whether the column accepts only numbers. A column declared `DATE` or `DECIMAL` (NUMERIC
  /// affinity) stores other text unchanged, as in SQLite.
  var isNumber: Bool {
    switch self {
    case .integer, .real, .declared(.integer), .declared(.real): true
    case .text, .declared(.numeric), .declared(.text), .declared(.blob): false
    }
  }

  /// The SQL type of an inferred column.
  var sqlType: String {
    switch self {
    case .integer: "INTEGER"
    case .real: "REAL"
    case .text, .declared: "TEXT"
    }
  }
}

/// Infers a column's type from its cells: INTEGER if all are integers, REAL if all are numbers and
/// at least one has a fraction, otherwise TEXT. A column without values is TEXT.
///
/// An empty quoted cell does not make a column TEXT, and is NULL in a column of numbers: programs
/// that quote every cell write NULL this way.
struct CSVTypeInference {
  private var hasInteger = false
  private var hasReal = false
  private var hasText = false
  /// Whether there is an integer that a double cannot hold; such a column must not become REAL.
  private var hasLargeInteger = false
  /// The cells that say that there is no number. They make a column of numbers TEXT as any text
  /// does, since only the data's owner knows what they mean.
  private(set) var standIns = CSVStandIns()
  /// What the first cells are, where some of them are neither numbers nor such words.
  private(set) var sample = CSVSample()

  /// - Parameter isQuoted: whether the cell is in quotes, and so is meant as text. Only asked of
  ///   what is no number.
  mutating func observe(
    _ cell: UnsafeBufferPointer<UInt8>?, isQuoted: @autoclosure () -> Bool
  ) {
    guard !hasText || sample.hasRoom, let cell, !cell.isEmpty else { return }
    switch CSVNumber(cell) {
    case .integer(let integer):
      hasInteger = true
      if integer.magnitude > 1 << 53 { hasLargeInteger = true }
      sample.countNumber()
    case .real:
      hasReal = true
      sample.countNumber()
    case nil:
      if hasText || isQuoted() || !standIns.count(cell) {
        hasText = true
        sample.count(cell)
      }
    }
  }

  /// Whether the column would hold numbers but for ``standIns``, or for a few texts among many.
  var hidesNumbers: Bool {
    hasText
      ? sample.isMostlyNumbers : !standIns.words.isEmpty && (hasInteger || hasReal)
  }

  var content: CSVColumnContent {
    if hasText || !standIns.words.isEmpty || hasReal && hasLargeInteger { return .text }
    return hasReal ? .real : hasInteger ? .integer : .text
  }
}

/// Checks whether a column can be the rowid: distinct integers without NULL.
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

  /// O(n log n) if the identifiers are not in order.
  var areAllDifferent: Bool {
    if isWanting { return false }
    if isAscending { return true }
    let sorted = identifiers.sorted()
    return zip(sorted, sorted.dropFirst()).allSatisfy { $0 < $1 }
  }
}
