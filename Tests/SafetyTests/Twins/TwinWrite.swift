import AccessProfiles
import RecordEngine
import RecordFilter
import Rowscope
import RowscopeModel
import TestSupport

/// A change that a user asks for.
enum TwinWrite {
  case create(table: String, FieldValues, select: [String]?)
  case update(
    table: String, key: [Value], FieldValues, unchanged: FieldValues, select: [String]?)
  case updateMany(JSONText?, table: String, FieldValues, unchanged: FieldValues)
  case delete(table: String, key: [Value], unchanged: FieldValues)
  case deleteMany(JSONText?, table: String)

  /// The name of the changed table.
  var table: String {
    switch self {
    case .create(let table, _, _), .update(let table, _, _, _, _),
      .updateMany(_, let table, _, _), .delete(let table, _, _), .deleteMany(_, let table):
      table
    }
  }

  /// Everything that the user gets to see: the records, their number, or an error's code and
  /// message.
  func answer(of service: RecordService, as user: User) async -> String {
    do throws(ServiceError) {
      return try await service.write(as: user) { writer throws(ServiceError) in
        switch self {
        case .create(let table, let values, let select):
          return Self.text([try writer.create(values, in: table, select: select).record])
        case .update(let table, let key, let values, let unchanged, let select):
          return Self.text([
            try writer.update(
              key, in: table, set: values, ifUnchanged: unchanged, select: select
            ).record
          ])
        case .updateMany(let json, let table, let values, let unchanged):
          let written = try writer.update(
            Self.selection(json, table), set: values, ifUnchanged: unchanged)
          return "\(written.count) \(Self.text(written.records))"
        case .delete(let table, let key, let unchanged):
          try writer.delete(key, from: table, ifUnchanged: unchanged)
          return "deleted"
        case .deleteMany(let json, let table):
          return "\(try writer.delete(Self.selection(json, table)).count) deleted"
        }
      }
    } catch {
      return String(decoding: error.wireAnswer, as: UTF8.self)
    }
  }

  private static func text(_ records: [Record?]) -> String {
    records.map { record in
      record.map { "\($0.shape.fields.map(\.name)) \($0.values.map(\.sql))" } ?? "none"
    }.joined(separator: "\n")
  }

  private static func selection(
    _ json: JSONText?, _ table: String
  ) throws(ServiceError) -> RecordSelection {
    guard let json else { return .everything(in: table) }
    let request = try ListRequest(json: Array(json.text.utf8))
    return RecordSelection(
      table: request.table, filters: request.filters, joining: request.joining,
      search: request.search)
  }
}

/// Changes of a world, of writable, readonly, hidden and missing things.
struct TwinWrites {
  let requests: TwinRequests
  /// A fresh key is given only once: that a unique value exists is not secret.
  private var freshKey = 100

  init(_ requests: TwinRequests) { self.requests = requests }

  private var world: TwinWorld { requests.world }

  mutating func write(_ random: inout SeededGenerator) -> TwinWrite {
    var table = [1, 1, 1, 1, 0, 2, 2, 3, 4].randomElement(using: &random) ?? 1
    if !requests.access.reaches(table), Int.random(in: 0..<6, using: &random) > 0 {
      table = TwinWorld.tasks
    }
    let name = requests.name(ofTable: table, &random)
    let select =
      Int.random(in: 0..<4, using: &random) == 0
      ? [requests.name(in: table, &random)] : nil
    var unchanged = FieldValues()
    if Int.random(in: 0..<4, using: &random) == 0 {
      let field = requests.name(in: table, &random)
      unchanged.append(field, value(table, field, &random))
    }
    let key = world.tables[table].key.map { requests.cell(table, $0, &random) }
    switch Int.random(in: 0..<20, using: &random) {
    // A key that the database makes shows how far its numbers have got.
    case 0..<6 where !makesShownKey(table):
      return .create(table: name, values(table, isNew: true, &random), select: select)
    case 0..<13:
      return .update(
        table: name, key: key.isEmpty ? [1] : key, values(table, isNew: false, &random),
        unchanged: unchanged, select: select)
    case 13..<17:
      return .updateMany(
        filters(table, name, &random), table: name, values(table, isNew: false, &random),
        unchanged: unchanged)
    case 17..<19:
      return .delete(table: name, key: key.isEmpty ? [1] : key, unchanged: unchanged)
    default:
      // Rarely all records, as that leaves none for later changes.
      return .deleteMany(
        filters(table, name, &random)
          ?? .object([("object_type", .atom(json(name))), ("search", .atom("\"zz\""))]), table: name
      )
    }
  }

