import AccessProfiles
import RecordFilter
import RowscopeModel
import TestSupport

/// A profile and a user as the generator makes them, with their meaning in plain SQL.
struct TwinProfile {
  struct Grant {
    /// Written as `"*"`.
    var isEverything = false
    var rules: [TwinRule] = []
    /// Which records may be edited and deleted.
    var edited: [TwinRule] = []
    var deleted: [TwinRule] = []
    /// Fields with what they are set to in new records.
    var presets: [(column: Int, value: Value)] = []
    var excluded: [Int] = []
    var readonly: [Int] = []
    /// Keys that do not affect reading.
    var flags: [String: Bool] = [:]
  }

  var grants: [Int: Grant] = [:]
  /// Whether `"*"` enables the tables without a grant of their own.
  var enablesOthers = false
  var disabled: Set<Int> = []

  init(_ world: TwinWorld, _ random: inout SeededGenerator) {
    enablesOthers = Int.random(in: 0..<4, using: &random) == 0
    for table in world.tables.indices {
      if Int.random(in: 0..<16, using: &random) == 0 { disabled.insert(table) }
      guard table == TwinWorld.tasks || Int.random(in: 0..<8, using: &random) > 0 else { continue }
      var grant = Grant()
      if Int.random(in: 0..<10, using: &random) == 0 {
        grant.isEverything = true
      } else {
        let share = Int.random(in: 0...4, using: &random)
        for column in world.tables[table].columns.indices
        where Int.random(in: 0..<10, using: &random) < share {
          grant.excluded.append(column)
        }
        if Bool.random(using: &random), !world.tables[table].columns.isEmpty {
          grant.readonly = [world.tables[table].columns.indices.randomElement(using: &random) ?? 0]
        }
        for _ in 0..<max(0, Int.random(in: -1...2, using: &random)) {
          grant.rules.append(TwinRule(on: table, of: world, depth: 2, &random))
        }
        if Bool.random(using: &random) { grant.flags["can_edit"] = Bool.random(using: &random) }
      }
      grants[table] = grant
    }
    disabled.remove(TwinWorld.tasks)
    // A user who sees everything may read the view, and SQLite is free to choose its records.
    if world.tables[TwinWorld.view].isNondeterministic,
      seesEverything(of: TwinWorld.tasks, in: world)
    {
      disabled.insert(TwinWorld.view)
    }
  }

  func json(_ world: TwinWorld) -> String {
    var enabled = grants.sorted { $0.key < $1.key }.map { table, grant in
      let name = SafetyTests.json(world.tables[table].name)
      if grant.isEverything { return "\(name): \"*\"" }
      var members: [String] = []
      for (key, rules) in [
        ("data", grant.rules), ("edit_data", grant.edited), ("delete_data", grant.deleted),
      ] where !rules.isEmpty {
        members.append("\"\(key)\": [\(rules.map { $0.json(world) }.joined(separator: ", "))]")
      }
      if !grant.presets.isEmpty {
        let presets = grant.presets.map { preset in
          SafetyTests.json(world.tables[table].columns[preset.column].name)
            + ": {\"value\": \(preset.value.json)}"
        }
        members.append("\"presets\": {\(presets.joined(separator: ", "))}")
      }
      func names(_ columns: [Int]) -> String {
        columns.map { SafetyTests.json(world.tables[table].columns[$0].name) }.joined(
          separator: ", ")
      }
      if !grant.excluded.isEmpty {
        members.append("\"fields_excluded\": [\(names(grant.excluded))]")
      }
      if !grant.readonly.isEmpty {
        members.append("\"fields_readonly\": [\(names(grant.readonly))]")
      }
      members += grant.flags.sorted { $0.key < $1.key }.map { "\"\($0)\": \($1 ? 1 : 0)" }
      return "\(name): {\(members.joined(separator: ", "))}"
    }
    if enablesOthers { enabled.append("\"*\": \"*\"") }
    let disabled = disabled.sorted().map { SafetyTests.json(world.tables[$0].name) }
    return
      "{\"tables_enabled\": {\(enabled.joined(separator: ", "))}, \"tables_disabled\": "
      + "[\(disabled.joined(separator: ", "))]}"
  }

  // MARK: Meaning

  func reaches(_ table: Int) -> Bool {
    !disabled.contains(table) && (grants[table] != nil || enablesOthers)
  }

  /// The columns hidden from the profile's users, in any table, with everything derived from them.
  func hidden(_ world: TwinWorld) -> Set<TwinWorld.Place> {
    var hidden: Set<TwinWorld.Place> = []
    for (index, table) in world.tables.enumerated() {
      let columns =
        disabled.contains(index) ? Array(table.columns.indices) : grants[index]?.excluded ?? []
      for column in columns { hidden.insert(TwinWorld.Place(table: index, column: column)) }
    }
    while true {
      let more = world.places.filter { place in
        !hidden.contains(place)
          && world.tables[place.table].columns[place.column].sources.contains {
            hidden.contains($0)
          }
      }
      if more.isEmpty { return hidden }
      hidden.formUnion(more)
    }
  }

