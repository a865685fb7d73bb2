import RecordFilter
import RowscopeModel
import TestSupport

/// A condition of a profile, and its meaning in plain SQL.
indirect enum TwinRule {
  case test(Test)
  case and([TwinRule])
  case or([TwinRule])
  case not(TwinRule)
  /// Conditions on the records that a relation leads to, an index of the table's relations.
  case related(table: Int, relation: Int, Quantifier, [TwinRule])

  struct Test {
    var table: Int
    /// The relation to follow first, as an index of the table's relations; nil for a field of the
    /// table itself.
    var relation: Int?
    var column: Int
    var symbol: String
    var operand: Operand
  }

  enum Operand {
    case none
    case value(Value)
    case list([Value])
    case days(Int)
    case reference(String)
    /// Another field of the same record, by its column.
    case field(Int)
  }

  init(on table: Int, of world: TwinWorld, depth: Int, _ random: inout SeededGenerator) {
    switch depth == 0 ? 0 : Int.random(in: 0..<9, using: &random) {
    case 8 where !world.tables[table].relations.isEmpty:
      let relations = world.tables[table].relations
      let relation = relations.indices.randomElement(using: &random) ?? 0
      self = .related(
        table: table, relation: relation,
        Quantifier.allCases.randomElement(using: &random) ?? .some,
        (0..<Int.random(in: 1...2, using: &random)).map { _ in
          TwinRule(on: relations[relation].table, of: world, depth: depth - 1, &random)
        })
    case 0...4: self = .test(Test(on: table, of: world, &random))
    case 5: self = .not(TwinRule(on: table, of: world, depth: depth - 1, &random))
    case 6:
      self = .and((0..<2).map { _ in TwinRule(on: table, of: world, depth: depth - 1, &random) })
    default:
      self = .or(
        (0..<Int.random(in: 2...3, using: &random)).map { _ in
          TwinRule(on: table, of: world, depth: depth - 1, &random)
        })
    }
  }

  func json(_ world: TwinWorld) -> String {
    switch self {
    case .test(let test): test.json(world)
    case .and(let rules): "{\"and\": [\(rules.map { $0.json(world) }.joined(separator: ", "))]}"
    case .or(let rules): "{\"or\": [\(rules.map { $0.json(world) }.joined(separator: ", "))]}"
    case .not(let rule): "{\"not\": \(rule.json(world))}"
    case .related(let table, let relation, let quantifier, let rules):
      "{\"field\": \(SafetyTests.json(world.tables[table].relations[relation].name)), \"operator\": "
        + "\"\(quantifier)\", \"where\": [\(rules.map { $0.json(world) }.joined(separator: ", "))]}"
    }
  }

  /// True or false; unknown is false under either polarity.
  ///
  /// - Parameter row: the name of the row's table in the statement.
  func sql(
    _ world: TwinWorld, row: String, user: TwinUser, isNegated: Bool = false, depth: Int
  ) -> String {
    func parts(_ rules: [TwinRule], _ separator: String) -> String {
      rules.map {
        "(" + $0.sql(world, row: row, user: user, isNegated: isNegated, depth: depth) + ")"
      }.joined(separator: separator)
    }
    switch self {
    case .test(let test):
      guard let holds = test.sql(world, row: row, user: user, depth: depth) else { return "0" }
      return isNegated ? "NOT (\(holds))" : holds
    case .and(let rules): return parts(rules, isNegated ? " OR " : " AND ")
    case .or(let rules): return parts(rules, isNegated ? " AND " : " OR ")
    case .not(let rule):
      return rule.sql(world, row: row, user: user, isNegated: !isNegated, depth: depth)
    case .related(let table, let relation, let quantifier, let rules):
      let step = world.tables[table].relations[relation]
      let (near, far) = (world.tables[table], world.tables[step.table])
      let alias = "related\(depth)"
      func certain(_ isNegated: Bool) -> String {
        TwinRule.and(rules).sql(
          world, row: alias, user: user, isNegated: isNegated, depth: depth + 1)
      }
      func exists(_ condition: String) -> String {
        "EXISTS (SELECT 1 FROM \(far.name.quoted) AS \(alias) WHERE "
          + "\(alias).\(far.columns[step.far].name.quoted) = "
          + "\(row).\(near.columns[step.near].name.quoted) AND (\(condition)))"
      }
      let isOfFailures = quantifier == .every
      if isNegated == (quantifier != .some) { return exists(certain(isOfFailures)) }
      let none = "NOT " + exists("NOT (\(certain(!isOfFailures)))")
      return rules.contains { $0.hasUnknown(user) } ? "\(none) AND \(exists("1"))" : none
    }
  }

  /// Whether a reference in it has no value for the user.
  private func hasUnknown(_ user: TwinUser) -> Bool {
    switch self {
    case .test(let test): test.values(user) == nil
    case .and(let rules), .or(let rules), .related(_, _, _, let rules):
      rules.contains { $0.hasUnknown(user) }
    case .not(let rule): rule.hasUnknown(user)
    }
  }
}

