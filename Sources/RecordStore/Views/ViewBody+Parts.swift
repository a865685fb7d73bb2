import RecordFilter
import RowscopeModel

/// The SELECTs that UNION, INTERSECT and EXCEPT combine.
extension ViewBody {
  struct Part {
    let text: String
    /// What it selects.
    let items: [Item]
  }

  /// An expression in a list of columns.
  enum Item: Equatable {
    /// A literal that no conversion changes.
    case null
    case literal(Affinity)
    case expression
  }

  private static let operators: [Name] = ["UNION", "INTERSECT", "EXCEPT"]

  /// Whether it combines several SELECTs, anywhere in it.
  var isCompound: Bool {
    tokens.contains { token in Self.operators.contains { token.isKeyword($0) } }
  }

  /// The parts of a view that is nothing but several SELECTs combined. Nil for any other.
  var parts: [Part]? {
    var parts: [[SQLToken]] = [[]]
    var depth = 0
    for token in tokens where !token.isSymbol(";") {
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      let isOperator = Self.operators.contains { token.isKeyword($0) }
      if isOperator, depth > 0 { return nil }
      if isOperator {
        parts.append([])
      } else if token.isKeyword("ALL"), parts.count > 1, parts.last?.isEmpty == true {
        // The ALL of UNION ALL.
      } else {
        parts[parts.count - 1].append(token)
      }
    }
    let bytes = Array(sql.utf8)
    var found: [Part] = []
    for part in parts {
      guard let first = part.first, let last = part.last, first.isKeyword("SELECT") else {
        return nil
      }
      let text = bytes[first.range.lowerBound..<last.range.upperBound]
      found.append(
        Part(text: String(decoding: text, as: UTF8.self), items: items(of: part[...], in: bytes)))
    }
    return found
  }

  /// The items of a column list. An item `t.*` stands for several columns, so the list is then
  /// empty.
  private func items(of part: ArraySlice<SQLToken>, in bytes: [UInt8]) -> [Item] {
    var depth = 0
    var items: [ArraySlice<SQLToken>] = []
    var start = part.startIndex + 1
    for index in part.indices.dropFirst() {
      let token = part[index]
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      guard depth == 0 else { continue }
      if token.isSymbol("*") { return [] }
      if token.isSymbol(",") || token.isKeyword("FROM") {
        items.append(part[start..<index])
        start = index + 1
        if token.isKeyword("FROM") { break }
      }
    }
    return items.map { Self.item($0, in: bytes) }
  }

  /// A literal, with or without a name for its column.
  private static func item(_ tokens: ArraySlice<SQLToken>, in bytes: [UInt8]) -> Item {
    guard let first = tokens.first else { return .expression }
    let rest = tokens.dropFirst()
    let isAlone =
      rest.isEmpty || rest.count == 2 && rest.first?.isKeyword("AS") == true
      || rest.count == 1 && rest.first?.name != ""
    guard isAlone else { return .expression }
    let text = bytes[first.range]
    if first.isKeyword("NULL") { return .null }
    if text.first == UInt8(ascii: "'") { return .literal(.text) }
    let isDigits = text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isDigits ? .literal(.integer) : .expression
  }
}
