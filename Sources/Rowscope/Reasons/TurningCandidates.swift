import AccessProfiles
import RecordEngine
import RecordFilter
package import RowscopeModel

/// Values that a record's fields may have instead: those that the rules compare with, values beside
/// them, and null. Each is one that the field takes.
struct FieldCandidates {
  /// A field that holds the key of a record that matches a filter.
  struct Key {
    let field: FieldID
    let table: TableID
    let far: FieldID
    let filter: Filter
  }

  private let search: TurningSearch
  /// In the order in which the rules name them.
  private(set) var fields: [FieldID] = []
  private(set) var keys: [Key] = []
  /// Those that the rules or other records have, and those beside them.
  private var found: [FieldID: [Value]] = [:]
  private var beside: [FieldID: [Value]] = [:]

  /// The most values of each kind that are tried of one field.
  private static let mostValues = 8

  init(_ search: TurningSearch) { self.search = search }

  func values(of field: FieldID) -> [Value] {
    let found = (found[field] ?? []).filter { !$0.isNull }.prefix(Self.mostValues)
    let beside = (beside[field] ?? []).filter { !found.contains($0) }.prefix(Self.mostValues)
    let null: [Value] = search.table[field].isNullable && !isNull(field) ? [.null] : []
    return found + null + beside
  }

  private func isNull(_ field: FieldID) -> Bool { search.record[field]?.isNull ?? false }

  /// The record with other values. What the database computes from them is not known.
  func changed(_ changes: [(field: FieldID, value: Value)]) -> HeldRecord {
    var record = search.record
    var stale: Set<FieldReference> = []
    for (field, value) in changes {
      record[field] = value
      stale.insert(FieldReference(search.goal.table, field))
    }
    var isStable = false
    while !isStable {
      isStable = true
      for field in search.table.fieldIndices {
        let reference = FieldReference(search.goal.table, field)
        guard case .generatedColumn = search.table[field].storage, !stale.contains(reference),
          !search.table[field].origins.isDisjoint(with: stale)
        else { continue }
        record[field] = Optional.none
        stale.insert(reference)
        isStable = false
      }
    }
    return record
  }

  /// The record's values as a document would write them.
  var written: [FieldID: Value] {
    var written: [FieldID: Value] = [:]
    for id in search.table.fieldIndices where !search.table[id].isManyValued {
      guard let stored = search.record[id] else { continue }
      let type = search.table[id].type?.resolved(in: search.context.clock.zone)
      if case .blob = stored, type == nil { continue }
      written[id] = type.map { type in type.value(of: stored).map(type.shown) ?? .null } ?? stored
    }
    return written
  }

  // MARK: What rules compare with

  mutating func collect(_ filter: Filter) {
    switch filter {
    case .always, .never: break
    case .term(let term): collect(term.test, of: term.field)
    case .conjunction(let filters), .disjunction(let filters):
      for filter in filters { collect(filter) }
    case .related(let related):
      guard related.pairs.count == 1 else { break }
      note(related.pairs[0], related.table, related.filter)
    case .under(let tree): note(tree.place, tree.table, tree.start)
    case .comparison(let comparison):
      guard comparison.left.steps.isEmpty, comparison.right.steps.isEmpty else { break }
      for (side, other) in [
        (comparison.left, comparison.right), (comparison.right, comparison.left),
      ] {
        guard let value = search.record[other.field] else { continue }
        let converted = other.conversion?.converted(value) ?? value
        add(beside: converted, by: side.conversion, to: side.field)
        add(stored: value, to: side.field)
      }
    }
  }

  private mutating func note(_ pair: ColumnPair, _ table: TableID, _ filter: Filter) {
    guard isChanged(pair.near) else { return }
    name(pair.near)
    keys.append(Key(field: pair.near, table: table, far: pair.far, filter: filter))
  }

  private func isChanged(_ id: FieldID) -> Bool {
    if search.table.primaryKey.contains(id) || search.schema.isRestricted(id, in: search.goal.table)
    {
      return false
    }
    if case .generatedColumn = search.table[id].storage { return false }
    return true
  }

  private mutating func name(_ field: FieldID) {
    if !fields.contains(field) { fields.append(field) }
  }

  private mutating func collect(
    _ test: FieldTest, of field: FieldID, by conversion: Conversion? = nil
  ) {
    guard isChanged(field) else { return }
    name(field)
    switch test {
    case .isNull: break
    case .isEmpty: add(stored: "", to: field)
    case .equals(let value), .compares(_, let value):
      add(beside: value, by: conversion, to: field)
    case .isOneOf(let values):
      for value in values.prefix(3) { add(beside: value, by: conversion, to: field) }
    case .isBetween(let low, let high):
      add(beside: low, by: conversion, to: field)
      add(beside: high, by: conversion, to: field)
    case .matches(let pattern):
      add(.value(.text(pattern.text)), to: field)
      add(.value(""), to: field)
    case .hasMember(let values): add(members: values, to: field)
    case .converted(let conversion, let inner): collect(inner, of: field, by: conversion)
    }
    if search.table[field].isManyValued { add(.members([]), to: field) }
  }

  // MARK: Values