extension TwinRule.Test {
  private static let scalars = [
    "==", "!=", ">", ">=", "<", "<=", "in", "not in", "between", "not between", "like", "not like",
    "starts with",
    "is null", "is not null", "is empty", "is not empty",
  ]
  private static let members = ["==", "!=", "in", "not in", "is empty", "is not empty"]

  init(on table: Int, of world: TwinWorld, _ random: inout SeededGenerator) {
    self.table = table
    if Int.random(in: 0..<4, using: &random) == 0, !world.tables[table].relations.isEmpty {
      relation = world.tables[table].relations.indices.randomElement(using: &random)
    }
    let far = relation.map { world.tables[table].relations[$0].table } ?? table
    let columns = world.tables[far].columns
    column = columns.indices.randomElement(using: &random) ?? 0
    operand = .none
    switch columns[column].kind {
    case _ where world.tables[far].isView:
      symbol = ["is null", "is not null"].randomElement(using: &random) ?? "is null"
    case .array, .link: symbol = Self.members.randomElement(using: &random) ?? "=="
    case .unixDate:
      symbol = ["last days", "next days", "is null"].randomElement(using: &random) ?? "is null"
    case .isoDate:
      symbol = ["is null", "is not null", "like"].randomElement(using: &random) ?? "is null"
    case .plain, .key, .generated: symbol = Self.scalars.randomElement(using: &random) ?? "=="
    }
    if relation == nil, let other = Self.other(than: column, of: world.tables[table], &random),
      Int.random(in: 0..<6, using: &random) == 0
    {
      symbol = ["==", "!=", "<", "<=", ">", ">="].randomElement(using: &random) ?? "=="
      operand = .field(other)
      return
    }
    if relation == nil, world.tables[table].isInTree(column), Bool.random(using: &random) {
      symbol = Bool.random(using: &random) ? "is under" : "is not under"
    }
    let isOrder = [">", ">=", "<", "<=", "between", "not between"].contains(symbol)
    let affinity = Affinity(declaredType: String(columns[column].declaration.prefix { $0 != " " }))
    func value(_ random: inout SeededGenerator) -> Value {
      let place = columns[column].kind == .link ? (TwinWorld.watchers, 2) : (far, column)
      for _ in 0..<5 {
        let value =
          columns[column].kind == .array
          ? [1, 2, 7, "x"].randomElement(using: &random) ?? 1
          : world.value(of: place.0, place.1, key: Int.random(in: 1...9, using: &random), &random)
        // A column of numbers has no order with a text, and says so.
        if isOrder, affinity.isNumeric, case .text = value.asNumberIfText { continue }
        if value.isSayable { return value }
      }
      return 1
    }
    func key(_ random: inout SeededGenerator) -> Value {
      world.value(of: TwinWorld.clients, 0, key: Int.random(in: 1...9, using: &random), &random)
    }
    switch symbol {
    case "==", "!=":
      operand =
        Int.random(in: 0..<3, using: &random) == 0
        ? .reference(
          ["id_user", "attributes.one", "name"].randomElement(using: &random) ?? "id_user")
        : .value(value(&random))
    case ">", ">=", "<", "<=": operand = .value(value(&random))
    case "is under", "is not under":
      switch Int.random(in: 0..<4, using: &random) {
      case 0: operand = .reference("attributes.one")
      case 1: operand = .reference("attributes.many")
      case 2:
        operand = .list((0..<Int.random(in: 0...2, using: &random)).map { _ in key(&random) })
      default: operand = .value(key(&random))
      }
    case "in", "not in":
      operand =
        Int.random(in: 0..<3, using: &random) == 0
        ? .reference(["teams", "attributes.many"].randomElement(using: &random) ?? "teams")
        : .list((0..<Int.random(in: 0...4, using: &random)).map { _ in value(&random) })
    case "between", "not between": operand = .list([value(&random), value(&random)])
    case "like", "not like", "starts with":
      operand = .value(["a", "A", "", "1", "%", "2026"].randomElement(using: &random) ?? "a")
    case "last days", "next days": operand = .days(Int.random(in: 0...5, using: &random))
    default: break
    }
  }

