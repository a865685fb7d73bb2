import AccessProfiles
import Documents
import RecordEngine
import RecordFilter
import RowscopeModel

/// A decision about one record, as a filter.
struct TurningGoal: Sendable, Hashable {
  let table: TableID
  let act: RecordAct
  /// The field that is to be seen or edited; nil for the record itself.
  let field: FieldID?

  /// The records with which the user may do it.
  func filter(_ access: TableAccess?, _ write: WriteAccess?, in schema: Schema) -> Filter {
    guard let access, act == .see || write != nil else { return .never }
    let rows = access.rows(for: act, write, in: schema[table]).filter
    guard let field else { return rows }
    switch act {
    case .see:
      return access.isVisible(field) ? .all(rows, access.cells[field] ?? .always) : .never
    case .edit:
      guard access.fields[field.index] == .editable, let write else { return .never }
      return .all(rows, write.editableRows(writing: [field]))
    case .delete: return rows
    }
  }

  func filter(_ profiles: ProfileUnion, for context: ReferenceContext) -> Filter {
    let access = (try? profiles.access(to: table, for: context)) ?? nil
    let write = act == .see ? nil : (try? profiles.writeAccess(to: table, for: context)) ?? nil
    return filter(access, write, in: profiles.schema)
  }
}

/// What changes are looked for, and what is known of the record.
struct TurningSearch {
  let goal: TurningGoal
  let isAllowed: Bool
  let record: HeldRecord
  let members: [FieldID: Value]
  /// What the rules compared with each reference.
  let compared: [Reference: [Value]]
  let profiles: ProfileUnion
  let context: ReferenceContext
  let known: KnownRecords
  let engine: QueryEngine?

  /// The most changes of a record, of a user and of rules that are tried.
  static let mostTried = (record: 20_000, user: 2_000, rule: 1_000)

  var schema: Schema { profiles.schema }
  var table: Table { schema[goal.table] }
}

extension ReadSession {
  func changes(_ search: TurningSearch) throws(ServiceError) -> TurningChanges {
    var changes = TurningChanges()
    changes.record = try recordChanges(search)
    changes.user = try userChanges(search)
    changes.rule = try ruleChanges(search)
    return changes
  }

  /// Whether a filter, on a record that may be changed, gives the other answer.
  private func turns(
    _ filter: HeldFilter, _ record: HeldRecord, _ search: TurningSearch
  ) throws(ServiceError) -> Bool {
    let change = record == search.record ? nil : (search.record, record)
    let related = search.known.related(changing: change, in: search.schema)
    let decision = try settled(search.known, by: search.engine) {
      filter.decision(on: record, related)
    }
    switch decision {
    case .allowed: return !search.isAllowed
    case .denied: return search.isAllowed
    case .undecidable: return false
    }
  }

  // MARK: The record

  private func recordChanges(
    _ search: TurningSearch
  ) throws(ServiceError) -> [[TurningChanges.FieldChange]] {
    guard search.table.kind == .table else { return [] }
    let filter = search.goal.filter(search.profiles, for: search.context)
    if filter == .never || filter == .always { return [] }
    var candidates = FieldCandidates(search)
    candidates.collect(filter)
    for key in candidates.keys {
      for wanted in [key.filter, key.filter.complement] where wanted != .never {
        let found = try heldRecords(of: key.table, where: wanted, upTo: 2, by: search.engine)
        for other in found { candidates.add(other[key.far] ?? .null, asKeyIn: key.field) }
      }
    }
    let fields = candidates.fields
    let columns = fields.filter { !search.table[$0].isLinked }
    let sample = try rows(
      of: search.goal.table, columns, where: .always, upTo: Self.recordsSampled, by: search.engine)
    for row in sample {
      for (field, value) in zip(columns, row) { candidates.add(stored: value, to: field) }
    }
    let values = fields.map { candidates.values(of: $0) }
    let held = HeldFilter(filter, in: search.schema, on: search.goal.table)
    func changed(_ choices: [SmallestChoices.Choice]) -> HeldRecord {
      candidates.changed(choices.map { (fields[$0.place], values[$0.place][$0.candidate]) })
    }
    var budget = TurningSearch.mostTried.record
    var ways = try SmallestChoices.find(among: values.map(\.count), budget: &budget) {
      choices throws(ServiceError) in try turns(held, changed(choices), search)
    }
    if ways.isEmpty {
      ways = try stepByStep(filter, fields, values, candidates, search)
    }
    return ways.map { way in
      way.map { choice in
        let field = search.table[fields[choice.place]]
        let stored = values[choice.place][choice.candidate]
        let old = search.record[fields[choice.place]] ?? search.members[fields[choice.place]]
        return TurningChanges.FieldChange(
          field: field.name.string, from: field.presentation.shown(old ?? .null),
          to: field.presentation.shown(stored), stored: stored)
      }
    }
  }

