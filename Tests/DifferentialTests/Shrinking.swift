import FilterSQL
import RecordFilter
import RowscopeModel

/// Reduces a failing case: fewer rows first, then a smaller query, as long as the engines still
/// differ.
struct Shrinking {
  var world: World
  var query: Query
  var withIndexes = false

  private static func differs(_ world: World, _ query: Query, _ withIndexes: Bool) -> Bool {
    guard let engines = try? Engines(world, withIndexes: withIndexes) else { return false }
    return (try? engines.difference(query)) ?? nil != nil
  }

  mutating func run() {
    for _ in 0..<2 {
      shrinkRows()
      shrinkQuery()
    }
  }

  private mutating func shrinkRows() {
    for table in world.rows.indices {
      var size = max(1, world.rows[table].count / 2)
      while size >= 1 {
        var start = 0
        while start < world.rows[table].count {
          var smaller = world
          let end = min(start + size, world.rows[table].count)
          smaller.rows[table].removeSubrange(start..<end)
          if Self.differs(smaller, query, withIndexes) { world = smaller } else { start += size }
        }
        size /= 2
      }
    }
  }

  private mutating func shrinkQuery() {
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in Self.smaller(query) where Self.differs(world, candidate, withIndexes) {
        query = candidate
        isSmaller = true
        break
      }
    }
  }

  private static func smaller(_ query: Query) -> [Query] {
    var candidates: [Query] = []
    func with(_ change: (inout Query) -> Void) {
      var copy = query
      change(&copy)
      if copy != query { candidates.append(copy) }
    }
    with { $0.start = .first }
    with { $0.limit = nil }
    for filter in smaller(query.scope) { with { $0.scope = filter } }
    for filter in smaller(query.request) { with { $0.request = filter } }
    for index in query.tests.indices {
      with { $0.tests.remove(at: index) }
      for filter in smaller(query.tests[index]) { with { $0.tests[index] = filter } }
    }
    if query.start == .first, query.order.count > 1 {
      for index in query.order.indices.dropLast() { with { $0.order.remove(at: index) } }
    }
    for index in query.projection.indices where query.projection.count > 1 {
      with { $0.projection.remove(at: index) }
    }
    return candidates
  }

  private static func smaller(_ filter: Filter) -> [Filter] {
    switch filter {
    case .always, .never: return []
    case .comparison: return [.always]
    case .term(let term):
      guard case .isOneOf(let values) = term.test, values.count > 1 else { return [.always] }
      return [.always]
        + values.indices.map { index in
          var fewer = values
          fewer.remove(at: index)
          return .term(Term(term.field, .isOneOf(fewer), isComplement: term.isComplement))
        }
    case .under(let tree):
      return [.always]
        + smaller(tree.step).map { step in
          var copy = tree
          copy.step = step
          return .under(copy)
        }
    case .related(let related):
      return [.always]
        + smaller(related.filter).map { inner in
          var copy = related
          copy.filter = inner
          return .related(copy)
        }
    case .conjunction(let parts):
      return parts
        + parts.indices.flatMap { index in
          smaller(parts[index]).map { part in
            .all(parts.enumerated().map { $0.offset == index ? part : $0.element })
          }
        }
    case .disjunction(let parts):
      return parts
        + parts.indices.flatMap { index in
          smaller(parts[index]).map { part in
            .any(parts.enumerated().map { $0.offset == index ? part : $0.element })
          }
        }
    }
  }

  /// The case as text that can be pasted into a test.
  func report() -> String {
    var lines = (world.definitions + (withIndexes ? world.indexes : [])).map { "\($0);" }
    for (table, rows) in world.rows.enumerated() {
      let columns = world.writable[table].joined(separator: ", ")
      for row in rows {
        let values = row.map(\.literal).joined(separator: ", ")
        lines.append(
          "INSERT INTO \(world.schema.tables[table].name)(\(columns)) VALUES (\(values));")
      }
    }
    lines.append("-- \(query)".replacing("RecordFilter.", with: "").replacing("\u{0}", with: "␀"))
    if let sql = try? QueryCompiler(schema: world.schema).select(query) {
      lines.append("\(sql.text) -- \(sql.bindings.map(\.literal))")
    }
    if let engines = try? Engines(world, withIndexes: withIndexes),
      let difference = try? engines.difference(query)
    {
      lines.append(difference)
    }
    return lines.joined(separator: "\n")
  }
}

extension Value {
  /// As SQL, with text as bytes so that it survives printing.
  var literal: String {
    switch self {
    case .null: "NULL"
    case .integer(let integer): "\(integer)"
    case .real(let real): real.isInfinite ? (real < 0 ? "-9e999" : "9e999") : "\(real)"
    case .text(let text):
      if let string = text.validString,
        string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x27 })
      {
        "'\(string)'"
      } else {
        "CAST(x'\(Self.hexadecimal(text.bytes))' AS TEXT)"
      }
    case .blob(let bytes): "x'\(Self.hexadecimal(bytes))'"
    }
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