  /// A column to compare with: both hold single values of no declared type.
  private static func other(
    than column: Int, of table: TwinWorld.Table, _ random: inout SeededGenerator
  ) -> Int? {
    func isPlain(_ column: Int) -> Bool {
      switch table.columns[column].kind {
      case .plain, .generated: true
      case .key, .array, .link, .isoDate, .unixDate: false
      }
    }
    guard !table.isView, isPlain(column) else { return nil }
    return table.columns.indices.filter { $0 != column && isPlain($0) }
      .randomElement(using: &random)
  }

  func json(_ world: TwinWorld) -> String {
    let near = world.tables[table]
    let name =
      relation.map {
        near.relations[$0].name + "." + world.tables[near.relations[$0].table].columns[column].name
      }
      ?? near.columns[column].name
    let operand =
      switch self.operand {
      case .none: ""
      case .value(let value): ", \"value\": \(value.json)"
      case .list(let values): ", \"value\": [\(values.map(\.json).joined(separator: ", "))]"
      case .days(let days): ", \"value\": \(days)"
      case .reference(let name): ", \"reference\": \"\(name)\""
      case .field(let column):
        ", \"other_field\": \(SafetyTests.json(near.columns[column].name))"
      }
    return "{\"field\": \(SafetyTests.json(name)), \"operator\": \"\(symbol)\"\(operand)}"
  }

  private var isComplement: Bool { symbol == "!=" || symbol.contains("not ") }

  /// Nil if unknown.
  func sql(_ world: TwinWorld, row: String, user: TwinUser, depth: Int) -> String? {
    let holds: String?
    if let relation {
      let step = world.tables[table].relations[relation]
      let (near, far) = (world.tables[table], world.tables[step.table])
      let alias = "far\(depth)"
      holds = positive(of: step.table, world, row: alias, user: user).map {
        "EXISTS (SELECT 1 FROM \(far.name.quoted) AS \(alias) WHERE "
          + "\(alias).\(far.columns[step.far].name.quoted) = "
          + "\(row).\(near.columns[step.near].name.quoted) AND (\($0)))"
      }
    } else {
      holds = positive(of: table, world, row: row, user: user)
    }
    return holds.map { isComplement ? "NOT (\($0))" : $0 }
  }

  fileprivate func values(_ user: TwinUser) -> [Value]? {
    switch operand {
    case .none, .days, .field: []
    case .value(let value): [value]
    case .list(let values): values
    case .reference("id_user"): [user.id]
    case .reference("name"): ["U"]
    case .reference("teams"): user.teams
    case .reference("attributes.one"): user.one.map { [$0] }
    case .reference: user.many
    }
  }