  /// Whether the database makes a new record's key, and the user sees it.
  private func makesShownKey(_ table: Int) -> Bool {
    world.tables[table].key.contains { key in
      requests.visible[table].contains(key)
        && requests.access.isReadonly(table, key)
    }
  }

  /// The filters of a change of many; nil for every record.
  private func filters(
    _ table: Int, _ name: String, _ random: inout SeededGenerator
  ) -> JSONText? {
    guard case .object(let members) = requests.list(table, &random) else { return nil }
    let kept = members.filter { ["filters", "operator", "search"].contains($0.key) }
    guard kept.contains(where: { $0.key != "operator" }) else { return nil }
    return .object([("object_type", .atom(json(name)))] + kept)
  }

  private mutating func values(
    _ table: Int, isNew: Bool, _ random: inout SeededGenerator
  ) -> FieldValues {
    var values = FieldValues()
    let declared = world.tables[table]
    func isEditable(_ column: Int) -> Bool {
      requests.visible[table].contains(column) && declared.columns[column].kind != .generated
        && !requests.access.isReadonly(table, column)
    }
    for (place, column) in declared.key.enumerated() where isEditable(column) {
      let name = declared.columns[column].name
      if isNew {
        values.append(name, place == 0 ? fresh(table, column) : value(table, name, &random))
      } else if declared.key.count == 1, Int.random(in: 0..<8, using: &random) == 0 {
        values.append(name, fresh(table, column))
      }
    }
    let others = declared.columns.indices.filter { !declared.key.contains($0) && isEditable($0) }
    for column in others.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random)) {
      values.append(
        declared.columns[column].name, value(table, declared.columns[column].name, &random))
    }
    // Readonly, hidden or missing; but not keys, some of which may be taken.
    let other = requests.name(in: table, &random)
    if Int.random(in: 0..<6, using: &random) == 0,
      !declared.key.contains(where: { Name(declared.columns[$0].name) == Name(other) })
    {
      values.append(other, value(table, other, &random))
    }
    return values
  }

  private mutating func fresh(_ table: Int, _ column: Int) -> FieldValue {
    freshKey += 1
    return world.tables[table].columns[column].declaration.hasPrefix("TEXT")
      ? .value(.text("k\(freshKey)")) : .value(.integer(Int64(freshKey)))
  }

  /// A value for a field, sometimes one that it cannot hold.
  private func value(
    _ table: Int, _ field: String, _ random: inout SeededGenerator
  ) -> FieldValue {
    let columns = world.tables[table].columns
    guard let column = columns.firstIndex(where: { Name($0.name) == Name(field) }) else {
      return .value(1)
    }
    switch Int.random(in: 0..<24, using: &random) {
    case 0, 1: return .null
    case 2: return .value(TwinWorld.usual.randomElement(using: &random) ?? 1)
    case 3: return .members([1, "x"])
    case 4: return .value(requests.cell(table, column, &random))
    default: break
    }
    switch columns[column].kind {
    case .array, .link:
      return .members(
        (0..<Int.random(in: 0...2, using: &random)).map { _ in
          requests.cell(table, column, &random)
        })
    case .isoDate: return .value(.text("2026-11-2\(Int.random(in: 0...9, using: &random))"))
    case .unixDate: return .value(.integer(1_795_000_000))
    case .plain, .key, .generated:
      if let relation = world.tables[table].relations.first(where: { $0.near == column }) {
        return .value(requests.cell(relation.table, relation.far, &random))
      }
      let fitting: [Value] =
        switch columns[column].declaration.prefix(4) {
        case "INTE", "NUME": [1, 2, 7, 8, 9]
        case "REAL": [1.0, 2.5]
        case "TEXT": ["a", "A", "b", "a ", "x%", "7"]
        default: TwinWorld.usual
        }
      return .value(fitting.randomElement(using: &random) ?? 1)
    }
  }
}

