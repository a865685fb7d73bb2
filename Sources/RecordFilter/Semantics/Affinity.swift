import RowscopeModel

/// A column's type affinity: what SQLite turns a value into before it compares it with the column.
///
/// The rules are those of "Determination Of Column Affinity" and "Type Conversions Prior To Comparison" in SQLite's
/// documentation (Datatypes In SQLite, sections 3.1 and 4.2).
package enum Affinity: String, Sendable, Hashable, CaseIterable {
  case integer, real, numeric, text
  /// No conversion at all; called NONE in SQLite's older texts.
  case blob

  /// The affinity of a column declared with this type.
  package init(declaredType: String) {
    let type = declaredType.utf8.map(\.asciiLowercased)
    func mentions(_ word: String) -> Bool { type.contains(word) }
    if mentions("int") {
      self = .integer
    } else if mentions("char") || mentions("clob") || mentions("text") {
      self = .text
    } else if type.isEmpty || mentions("blob") {
      self = .blob
    } else if mentions("real") || mentions("floa") || mentions("doub") {
      self = .real
    } else {
      self = .numeric
    }
  }

  /// Whether text that looks like a number is compared as that number.
  package var isNumeric: Bool {
    switch self {
    case .integer, .real, .numeric: true
    case .text, .blob: false
    }
  }
}

extension [UInt8] {
  fileprivate func contains(_ word: String) -> Bool {
    let word = Array(word.utf8)
    guard count >= word.count else { return false }
    return (0...(count - word.count)).contains { self[$0..<($0 + word.count)].elementsEqual(word) }
  }
}

/// How two texts compare. These three are built into SQLite; a column with any other is not supported, since no second
/// backend could agree on it.
package enum Collation: String, Sendable, Hashable, CaseIterable {
  /// Byte by byte.
  case binary = "BINARY"
  /// ASCII letters without case.
  case nocase = "NOCASE"
  /// Trailing spaces do not count.
  case rtrim = "RTRIM"

  /// The collation that SQLite knows by this name, without regard to ASCII case.
  package init?(named name: String) {
    guard let match = Collation.allCases.first(where: { Name($0.rawValue) == Name(name) }) else {
      return nil
    }
    self = match
  }
}
