import RecordFilter
import RowscopeModel

/// Whether a view's text fully determines its records and their values, or leaves a choice to
/// SQLite: which of the tied records a LIMIT keeps, which value a column outside GROUP BY has, in
/// which order a sum is added up.
///
/// SQLite makes such a choice by the order of some index. That order may depend on hidden values,
/// and may differ for another request. So a view counts as nondeterministic unless it is known to
/// be determined.
struct ViewDetermination {
  private let body: ViewBody
  private let tokens: [SQLToken]
  private let columns: [ViewFacts.Column]
  /// All tables that the view reads.
  private let tables: [TableDescription]

  init(_ body: ViewBody, columns: [ViewFacts.Column], reading tables: [TableDescription]) {
    self.body = body
    self.columns = columns
    self.tables = tables
    tokens = body.tokens.filter { !$0.isSymbol(";") }
  }

  /// Deterministic functions that do not depend on row order.
  private static let functions = ViewBody.rowFunctions.union([
    "json", "json_array", "json_array_length", "json_each", "json_object", "json_quote",
    "json_tree",
    "json_type", "json_valid", "exists", "from", "join", "where", "having", "by", "on", "using",
    "values", "materialized", "all", "with", "end", "filter", "isnull", "notnull",
  ])
  /// These may return any of several equal values, so equal values must be identical.
  private static let choosingAggregates: Set<Name> = ["min", "max"]
  private static let aggregates = choosingAggregates.union(["count"])

  /// What is left to SQLite; nil if nothing is.
  var choice: ViewChoice? {
    if let call = tokens.indices.first(where: { !callsAreKnown($0) }) {
      return has("OVER") ? .window : .function(tokens[call].name.string)
    }
    guard !has("UNION", "INTERSECT", "EXCEPT") || unionsKeepAll else { return .union }
    guard tokens.indices.allSatisfy(selectIsSet) else { return .subquery }
    let aggregated = tokens.indices.contains(where: isAggregate)
    let isGrouped = aggregated || has("GROUP", "HAVING")
    let isDistinct = tokens.indices.contains { isDistinctKeyword($0) }
    guard isGrouped || isDistinct || has("LIMIT", "OVER") else { return nil }
    if has("OVER") { return .window }
    // Below, a column name is taken to mean the table column of that name, so no other names are
    // allowed.
    guard body.isOneSelect, tables.allSatisfy({ $0.kind == .table }) else { return .several }
    switch (isGrouped, isDistinct, has("LIMIT")) {
    case (true, false, false): return showsWhatIsGrouped ? nil : .grouping
    case (false, true, false): return showsPlainColumns ? nil : .distinct
    case (false, false, true): return limitsATotalOrder ? nil : .limit
    default: return .several
    }
  }

  private func has(_ keywords: Name...) -> Bool {
    tokens.contains { token in keywords.contains { token.isKeyword($0) } }
  }

  // MARK: Everywhere

  private func opens(_ index: Int) -> Bool {
    index + 1 < tokens.count && tokens[index + 1].isSymbol("(")
  }

  private static func isSymbol(_ token: SQLToken) -> Bool {
    if case .symbol = token.kind { true } else { false }
  }

  private func callsAreKnown(_ index: Int) -> Bool {
    !opens(index) || Self.isSymbol(tokens[index])
      || Self.functions.contains(tokens[index].name)
      || Self.aggregates.contains(tokens[index].name)
  }

  private func isAggregate(_ index: Int) -> Bool {
    opens(index) && !Self.isSymbol(tokens[index]) && Self.aggregates.contains(tokens[index].name)
  }

