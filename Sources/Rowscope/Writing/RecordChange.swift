import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RecordStore
import RowscopeModel

/// One operation on the records of one table, resolved and checked as far as possible without
/// reading a record.
struct RecordChange {
  /// The new members of a field.
  struct LinkChange {
    let field: FieldID
    let link: Link
    let members: [Value]
  }

  let table: AccessibleTable
  let right: Right
  let context: ReferenceContext
  let engine: MutationEngine
  private(set) var columns: [(field: FieldID, value: Value)] = []
  private(set) var links: [LinkChange] = []
  /// The values that fields must have for the change to be made.
  private(set) var expected: [(field: FieldID, value: FieldValue)] = []
  /// The fields of the answer.
  private(set) var shown: [FieldID] = []
  /// The fields that were set for the user, in place of a value that they may have given.
  private var claimed: Set<FieldID> = []
  /// What the user may change.
  let write: WriteAccess
  /// What the record must satisfy once it is created.
  private(set) var created = Filter.always
  /// Every way by which the record's own columns refer to others.
  let references: [Relation]
  private let resolution: RequestResolution

  /// A record to create, so far without values.
  init(
    creatingIn name: String, select: [String]?, reader: borrowing ReadSession
  ) throws(ServiceError) {
    try self.init(name, right: .create, reader: reader)
    if write.creators.isEmpty, let unknown = write.unknownPresets.first {
      throw ServiceError(
        .denied, denied.message,
        hint: "the profile sets a field to the user's \(Printable.quoted("\(unknown.reference)")), "
          + "and they have none that fits")
    }
    shown = try resolution.select(select)
  }

  /// Gives the record to create its values, and those that a profile sets.
  mutating func give(
    _ values: FieldValues, by creator: WriteAccess.Creator
  ) throws(ServiceError) {
    let presets = creator.presets.filter { !isGuest || $0.field != table.table.ownerField }
    try resolve(values, presets)
    try claimForGuest()
    let claimedForGuest = claimed
    for preset in presets {
      claimed.insert(preset.field)
      set(preset.field, preset.value)
    }
    created = write.created(
      with: columns.map { ($0.field, .column($0.value)) }
        + links.map { ($0.field, .members($0.members)) }, by: creator,
      besides: claimedForGuest)
  }

  /// Records to update.
  init(
    updating name: String, _ values: FieldValues, ifUnchanged unchanged: FieldValues,
    select: [String]?, reader: borrowing ReadSession
  ) throws(ServiceError) {
    try self.init(name, right: .edit, reader: reader)
    try refuse(write.edit)
    shown = try resolution.select(select)
    guard !values.isEmpty else {
      throw ServiceError(
        .invalidRequest, "the update names no field", hint: "give the fields that are to change")
    }
    try resolve(values)
    try refuseToGiveAway()
    try expect(unchanged)
  }

  /// Records to delete.
  init(
    deletingFrom name: String, ifUnchanged unchanged: FieldValues, reader: borrowing ReadSession
  ) throws(ServiceError) {
    try self.init(name, right: .delete, reader: reader)
    try refuse(write.delete)
    try expect(unchanged)
  }

  private init(
    _ name: String, right: Right, reader: borrowing ReadSession
  ) throws(ServiceError) {
    table = try reader.table(name)
    context = reader.context
    engine = table.entry.mutationEngine(for: table.access.table)
    references = engine.references
    resolution = RequestResolution(table, reader: reader)
    self.right = right
    guard let access = table.writeAccess(for: context) else {
      throw .unknownTable(name, among: [])
    }
    write = access
    guard table.access.rights.contains(right) else { throw denied }
    let quoted = Printable.quoted(table.table.name.string)
    guard table.table.kind == .table else {
      throw ServiceError(
        .unsupported, "\(quoted) is a view, and a view's records are not written",
        hint: "write to the tables that it shows")
    }
  }

  /// Whether foreign keys may be broken between its statements: link tables are changed after the
  /// record that they belong to, and relations by several columns are checked once it is written.
  var takesSeveralStatements: Bool {
    !table.table.links.isEmpty || !compositeRelations.isEmpty
  }

  var denied: ServiceError {
    ServiceError(
      .denied,
      "the user may not \(right.rawValue) records of table "
        + Printable.quoted(table.table.name.string))
  }

  /// Throws if a rule about the act does not fit the user.
  private func refuse(_ act: WriteAccess.Act) throws(ServiceError) {
    if let mismatch = act.mismatch {
      throw ServiceError(mismatch, table: table.table.name.string)
    }
  }

  // MARK: Names and values

