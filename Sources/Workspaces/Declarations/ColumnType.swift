internal import RecordFilter
import RowscopeModel

/// The SQL types that a CSV column may be declared to have: `TEXT`, `DECIMAL(10,2)`,
/// `TEXT COLLATE NOCASE`.
///
/// SQLite accepts any word as a type and gives a column of type `TEX` numeric affinity, so the
/// first word must be one of these.
package enum ColumnType {
  package static let names = [
    "INTEGER", "REAL", "NUMERIC", "TEXT", "INT", "DOUBLE", "FLOAT", "DECIMAL", "CHAR", "VARCHAR",
    "NVARCHAR", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "JSON",
  ]

  /// The type without its collation, and the collation; for a type without a ``fault(in:)``.
  static func parts(of type: String) -> (name: String, collation: Collation) {
    let words = type.split(atByte: " ")
    guard let place = words.firstIndex(where: { Name($0) == "COLLATE" }) else {
      return (words.joined(separator: " "), .binary)
    }
    let collation = place + 1 < words.count ? Collation(named: words[place + 1]) : nil
    return (words[..<place].joined(separator: " "), collation ?? .binary)
  }

  /// The first unknown word of a type, with the words allowed in its place; nil if the type is
  /// valid.
  static func fault(in type: String) -> (word: String, known: [String])? {
    let words = type.split(atByte: " ")
    let first = words.first ?? ""
    let base = first.cut(atByte: "(")?.before ?? first
    guard names.contains(where: { Name($0) == Name(base) }) else { return (first, names) }
    guard let collate = words.firstIndex(where: { Name($0) == "COLLATE" }) else { return nil }
    let collation = collate + 1 < words.count ? words[collate + 1] : ""
    guard Collation(named: collation) != nil else {
      return (collation, Collation.allCases.map(\.rawValue))
    }
    return nil
  }
}