  /// A nested SELECT must be used as a set of rows: in `IN`, `EXISTS`, `FROM` or a common table
  /// expression. A scalar subquery takes its value from an arbitrary row.
  private func selectIsSet(_ index: Int) -> Bool {
    guard tokens[index].isKeyword("SELECT"), index > 0 else { return true }
    let previous = tokens[index - 1]
    if previous.isKeyword("ALL") { return true }
    if previous.isSymbol(")") { return tokens[0].isKeyword("WITH") }
    guard previous.isSymbol("("), index > 1 else { return false }
    return ["IN", "EXISTS", "FROM", "JOIN", "AS", "MATERIALIZED"].contains {
      tokens[index - 2].isKeyword($0)
    }
  }

  /// Without ALL, one of several equal rows is kept.
  private var unionsKeepAll: Bool {
    !has("INTERSECT", "EXCEPT")
      && tokens.indices.allSatisfy { index in
        !tokens[index].isKeyword("UNION")
          || index + 1 < tokens.count && tokens[index + 1].isKeyword("ALL")
      }
  }

  /// `count(DISTINCT x)` does not count: its result is a number.
  private func isDistinctKeyword(_ index: Int) -> Bool {
    guard tokens[index].isKeyword("DISTINCT") else { return false }
    return index < 2 || !tokens[index - 1].isSymbol("(") || tokens[index - 2].name != "count"
  }

  // MARK: Parts

  /// The tokens from a keyword outside parentheses to the next of these keywords.
  private func clause(_ keyword: Name, until ends: [Name]) -> ArraySlice<SQLToken>? {
    var depth = 0
    var start: Int?
    for (index, token) in tokens.enumerated() {
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      guard depth == 0 else { continue }
      if let start, ends.contains(where: { token.isKeyword($0) }) { return tokens[start..<index] }
      if start == nil, token.isKeyword(keyword) { start = index + 1 }
    }
    return start.map { tokens[$0...] }
  }

  private func terms(_ tokens: ArraySlice<SQLToken>) -> [ArraySlice<SQLToken>] {
    var depth = 0
    return tokens.split(omittingEmptySubsequences: false) { token in
      if token.isSymbol("(") { depth += 1 }
      if token.isSymbol(")") { depth -= 1 }
      return depth == 0 && token.isSymbol(",")
    }
  }

