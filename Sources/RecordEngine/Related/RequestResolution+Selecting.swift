import AccessProfiles
import RecordFilter
import RowscopeModel

extension RequestResolution {
  /// What a selection shows. All names become fields and relations here, each looked up among what
  /// the user sees.
  func selected(_ selection: [FieldSelection]?) throws(ServiceError) -> SelectedRecord {
    var record = SelectedRecord()
    guard let selection else {
      for field in access.visibleFields { try record.add(field, of: table) }
      return record
    }
    guard !selection.isEmpty else {
      throw ServiceError(
        .invalidRequest, "the selection names no field",
        hint: "leave \"select\" out for all fields")
    }
    for entry in selection {
      switch entry.content {
      case .field(let name): try add(name, asColumn: false, to: &record)
      case .column(let name): try add(name, asColumn: true, to: &record)
      case .list(let list): try add(list, to: &record)
      }
    }
    return record
  }

  /// The fields of a selection that names only fields of the table itself, as most do; nil for any
  /// other, and where one of them is not to be seen in every record.
  func ownFields(_ selection: [FieldSelection]?) -> [FieldID]? {
    guard let selection else { return access.cells.isEmpty ? access.visibleFields : nil }
    var fields: [FieldID] = []
    fields.reserveCapacity(selection.count)
    for entry in selection {
      guard case .field(let name) = entry.content, let field = table.fieldID(named: name),
        access.isAlwaysVisible(field)
      else { return nil }
      if !fields.contains(field) { fields.append(field) }
    }
    return fields.isEmpty ? nil : fields
  }

  private func add(
    _ name: String, asColumn: Bool, to record: inout SelectedRecord
  ) throws(ServiceError) {
    let (steps, fields) = try target(name, asColumn: asColumn)
    if let step = manyStep(steps), !asColumn {
      throw ServiceError(
        .unsupported,
        "\(Printable.quoted(name)) may lead to several records: "
          + "\(Printable.quoted(step.name.string)) is a list",
        hint: "ask for the list: {\"path\": \(Printable.quoted(step.name.string)), "
          + "\"select\": [\"FIELD\"]}")
    }
    if steps.isEmpty, let field = fields.first {
      // Another name than the field's own, by which clients know it, is that of the answer.
      let name = Name(name) == table[field].name ? table[field].name : Name(name)
      return try record.add(field, of: table, as: name)
    }
    try add(
      fields, as: keyName(at: name, fields, of: steps), by: steps[...], from: access.table,
      to: &record)
  }

  /// `id_clients`, where a path ends in that instead of the key's own name.
  private func keyName(at path: String, _ fields: [FieldID], of steps: [Relation]) -> Name? {
    guard let far = steps.last.map({ scope.schema[$0.table] }), let field = fields.first,
      far.primaryKey == [field], fields.count == 1, !path.hasByteSuffix("*")
    else { return nil }
    let (own, other) = (".\(far[field].name)", "id_\(far.name)")
    func end(_ count: Int) -> Name {
      Name(String(decoding: path.utf8.suffix(count), as: UTF8.self))
    }
    let isOwn = end(own.utf8.count) == Name(own)
    return isOwn || end(other.utf8.count) != Name(other) ? nil : end(other.utf8.count)
  }

  /// The fields that a name stands for, and the relations on the way to them.
  private func target(
    _ name: String, asColumn: Bool
  ) throws(ServiceError) -> ([Relation], [FieldID]) {
    if let path = scope.field(named: name, in: access.table) { return (path.steps, [path.field]) }
    if name.hasByteSuffix(".*"),
      let steps = scope.relations(
        named: String(decoding: name.utf8.dropLast(2), as: UTF8.self), from: access.table),
      let last = steps.last
    {
      let fields = scope.fields(of: last.table)
      return (steps, fields.indices.filter { fields[$0] != .hidden }.map(FieldID.init))
    }
    guard scope.relations(named: name, from: access.table) == nil else {
      throw ServiceError(
        .unknownField,
        "unknown field \(Printable.quoted(name)) in table \(Printable.quoted(table.name.string))",
        hint: asColumn
          ? "it leads to records: ask for a field of theirs as "
            + "\(Printable.quoted("\(name).FIELD")), or for all as \(Printable.quoted("\(name).*"))"
          : "it leads to records: ask for {\"path\": \(Printable.quoted(name)), "
            + "\"select\": [\"FIELD\"]}")
    }
    throw unknownField(name)
  }

  private func add(
    _ fields: [FieldID], as name: Name?, by steps: ArraySlice<Relation>, from table: TableID,
    to record: inout SelectedRecord
  ) throws(ServiceError) {
    guard let step = steps.first else {
      for field in fields { try record.add(field, of: scope.schema[table], as: name) }
      return
    }
    let list =
      scope.schema.leadsToOne(step, from: table) ? nil : SelectedRelation.List(isOfColumns: true)
    let place = try record.place(of: step, list)
    try record.update(at: place) { (record) throws(ServiceError) in
      try add(fields, as: name, by: steps.dropFirst(), from: step.table, to: &record)
    }
  }

  private func add(
    _ list: FieldSelection.RelatedList, to record: inout SelectedRecord
  ) throws(ServiceError) {
    guard let steps = scope.relations(named: list.path, from: access.table),
      let last = steps.last
    else { throw unknownRelation(list.path) }
    if let step = manyStep(Array(steps.dropLast())) {
      throw ServiceError(
        .unsupported,
        "\(Printable.quoted(list.path)) leads through the list \(Printable.quoted(step.name.string))",
        hint: "put the one list into the other's \"select\"")
    }
    let far = resolution(for: last.table)
    let shown = try far.selected(list.select)
    try addList(
      SelectedRelation.List(sort: list.sort, size: try size(list.size, isOfRelated: true)), shown,
      by: steps[...],
      from: access.table, to: &record)
  }

  /// The same where a relation is hidden.
  private func unknownRelation(_ path: String) -> ServiceError {
    let isField = scope.field(named: path, in: access.table) != nil
    return ServiceError(
      .unknownField,
      "\(Printable.quoted(path)) leads to no related records from table "
        + Printable.quoted(table.name.string),
      hint: isField
        ? "it is a field: select it by its name, \(Printable.quoted(path))"
        : scope.relationHint(for: path, in: access.table))
  }

  private func addList(
    _ list: SelectedRelation.List, _ shown: SelectedRecord, by steps: ArraySlice<Relation>,
    from table: TableID, to record: inout SelectedRecord
  ) throws(ServiceError) {
    guard let step = steps.first else {
      record = shown
      return
    }
    let isLast = steps.count == 1
    let place = try record.place(of: step, isLast ? list : nil)
    try record.update(at: place) { (record) throws(ServiceError) in
      try addList(list, shown, by: steps.dropFirst(), from: step.table, to: &record)
    }
  }

  /// The first of a path's relations that may lead to several records.
  func manyStep(_ steps: [Relation]) -> Relation? {
    let nearTables = [access.table] + steps.map(\.table)
    return zip(nearTables, steps).first { !scope.schema.leadsToOne($1, from: $0) }?.1
  }

  /// The same user's requests to another table.
  func resolution(for table: TableID) -> RequestResolution {
    RequestResolution(
      scope: scope,
      access: TableAccess(
        table: table, rows: RowAccess(scope.rows(of: table)), fields: scope.fields(of: table),
        rights: [], cells: scope.cells(of: table)),
      context: context, limits: limits, profileIdentity: profileIdentity)
  }
}