  /// The test without its `not`.
  private func positive(of table: Int, _ world: TwinWorld, row: String, user: TwinUser) -> String? {
    guard let values = values(user) else { return nil }
    let declared = world.tables[table].columns[column]
    let cell = "\(row).\(declared.name.quoted)"
    func compare(_ symbol: String, _ value: Value) -> String {
      "ifnull(\(cell) \(symbol) \(value.sql), 0)"
    }
    let array =
      "CASE WHEN typeof(\(cell)) = 'text' AND json_valid(\(cell)) THEN CASE WHEN "
      + "json_type(\(cell)) = 'array' THEN \(cell) END END"
    let linked =
      "EXISTS (SELECT 1 FROM watchers AS w WHERE w.task = \(row).id"
      + (world.tables[table].key.count > 1 ? " AND w.team = \(row).team" : "")
    func equal(_ value: Value) -> String {
      if value.isNull {
        return declared.kind == .link
          ? "NOT \(linked) AND w.member IS NOT NULL)" : "\(cell) IS NULL"
      }
      // A whole number and its digits are one member.
      let members = MemberType.any.equals([value]).map(\.sql).joined(separator: ", ")
      switch declared.kind {
      case .array:
        return
          "EXISTS (SELECT 1 FROM json_each(\(array)) AS e WHERE e.value IN (\(members)) AND "
          + "e.type NOT IN ('array', 'object'))"
      case .link: return "\(linked) AND w.member IN (\(members)))"
      default: return compare("=", value)
      }
    }
    if case .field(let other) = operand {
      // Without an affinity of its own, as a bound value.
      let other = "+\(row).\(world.tables[table].columns[other].name.quoted)"
      return "ifnull(\(cell) \(symbol == "!=" ? "=" : symbol) \(other), 0)"
    }
    let ignoresCase = declared.declaration.contains("NOCASE")
    func text(_ expression: String) -> String { ignoresCase ? "lower(\(expression))" : expression }
    switch symbol {
    case "==", "!=", "in", "not in":
      return values.isEmpty ? "0" : values.map { equal($0) }.joined(separator: " OR ")
    case ">", ">=", "<", "<=": return compare(symbol, values[0])
    case "between", "not between":
      return "\(compare(">=", values[0])) AND \(compare("<=", values[1]))"
    case "like", "not like", "starts with":
      let place = symbol == "starts with" ? "= 1" : "> 0"
      return
        "typeof(\(cell)) NOT IN ('null', 'blob') AND instr(\(text("CAST(\(cell) AS TEXT)")), "
        + "\(text(values[0].sql))) \(place)"
    case "is under", "is not under":
      let clients = world.tables[TwinWorld.clients].name.quoted
      let wanted = values.filter { !$0.isNull }.map { "up.id = \($0.sql)" }
      // From the record up, and with the database's own comparisons.
      return wanted.isEmpty
        ? "0"
        : "EXISTS (WITH RECURSIVE up(id, above) AS (SELECT c.id, c.above FROM \(clients) AS c "
          + "WHERE c.id = \(cell) UNION SELECT c.id, c.above FROM up JOIN \(clients) AS c "
          + "ON c.id = up.above) SELECT 1 FROM up WHERE \(wanted.joined(separator: " OR ")))"
    case "is null", "is not null": return equal(.null)
    case "is empty", "is not empty":
      switch declared.kind {
      case .array: return "ifnull(json_array_length(\(array)), 0) = 0"
      case .link: return equal(.null)
      default: return "\(cell) IS NULL OR \(compare("=", ""))"
      }
    case "last days", "next days":
      guard case .days(let days) = operand else { return nil }
      let today = 1_795_305_600
      let first = symbol == "last days" ? today - (days - 1) * 86_400 : today
      return
        "\(compare(">=", .integer(Int64(first)))) AND "
        + "\(compare("<", .integer(Int64(first + days * 86_400))))"
    default: return nil
    }
  }
}

extension Value {
  /// Whether a document can contain it as a value.
  var isSayable: Bool {
    switch self {
    case .null, .blob: false
    case .integer: true
    case .real(let real): real.isFinite
    case .text(let text): text.validString != nil
    }
  }
}