  private func seesEverything(of table: Int, in world: TwinWorld) -> Bool {
    reaches(table) && (grants[table]?.rules ?? []).isEmpty
      && !hidden(world).contains { $0.table == table }
  }

  /// The columns of a table that a user sees.
  func visible(_ table: Int, of world: TwinWorld) -> [Int] {
    guard reaches(table),
      !world.tables[table].isNondeterministic || seesEverything(of: TwinWorld.tasks, in: world)
    else { return [] }
    let hidden = hidden(world)
    return world.tables[table].columns.indices.filter {
      !hidden.contains(TwinWorld.Place(table: table, column: $0))
    }
  }

  /// The SQL condition for a user's records, and for more of them by an act's rules.
  func scope(
    _ table: Int, of world: TwinWorld, for user: TwinUser, _ act: [TwinRule] = []
  ) -> String {
    let name = world.tables[table].name.quoted
    var parts = ((grants[table]?.rules ?? []) + act).map {
      $0.sql(world, row: name, user: user, depth: 0)
    }
    parts.append(user.limit(table, of: world, row: name))
    return parts.map { "(\($0))" }.joined(separator: " AND ")
  }
}

extension TwinWorld {
  var places: [Place] {
    tables.indices.flatMap { table in
      tables[table].columns.indices.map { Place(table: table, column: $0) }
    }
  }
}

struct TwinUser {
  var id: Value = 7
  /// The numbers of the user's profiles, and of those by which the access is narrowed.
  var profiles = [0]
  var narrowing: [Int] = []
  var userType: String?
  var teams: [Value] = []
  /// The attribute `one` is a value, and `many` a list; nil if the user has none.
  var one: Value?
  var many: [Value]?

  init(profiles: [Int] = [0], _ random: inout SeededGenerator) {
    self.profiles = profiles
    id = [7, 8, 9, "7", "x"].randomElement(using: &random) ?? 7
    userType =
      [nil, nil, nil, "admin", "user", "guest"][
        min(Int.random(in: 0..<11, using: &random) / 2, 5)]
    teams = [[7, 8], [9], [], ["x", 7]].randomElement(using: &random) ?? []
    one = [Value?.none, 1, "a", 7].randomElement(using: &random) ?? Value?.none
    many =
      [[Value]?.none, [], [1, "a"], ["b", 7, 2]].randomElement(using: &random) ?? [Value]?.none
  }

  var user: User {
    var attributes: [Text: User.Attribute] = [:]
    if let one { attributes["one"] = .scalar(one) }
    if let many { attributes["many"] = .list(many) }
    let user = User(
      id: id, name: "U", profiles: profiles.map { "p\($0)" }, userType: userType, teams: teams,
      attributes: attributes)
    return narrowing.reduce(user) { $0.narrowed(by: "p\($1)") }
  }

  func json(name: String) -> String {
    func list(_ values: [Value]) -> String {
      "[\(values.map(\.json).joined(separator: ", "))]"
    }
    var attributes: [String] = []
    if let one { attributes.append("\"one\": \(one.json)") }
    if let many { attributes.append("\"many\": \(list(many))") }
    let type = userType.map { ", \"user_type\": \"\($0)\"" } ?? ""
    let profiles = profiles.map { "\"p\($0)\"" }.joined(separator: ", ")
    return
      "{\"id_user\": \(id.json), \"name\": \"\(name)\", \"profiles\": [\(profiles)]\(type), "
      + "\"teams\": \(list(teams)), \"attributes\": {\(attributes.joined(separator: ", "))}}"
  }

  /// What the user's type leaves of a table.
  func limit(_ table: Int, of world: TwinWorld, row: String) -> String {
    switch userType {
    case nil, "admin": return "1"
    case "user":
      let table = world.tables[table]
      var ways: [String] = []
      if let owner = table.ownerColumn {
        ways.append("\(row).\(table.columns[owner].name.quoted) = \(id.sql)")
      }
      if let team = table.teamColumn {
        ways += teams.map { "\(row).\(table.columns[team].name.quoted) = \($0.sql)" }
      }
      return ways.isEmpty ? "0" : ways.map { "ifnull(\($0), 0)" }.joined(separator: " OR ")
    default: return "0"
    }
  }
}

extension Value {
  /// As JSON, which must be able to write the value.
  var json: String {
    switch self {
    case .null: "null"
    case .integer(let integer): "\(integer)"
    case .real(let real): "\(real)"
    case .text(let text): SafetyTests.json(text.string)
    case .blob: "null"
    }
  }

  var sql: String {
    switch self {
    case .null: "NULL"
    case .integer(.min): "(-9223372036854775807 - 1)"
    case .integer(let integer): "\(integer)"
    case .real(let real): real.isInfinite ? (real < 0 ? "-9e999" : "9e999") : "\(real)"
    case .text(let text): "CAST(x'\(text.bytes.hexadecimal)' AS TEXT)"
    case .blob(let bytes): "x'\(bytes.hexadecimal)'"
    }
  }
}

extension [UInt8] {
  var hexadecimal: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
