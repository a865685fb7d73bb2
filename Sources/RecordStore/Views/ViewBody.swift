import RowscopeModel

/// What a view's text says about which columns influence which. It errs on the safe side: a name
/// that looks like a keyword can only make a view seem more complex than it is.
struct ViewBody {
  /// Whether it is a single SELECT, without nested ones or joins by common names, which could hide
  /// where a value comes from.
  let isOneSelect: Bool
  /// Whether it uses NATURAL or USING joins.
  let joinsBySameName: Bool
  /// Whether the rows are all rows of one table, so that a column reveals nothing but its own
  /// values.
  let readsOnlyWhatItShows: Bool
  /// Whether duplicates are removed, so that each column affects the number of rows.
  let isDistinct: Bool
  /// Every name after FROM. If a column's alias is among them, that column may affect the rows, and
  /// SQLite does not report the second use.
  let namesAfterFrom: Set<Name>
  /// Every whole number after ORDER or GROUP, which may refer to a column by position.
  let numbersInOrder: Set<Int>
  /// Whether the view declares column names, which hide its aliases.
  let hasColumnList: Bool
  /// The tokens from SELECT, WITH or VALUES on.
  let tokens: [SQLToken]
  /// The text of the whole definition.
  let sql: String

  /// Functions of a single row, and keywords that may precede a parenthesis. With an aggregate or
  /// window function, one column could choose the row of another.
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
    self.sql = sql
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

extension ViewBody {
  /// Functions that know the time, if they are asked for it: `date('now')` or, without an argument,
  /// `date()`. Which text an argument holds is not looked at.
  private static let clockFunctions: Set<Name> = [
    "date", "time", "datetime", "julianday", "strftime", "timediff", "unixepoch",
  ]
  private static let clockKeywords: Set<Name> = [
    "current_date", "current_time", "current_timestamp",
  ]

  /// Whether its records may depend on the time.
  var readsClock: Bool {
    tokens.indices.contains { index in
      let token = tokens[index]
      if case .word = token.kind, Self.clockKeywords.contains(token.name) { return true }
      return Self.clockFunctions.contains(token.name)
        && tokens.indices.contains(index + 1) && tokens[index + 1].isSymbol("(")
    }
  }
}