  /// How many records of the table give values that a field may have.
  private static var recordsSampled: Int { 30 }

  /// A change of more fields: each part of the rule is turned by itself, one after the other.
  private func stepByStep(
    _ filter: Filter, _ fields: [FieldID], _ values: [[Value]], _ candidates: FieldCandidates,
    _ search: TurningSearch
  ) throws(ServiceError) -> [[SmallestChoices.Choice]] {
    let parts: [Filter]
    switch filter {
    case .conjunction(let filters) where !search.isAllowed: parts = filters
    case .disjunction(let filters) where search.isAllowed: parts = filters
    default: return []
    }
    func changed(_ choices: [SmallestChoices.Choice]) -> HeldRecord {
      candidates.changed(choices.map { (fields[$0.place], values[$0.place][$0.candidate]) })
    }
    var budget = TurningSearch.mostTried.record
    var chosen: [SmallestChoices.Choice] = []
    for part in parts {
      let held = HeldFilter(part, in: search.schema, on: search.goal.table)
      if try turns(held, changed(chosen), search) { continue }
      let taken = Set(chosen.map(\.place))
      let counts = values.indices.map { taken.contains($0) ? 0 : values[$0].count }
      let ways = try SmallestChoices.find(among: counts, budget: &budget) {
        choices throws(ServiceError) in try turns(held, changed(chosen + choices), search)
      }
      guard let way = ways.first else { return [] }
      chosen += way
    }
    let held = HeldFilter(filter, in: search.schema, on: search.goal.table)
    let way = try SmallestChoices.reduced(chosen, budget: &budget) {
      choices throws(ServiceError) in try turns(held, changed(choices), search)
    }
    return way.map { [$0] } ?? []
  }

  // MARK: The user

  private func userChanges(
    _ search: TurningSearch
  ) throws(ServiceError) -> [[TurningChanges.UserChange]] {
    let places = UserCandidates(search).places
    var budget = TurningSearch.mostTried.user
    func changes(_ choices: [SmallestChoices.Choice]) -> [TurningChanges.UserChange] {
      choices.map { places[$0.place][$0.candidate] }
    }
    return try SmallestChoices.find(among: places.map(\.count), budget: &budget) {
      choices throws(ServiceError) in
      let user = search.context.user.with(changes(choices))
      let context = ReferenceContext(user: user, clock: search.context.clock)
      let filter = search.goal.filter(search.profiles, for: context)
      let held = HeldFilter(filter, in: search.schema, on: search.goal.table)
      return try turns(held, search.record, search)
    }.map(changes)
  }

  // MARK: The rules

  private func ruleChanges(
    _ search: TurningSearch
  ) throws(ServiceError) -> [[TurningChanges.RuleChange]] {
    let (own, narrowing) = (
      search.profiles.profiles.map(\.profile), search.profiles.narrowing.map(\.profile)
    )
    let names = search.context.user.profiles + search.context.user.narrowedBy
    let values = FieldCandidates(search).written
    var edits: [(profile: Int, edit: RuleEdit)] = []
    for (index, profile) in (own + narrowing).enumerated() {
      let found = profile.edits(
        giving: !search.isAllowed, search.goal.act, field: search.goal.field, in: search.table,
        values: values)
      edits += found.map { (index, $0) }
    }
    let name = search.table.name.string
    func turnsBy(_ choices: [SmallestChoices.Choice]) throws(ServiceError) -> Bool {
      let chosen = choices.map { edits[$0.place] }
      let changed = (own + narrowing).enumerated().map { index, profile in
        profile.applying(chosen.filter { $0.profile == index }.map(\.edit), to: name)
      }
      let profiles = ProfileUnion(
        Array(changed.prefix(own.count)), narrowedBy: Array(changed.dropFirst(own.count)),
        schema: search.schema)
      let filter = search.goal.filter(profiles, for: search.context)
      let held = HeldFilter(filter, in: search.schema, on: search.goal.table)
      return try turns(held, search.record, search)
    }
    var budget = TurningSearch.mostTried.rule
    var ways = try SmallestChoices.find(
      among: edits.map { _ in 1 }, budget: &budget, turnsBy)
    if ways.isEmpty {
      let all = edits.indices.map { (place: $0, candidate: 0) }
      budget = TurningSearch.mostTried.rule
      ways = try SmallestChoices.reduced(all, budget: &budget, turnsBy).map { [$0] } ?? []
    }
    return ways.map { way in
      way.map { choice in
        let (index, edit) = edits[choice.place]
        let source = (own + narrowing)[index].source
        return TurningChanges.RuleChange(
          profile: names[index], document: source.name, range: edit.range,
          line: edit.range.flatMap { range in
            range.isEmpty ? nil : source.position(of: range.lowerBound).line
          }, words: edit.words)
      }
    }
  }
}
