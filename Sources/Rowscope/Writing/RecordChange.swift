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
  let context: ReferenceContext
  let engine: MutationEngine
  private(set) var columns: [(field: FieldID, value: Value)] = []
  private(set) var links: [LinkChange] = []
  /// The values that fields must have for the change to be made.
  private(set) var expected: [(field: FieldID, value: FieldValue)] = []
  /// The fields of the answer.
  private(set) var shown: [FieldID] = []
  /// The owner field that was set for the user, in place of a value that they may have given.
  private var claimed: FieldID?
  private let resolution: RequestResolution

  /// A record to create.
  init(
    creatingIn name: String, _ values: FieldValues, select: [String]?,
    reader: borrowing ReadSession
  ) throws(ServiceError) {
    try self.init(name, right: .create, "create", reader: reader)
    shown = try resolution.select(select)
    try resolve(values)
    try claimForGuest()
  }

  /// Records to update.
  init(
    updating name: String, _ values: FieldValues, ifUnchanged unchanged: FieldValues,
    select: [String]?, reader: borrowing ReadSession
  ) throws(ServiceError) {
    try self.init(name, right: .edit, "edit", reader: reader)
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
    try self.init(name, right: .delete, "delete", reader: reader)
    try expect(unchanged)
  }

  private init(
    _ name: String, right: Rights, _ verb: String, reader: borrowing ReadSession
  ) throws(ServiceError) {
    table = try reader.table(name)
    context = reader.context
    engine = MutationEngine(table.entry.profile, table: table.access.table)
    resolution = RequestResolution(table, reader: reader)
    let quoted = Printable.quoted(table.table.name.string)
    guard table.access.rights.contains(right) else {
      throw ServiceError(.denied, "the user may not \(verb) records of table \(quoted)")
    }
    guard table.table.kind == .table else {
      throw ServiceError(
        .unsupported, "\(quoted) is a view, and a view's records are not written",
        hint: "write to the tables that it shows")
    }
  }

  // MARK: Names and values

  private mutating func resolve(_ values: FieldValues) throws(ServiceError) {
    var seen: Set<FieldID> = []
    for element in values.elements {
      let id = try resolution.field(element.field)
      let name = Printable.quoted(table.table[id].name.string)
      guard seen.insert(id).inserted else {
        throw ServiceError(.invalidRequest, "the field \(name) is given twice")
      }
      guard table.access.fields[id.index] == .editable else { throw readonly(id) }
      do throws(ValueFault) {
        try set(id, element.value)
      } catch {
        throw ServiceError(
          .invalidValue, "the field \(name) takes \(error.expected)", hint: error.hint)
      }
    }
  }

  private func readonly(_ id: FieldID) -> ServiceError {
    let field = table.table[id]
    let name = Printable.quoted(field.name.string)
    if case .generatedColumn = field.storage {
      return ServiceError(
        .readonlyField, "the field \(name) is computed by the database and is never written")
    }
    return ServiceError(.readonlyField, "the field \(name) is readonly for the user")
  }

  private mutating func set(_ id: FieldID, _ given: FieldValue) throws(ValueFault) {
    let field = table.table[id]
    let check = ValueCheck(field: field, clock: context.clock)
    switch field.storage {
    case .column, .generatedColumn:
      columns.append((id, try check.stored(given)))
    case .jsonArray:
      let members = try check.members(given)
      columns.append((id, members == nil ? .null : try check.stored(members ?? [])))
    case .link(let link):
      let column = resolution.scope.schema[link.table][link.member]
      links.append(
        LinkChange(
          field: id, link: link, members: try check.members(given, in: column) ?? []))
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

  private var isGuest: Bool { context.user.userType.flatMap { UserType(named: $0) } == .guest }

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
      try set(owner, table.table[owner].isManyValued ? .members([id]) : .value(id))
      claimed = owner
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
    guard isGuest, let owner = table.table.ownerField else { return }
    if columns.contains(where: { $0.field == owner })
      || links.contains(where: { $0.field == owner })
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
  func isOwn(_ field: FieldID) -> Bool { field == claimed }

  // MARK: Which records

  /// The filter of a selection, with names resolved among the fields that the user sees.
  func filter(_ selection: RecordSelection) throws(ServiceError) -> Filter {
    let hasSearch = selection.search.map { !$0.isEmpty } ?? false
    guard selection.isEverything || !selection.filters.isEmpty || hasSearch else {
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