  /// A value and its neighbours, as a conversion makes them.
  private mutating func add(beside value: Value, by conversion: Conversion?, to field: FieldID) {
    let type: DeclaredType? =
      switch conversion {
      case .value(let type)?, .order(let type)?, .text(let type)?: type
      case .instant(let form)?: .datetime(form)
      case .day(let form)?: .date(form)
      case .respelled?, .keyText?, .members?, .member?, nil: nil
      }
    add(.value(type?.shown(value) ?? value), to: field)
    for value in value.neighbours(isMoment: type.map(\.isMoment) ?? false) {
      if let stored = stored(.value(type?.shown(value) ?? value), in: field) {
        beside[field, default: []].append(stored)
      }
    }
  }

  /// A key of a related record.
  mutating func add(_ key: Value, asKeyIn field: FieldID) {
    if search.table[field].isManyValued {
      add(members: [key], to: field)
    } else {
      add(stored: key, to: field)
    }
  }

  private mutating func add(members values: [Value], to field: FieldID) {
    let current = currentMembers(of: field)
    for value in values.prefix(3) where !current.contains(value) {
      add(.members(current + [value]), to: field)
    }
    add(.members(current.filter { !values.contains($0) }), to: field)
  }

  private func currentMembers(of field: FieldID) -> [Value] {
    let declared = search.table[field]
    let form = declared.isLinked ? MembersForm() : declared.members
    var members: [Value] = []
    let stored = search.record[field] ?? search.members[field] ?? .null
    let isList = stored.borrowed { stored in form.forEach(in: stored) { members.append($0) } }
    return isList ? members.filter { !$0.isNull } : []
  }

  /// A value as a user would write it.
  private mutating func add(_ given: FieldValue, to field: FieldID) {
    if let stored = stored(given, in: field) { add(stored: stored, to: field) }
  }

  mutating func add(stored value: Value, to field: FieldID) {
    guard let kept = another(value, in: field), !(found[field] ?? []).contains(kept) else {
      return
    }
    found[field, default: []].append(kept)
  }

  private func stored(_ given: FieldValue, in field: FieldID) -> Value? {
    let stored = try? ValueCheck.stored(
      given, in: field, of: search.table, search.schema, clock: search.context.clock)
    return stored.flatMap { another($0.shown, in: field) }
  }

  /// The value as the field keeps it; nil for the one that it has.
  private func another(_ value: Value, in field: FieldID) -> Value? {
    let kept = search.table.storing(field)?.stored(value) ?? value
    let current = search.record[field] ?? search.members[field]
    return kept == current ? nil : kept
  }
}

extension DeclaredType {
  fileprivate var isMoment: Bool {
    switch self {
    case .datetime, .time: true
    case .date, .checkbox, .uuid, .number, .text: false
    }
  }
}

extension Value {
  /// Values just below and above it.
  ///
  /// - Parameter isMoment: whether it counts microseconds: seconds are then the neighbours, which
  ///   every column keeps.
  fileprivate func neighbours(isMoment: Bool) -> [Value] {
    switch self {
    case .null, .blob: return []
    case .integer(let integer):
      let step: Int64 = isMoment ? 1_000_000 : 1
      let (below, belowFails) = integer.subtractingReportingOverflow(step)
      let (above, aboveFails) = integer.addingReportingOverflow(step)
      return (belowFails ? [] : [.integer(below)]) + (aboveFails ? [] : [.integer(above)])
    case .real(let real): return [.real(real - 1), .real(real + 1)]
    case .text(let text): return [.text(Text(bytes: text.bytes + [UInt8(ascii: "+")])), ""]
    }
  }
}

/// What a user may have instead.
struct UserCandidates {
  /// The alternatives for each thing that the user has.
  private(set) var places: [[TurningChanges.UserChange]] = []

  init(_ search: TurningSearch) {
    let user = search.context.user
    let references = search.compared.sorted { $0.key.description < $1.key.description }
    for (reference, values) in references {
      guard case .attribute(let name) = reference else { continue }
      var attributes: [User.Attribute?] = []
      switch user.attribute(named: name) {
      case .list(let list)?:
        attributes += values.filter { !list.contains($0) }.map { .list(list + [$0]) }
        attributes.append(.list(list.filter { !values.contains($0) }))
      case .scalar?, nil:
        attributes += values.map { .scalar($0) }
        attributes += values.flatMap { $0.neighbours(isMoment: false) }.map { .scalar($0) }
        attributes += values.map { .list([$0]) }
      }
      if user.attribute(named: name) != nil { attributes.append(nil) }
      places.append(
        attributes.filter { $0 != user.attribute(named: name) }.map { .attribute(name, $0) })
    }
    var teams = search.compared[.teams] ?? []
    if user.userType != nil, let field = search.table.teamField, let team = search.record[field],
      !team.isNull, !teams.contains(team)
    {
      teams.append(team)
    }
    if !teams.isEmpty {
      let others = teams.filter { !user.teams.contains($0) }.map { user.teams + [$0] }
      let fewer = user.teams.filter { !teams.contains($0) }
      places.append((others + (fewer == user.teams ? [] : [fewer])).map { .teams($0) })
    }
    if user.userType != nil {
      places.append([.userType(UserType.admin.name), .userType(nil)])
    }
  }
}

extension User {
  /// The user with what they are to have instead.
  package func with(_ changes: [TurningChanges.UserChange]) -> User {
    var user = self
    for change in changes {
      switch change {
      case .attribute(let name, let attribute): user.attributes[Value.Text(name)] = attribute
      case .teams(let teams): user.teams = teams
      case .userType(let type): user.userType = type
      }
    }
    return user
  }
}
