import RowscopeModel

/// What a view's text says about how far its columns can be told apart. Everything here is on the safe side: a
/// name that looks like a keyword makes a view less simple than it is, never simpler.
struct ViewBody {
  /// One SELECT and nothing that hides where a value comes from: no second one, in any place, and no join by
  /// same names.
  let isOneSelect: Bool
  /// Whether it joins by NATURAL or USING.
  let joinsBySameName: Bool
  /// Whether the rows are those of one table, all of them, so that a column tells nothing but itself.
  let readsOnlyWhatItShows: Bool
  /// Whether one of equal rows is kept, so that each column decides how many rows there are.
  let isDistinct: Bool
  /// Every name after FROM: one that is a column's alias lets that column decide about rows, and SQLite does not
  /// report it as read again.
  let namesAfterFrom: Set<Name>
  /// Every whole number after ORDER or GROUP: it may stand for the column of that number.
  let numbersInOrder: Set<Int>
  /// Whether the view renames its columns, so that its aliases are not known.
  let hasColumnList: Bool
  /// From SELECT, WITH or VALUES on.
  let tokens: [SQLToken]

  /// Functions of one row's values. An aggregate or a window function would let one column choose the row of
  /// another. Keywords that may stand before a parenthesis are among them.
  static let rowFunctions: Set<Name> = [
    "abs", "coalesce", "date", "datetime", "format", "hex", "ifnull", "iif", "instr",
    "json_extract",
    "julianday", "length", "lower", "ltrim", "nullif", "printf", "quote", "replace", "round",
    "rtrim",
    "sign", "strftime", "substr", "substring", "time", "trim", "typeof", "unicode", "unixepoch",
    "upper", "cast", "in", "and", "or", "not", "case", "when", "then", "else", "between", "like",
    "is",
    "select", "as", "glob",
  ]

  private static let clauses: Set<Name> = [
    "where", "group", "order", "limit", "having", "window", "join", "left", "cross", "inner",
    "full",
    "right", "natural", "on", "using",
  ]

  init(sql: String) {
    // CREATE VIEW name(columns) AS SELECT …
    let tokens = SQLTokenizer.tokens(of: sql)
    let start = tokens.firstIndex { $0.isKeyword("AS") } ?? tokens.startIndex
    let body = tokens[start...].dropFirst()
    func has(_ keywords: Name...) -> Bool {
      body.contains { token in keywords.contains { token.isKeyword($0) } }
    }
    self.tokens = Array(body)
    hasColumnList = tokens[..<start].contains { $0.isSymbol("(") }
    let from = body.firstIndex { $0.isKeyword("FROM") } ?? body.startIndex
    let order =
      body[from...].firstIndex { $0.isKeyword("ORDER") || $0.isKeyword("GROUP") } ?? body.endIndex
    namesAfterFrom = Set(body[from...].map(\.name))
    numbersInOrder = Set(body[order...].compactMap { Self.number($0.name.string) })
    isDistinct = has("DISTINCT")
    joinsBySameName = has("NATURAL", "USING")
    isOneSelect =
      body.first?.isKeyword("SELECT") == true && body.count { $0.isKeyword("SELECT") } == 1
      && !has("WITH", "UNION", "INTERSECT", "EXCEPT", "VALUES", "NATURAL", "USING")
    readsOnlyWhatItShows =
      isOneSelect && !has("DISTINCT", "OVER", "FILTER") && Self.showsAllRows(body)
  }

  private static func number(_ word: String) -> Int? {
    let digits = word.lowercased().replacing("_", with: "")
    return digits.hasPrefix("0x") ? Int(digits.dropFirst(2), radix: 16) : Int(digits)
  }

  private static func showsAllRows(_ body: ArraySlice<SQLToken>) -> Bool {
    guard let from = body.firstIndex(where: { $0.isKeyword("FROM") }) else { return false }
    let list = body[..<from]
    let source = body[(from + 1)...].filter { !$0.isSymbol(";") && !$0.isSymbol(".") }
    let isOneTable =
      !source.isEmpty && source.count <= 4
      && source.allSatisfy { token in
        if case .symbol = token.kind { false } else { !clauses.contains(token.name) }
      }
    let callsRowFunctions = zip(list, list.dropFirst()).allSatisfy { token, next in
      guard next.isSymbol("(") else { return true }
      if case .symbol = token.kind { return true }
      return rowFunctions.contains(token.name)
    }
    return isOneTable && callsRowFunctions
  }
}