  private var selected: [ArraySlice<SQLToken>] {
    clause("SELECT", until: ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT"]).map(terms) ?? []
  }

  /// The name that the tokens consist of, as written (`e.name` and `name` differ); nil if they are
  /// anything else.
  private func named(_ tokens: ArraySlice<SQLToken>) -> [Name]? {
    let parts = Array(tokens)
    let isName = parts.enumerated().allSatisfy { index, token in
      index % 2 == 0 ? !Self.isSymbol(token) : token.isSymbol(".")
    }
    return isName && parts.count % 2 == 1 ? parts.map(\.name) : nil
  }

  /// Whether equal values are identical in all columns of this name. `a` and `A` are equal under
  /// NOCASE, and 1 and 1.0 in a column without affinity. (A column of integers may hold one real
  /// that SQLite does not convert and that equals an integer, -2^63.)
  private func equalMeansIdentical(_ name: [Name]) -> Bool {
    let found = tables.compactMap { table in name.last.flatMap { table.column($0) } }
    return !found.isEmpty
      && found.allSatisfy {
        $0.collation == .binary && $0.affinity != .blob && !$0.isGenerated
      }
  }

  // MARK: GROUP BY

  private var showsWhatIsGrouped: Bool {
    var grouped: Set<[Name]> = []
    if let clause = clause("GROUP", until: ["HAVING", "ORDER"])?.dropFirst() {
      for term in terms(clause) {
        guard let name = named(term), equalMeansIdentical(name) else { return false }
        grouped.insert(name)
      }
    }
    let having = clause("HAVING", until: ["ORDER"]).map { [$0] } ?? []
    return (selected + having).allSatisfy { isGrouped($0, grouped) }
  }

  private static let operators: Set<Name> = [
    "and", "or", "not", "is", "null", "case", "when", "then", "else", "end", "between", "like",
    "in",
    "isnull", "notnull",
  ]

  /// Whether an expression consists of aggregates and GROUP BY columns.
  private func isGrouped(_ expression: ArraySlice<SQLToken>, _ grouped: Set<[Name]>) -> Bool {
    var index = expression.startIndex
    while index < expression.endIndex {
      let token = expression[index]
      if Self.isSymbol(token) {
        // All columns, or a multiplication, which need not be told apart.
        if token.isSymbol("*") { return false }
        index += 1
      } else if token.isKeyword("AS") {
        index += 2
      } else if opens(index), Self.aggregates.contains(token.name) || token.isKeyword("FILTER") {
        guard let end = closing(index + 1) else { return false }
        if Self.choosingAggregates.contains(token.name) {
          guard let name = named(expression[(index + 2)..<end]), equalMeansIdentical(name) else {
            return false
          }
        }
        index = end + 1
      } else if opens(index) {
        index += 1
      } else {
        var end = index + 1
        while end + 1 < expression.endIndex, expression[end].isSymbol(".") { end += 2 }
        let name = expression[index..<end].map(\.name)
        let isFixed =
          name.count == 1
          && (token.isNumber || isAlias(token.name)
            || Self.operators.contains { token.isKeyword($0) })
        // The column must be written as in GROUP BY.
        guard isFixed || grouped.contains(name) else { return false }
        index = end
      }
    }
    return true
  }

  /// Whether a name is only an alias of a selected expression, which is checked itself.
  private func isAlias(_ name: Name) -> Bool {
    tables.allSatisfy { $0.column(name) == nil }
      && selected.contains { item in
        item.dropLast().last?.isKeyword("AS") == true && item.last?.name == name
      }
  }

  /// The index of the parenthesis that closes the one at `open`.
  private func closing(_ open: Int) -> Int? {
    var depth = 0
    for index in open..<tokens.count {
      if tokens[index].isSymbol("(") { depth += 1 }
      if tokens[index].isSymbol(")") { depth -= 1 }
      if depth == 0 { return index }
    }
    return nil
  }

  // MARK: DISTINCT and LIMIT

  private var showsPlainColumns: Bool {
    selected.enumerated().allSatisfy { index, item in
      var item = index == 0 ? item.dropFirst() : item
      if let alias = item.firstIndex(where: { $0.isKeyword("AS") }) { item = item[..<alias] }
      return named(item).map(equalMeansIdentical) ?? false
    }
  }

  /// Whether the order ends with the primary key of the only table, so that LIMIT has no ties to
  /// break.
  private var limitsATotalOrder: Bool {
    guard tables.count == 1, tables[0].keyIsTotal, !body.hasColumnList,
      !has("JOIN"),
      let source = clause("FROM", until: ["WHERE", "ORDER", "LIMIT"]),
      !source.contains(where: { $0.isSymbol(",") || $0.isSymbol("(") }),
      let order = clause("ORDER", until: ["LIMIT"])?.dropFirst()
    else { return false }
    let directions: [Name] = ["ASC", "DESC", "NULLS", "FIRST", "LAST"]
    let ordered = Set(
      terms(order).compactMap { term in
        named(term.filter { token in !directions.contains { token.isKeyword($0) } }[...])?.last
      })
    return tables[0].columns.filter { $0.keyPosition > 0 }.allSatisfy { key in
      // An alias would take precedence over the column of the same name.
      ordered.contains(key.name)
        && columns.allSatisfy { column in
          // SQLite tells columns of one name apart by `:1` and so on.
          Name(column.name.string.cut(atByte: ":")?.before ?? column.name.string) != key.name
            || column.base == ColumnKey(table: tables[0].name, column: key.name)
        }
    }
  }
}

extension SQLToken {
  fileprivate var isNumber: Bool {
    guard case .word = kind, let first = name.string.utf8.first else { return false }
    return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
  }
}