extension TwinProfile {
  /// The same profile for a user who may write, with rules on visible fields only: a rule on a
  /// hidden field would reveal by its effect on a change what that field holds, as its author
  /// intends.
  func writing(_ user: inout TwinUser, in world: TwinWorld, _ random: inout SeededGenerator)
    -> TwinProfile
  {
    var profile = self
    for table in world.tables.indices {
      guard var grant = grants[table], !grant.isEverything else { continue }
      let visible = Set(visible(table, of: world))
      func isVisible(_ rule: TwinRule) -> Bool {
        rule.testsOfRecord.allSatisfy { test in
          var columns = [test.column]
          if case .field(let other) = test.operand { columns.append(other) }
          return test.relation == nil && columns.allSatisfy(visible.contains)
            && world.tables[table].columns[test.column].kind != .link
        }
      }
      grant.rules.removeAll { !isVisible($0) }
      if Bool.random(using: &random) {
        grant.edited = [TwinRule(on: table, of: world, depth: 1, &random)].filter(isVisible)
      }
      if Bool.random(using: &random) {
        grant.deleted = [TwinRule(on: table, of: world, depth: 1, &random)].filter(isVisible)
      }
      grant.presets = TwinWorld.presets(of: world.tables[table], &random)
      // A user who sees the rows of members sees the keys of their tasks.
      if table == TwinWorld.tasks, reaches(TwinWorld.watchers) {
        grant.excluded.removeAll { world.tables[table].key.contains($0) }
      }
      // Deleting a task deletes its members, so a user who sees these must see whose they are.
      if table == TwinWorld.watchers {
        grant.rules = []
        grant.excluded.removeAll { $0 < 2 }
      }
      grant.flags = ["can_create": true, "can_edit": true, "can_delete": true]
      if Bool.random(using: &random) { grant.flags["keep_in_scope"] = Bool.random(using: &random) }
      if Int.random(in: 0..<8, using: &random) == 0 {
        grant.flags[["can_create", "can_edit", "can_delete"].randomElement(using: &random) ?? ""] =
          false
      }
      profile.grants[table] = grant
    }
    let tasks = world.tables[TwinWorld.tasks]
    let visible = profile.visible(TwinWorld.tasks, of: world)
    if user.userType == "guest"
      || ![tasks.ownerColumn, tasks.teamColumn].compactMap({ $0 }).allSatisfy(visible.contains)
    {
      user.userType = nil
    }
    // A change makes such a view show other records, whether or not they are in the user's scope.
    let view = world.tables[TwinWorld.view]
    if view.isNondeterministic
      || ["LIMIT", "GROUP", "DISTINCT"].contains(where: view.body.contains)
    {
      profile.disabled.insert(TwinWorld.view)
    }
    return profile
  }
}

extension TwinWorld {
  /// Values that new records are given, of a column that no other record is compared by.
  fileprivate static func presets(
    of table: Table, _ random: inout SeededGenerator
  ) -> [(column: Int, value: Value)] {
    guard !table.isView, Int.random(in: 0..<3, using: &random) == 0 else { return [] }
    let columns = table.columns.indices.filter { column in
      table.columns[column].kind == .plain && !table.key.contains(column)
        && !table.relations.contains { $0.near == column }
    }
    guard let column = columns.randomElement(using: &random) else { return [] }
    switch table.columns[column].declaration.prefix(4) {
    case "INTE", "NUME": return [(column, 7)]
    case "REAL": return [(column, 2.5)]
    case "TEXT": return [(column, "a")]
    default: return []
    }
  }
}

extension TwinRule {
  /// The tests that it consists of; of related records, one by the relation.
  fileprivate var testsOfRecord: [Test] {
    switch self {
    case .test(let test): [test]
    case .and(let rules), .or(let rules): rules.flatMap(\.testsOfRecord)
    case .not(let rule): rule.testsOfRecord
    case .related(let table, let relation, _, _):
      [Test(table: table, relation: relation, column: 0, symbol: "is null", operand: .none)]
    }
  }
}
