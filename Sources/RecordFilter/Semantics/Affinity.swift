import RowscopeModel

/// A column's type affinity: the conversion that SQLite applies to a value before comparing it with
/// the column.
///
/// The rules are those of "Determination Of Column Affinity" and "Type Conversions Prior To
/// Comparison" in SQLite's documentation (Datatypes In SQLite, sections 3.1 and 4.2).
package enum Affinity: String, Sendable, Hashable, CaseIterable {
  case integer, real, numeric, text
  /// No conversion; called NONE in older documentation of SQLite.
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

/// How two texts compare. These three are built into SQLite. Columns with any other collation are
/// not supported, because a second backend could not reproduce it.
package enum Collation: String, Sendable, Hashable, CaseIterable {
  /// Byte by byte.
  case binary = "BINARY"
  /// Ignores the case of ASCII letters.
  case nocase = "NOCASE"
  /// Ignores trailing spaces.
  case rtrim = "RTRIM"

  /// SQLite's collation of this name, ignoring ASCII case.
  package init?(named name: String) {
    guard let match = Collation.allCases.first(where: { Name($0.rawValue) == Name(name) }) else {
      return nil
    }
    self = match
  }
}