  /// - Parameter presets: what the profile sets. A value that is given too must be the same.
  private mutating func resolve(
    _ values: FieldValues, _ presets: [BoundPreset] = []
  ) throws(ServiceError) {
    var seen: Set<FieldID> = []
    for element in values.elements {
      let id = try resolution.field(element.field)
      let name = Printable.quoted(table.table[id].name.string)
      guard seen.insert(id).inserted else {
        throw ServiceError(.invalidRequest, "the field \(name) is given twice")
      }
      if let preset = presets.first(where: { $0.field == id }) {
        guard isUnchanged(id, preset.value.shown, element.value) else {
          throw ServiceError(
            .readonlyField, "the profile sets the field \(name), and to another value",
            hint: "leave the field out")
        }
        continue
      }
      guard table.access.fields[id.index] == .editable else { throw readonly(id) }
      do throws(ValueFault) {
        set(
          id,
          try ValueCheck.stored(
            element.value, in: id, of: table.table, resolution.scope.schema, clock: context.clock))
      } catch {
        throw ServiceError(
          .invalidValue, "the field \(name) takes \(error.expected)", hint: error.hint)
      }
    }
  }

  func readonly(_ id: FieldID) -> ServiceError {
    let field = table.table[id]
    let name = Printable.quoted(field.name.string)
    if case .generatedColumn = field.storage {
      return ServiceError(
        .readonlyField, "the field \(name) is computed by the database and is never written")
    }
    return ServiceError(.readonlyField, "the field \(name) is readonly for the user")
  }

  private mutating func set(_ id: FieldID, _ value: StoredFieldValue) {
    switch (value, table.table[id].storage) {
    case (.column(let value), _): columns.append((id, value))
    case (.members(let members), .link(let link)):
      links.append(LinkChange(field: id, link: link, members: members))
    case (.members, _): preconditionFailure("members without a table of their own")
    }
  }

  /// Gives a column another stored form of the value that it is set to.
  mutating func set(_ field: FieldID, toStored value: Value) {
    for place in columns.indices where columns[place].field == field {
      columns[place].value = value
    }
  }

  /// The comparison uses stored values, so a value that the field would not accept equals none.
  private mutating func expect(_ unchanged: FieldValues) throws(ServiceError) {
    for element in unchanged.elements {
      expected.append((try resolution.field(element.field), element.value))
    }
  }

  // MARK: Guests

  var isGuest: Bool { context.user.userType.flatMap { UserType(named: $0) } == .guest }

  /// A guest owns what they submit, whatever their access to the owner field.
  private mutating func claimForGuest() throws(ServiceError) {
    guard isGuest, let owner = table.table.ownerField else { return }
    let given = columns.first { $0.field == owner }
    let isGivenLink = links.contains { $0.field == owner }
    do throws(ValueFault) {
      columns.removeAll { $0.field == owner }
      links.removeAll { $0.field == owner }
      let id = context.user.id
      // A column of numbers would take 007 for 7, who is somebody else.
      let schema = resolution.scope.schema
      guard !schema.identifiers([id], comparableWith: owner, of: table.table).isEmpty else {
        throw ValueFault("the id of a number")
      }
      set(
        owner,
        try ValueCheck.stored(
          table.table[owner].isManyValued ? .members([id]) : .value(id), in: owner,
          of: table.table, schema, clock: context.clock))
      claimed.insert(owner)
    } catch {
      throw ServiceError(
        .unsupported, "the table cannot record a guest as the owner, so no record is created")
    }
    let isAnother =
      given.map { given in !columns.contains { $0.field == owner && $0.value == given.value } }
      ?? isGivenLink
    if isAnother { throw guestOwner }
  }

  private func refuseToGiveAway() throws(ServiceError) {
    guard isGuest else { return }
    let owner =
      table.table.ownerField.map { [$0] }
      ?? table.table.ownerPath?.steps.first?.pairs.map(\.near) ?? []
    if columns.contains(where: { owner.contains($0.field) })
      || links.contains(where: { owner.contains($0.field) })
    {
      throw guestOwner
    }
  }

  private var guestOwner: ServiceError {
    ServiceError(
      .denied, "a guest cannot change the owner of a record",
      hint: "leave out the owner field")
  }

  /// Whether the field's value was set for the user, and needs no permission.
  func isOwn(_ field: FieldID) -> Bool { claimed.contains(field) }

  // MARK: Which records

  /// The filter of a selection, with names resolved among the fields that the user sees.
  func filter(_ selection: RecordSelection) throws(ServiceError) -> Filter {
    let hasSearch = selection.search.map { !$0.isEmpty } ?? false
    let hasFilter = selection.filters.contains(where: \.saysSomething)
    guard selection.isEverything || hasFilter || hasSearch else {
      throw ServiceError(
        .invalidRequest, "there is no filter to select the records",
        hint: "give one, or select every record explicitly")
    }
    return try resolution.unsimplifiedFilter(
      ListRequest(
        table: selection.table, filters: selection.filters, joining: selection.joining,
        search: selection.search)
    ).simplified(in: resolution.scope.schema, table: table.access.table)
  }
}
