import AccessProfiles
import RecordFilter
import RowscopeModel

/// How the records of an answer are put together: what each shows of its own row, and of related
/// ones.
///
/// A class because every request passes it on, and few have one.
package final class AnswerLayout: Sendable {
  enum Slot: Sendable {
    /// A column of the row.
    case column(Int)
    /// One of ``related``.
    case related(Int)
  }

  /// In the order of the answer.
  let slots: [Slot]
  let related: [RelatedLevel]
  let shape: RecordShape

  init(slots: [Slot], related: [RelatedLevel], shape: RecordShape) {
    self.slots = slots
    self.related = related
    self.shape = shape
  }

  /// Whether a record is the first columns of its row, under the names of the fields.
  func isPlain(_ projection: [FieldID], of table: Table) -> Bool {
    related.isEmpty && slots.count == projection.count
      && zip(projection, shape.fields).allSatisfy { table[$0].name.string == $1.name }
  }
}

/// The related records of one relation, for all records of a list: one level of an answer.
package final class RelatedLevel: Sendable {
  /// One column of the relation's key.
  struct KeyPart: Sendable {
    /// Where it stands in the near rows, and in those of this level.
    let near: Int
    let far: Int
    /// The field of this level's table.
    let field: FieldID
    /// The affinity and collation by which both are compared.
    let affinity: Affinity
    let collation: Collation
    /// What is compared in place of the near and the far values.
    let nearConversion: Conversion?
    let farConversion: Conversion?
    /// Whether values of the near column, compared with the far one as values, find all records
    /// that the columns compare as equal.
    let findsByValue: Bool
    /// Whether they find no others.
    var isExact: Bool { farConversion == nil }
    /// How the near column holds the keys, where they are the members of a field.
    let members: Members?
  }

  /// Members that are the keys of related records.
  struct Members: Sendable {
    let form: MembersForm
    let type: MemberType
    /// That of the keys' column.
    let keyAffinity: Affinity

    /// The values by which a key is found that a member equals. Each finds other records.
    func stored(_ member: Value) -> [Value] {
      let text = member.asTextIfNumber
      var number = member.asNumberIfText
      // One that is equal to another finds the same records.
      if case .real(let real) = number, let integer = Int64(exactly: real) {
        number = .integer(integer)
      }
      if keyAffinity.isNumeric { return [number] }
      // A key may be stored as a number or as the text of one.
      return keyAffinity == .text || number == text ? [text] : [number, text]
    }
  }

  let keys: [KeyPart]
  /// What a near row must match to lead to records, by the relation's own condition.
  let condition: RowCondition?
  /// The most records for each near one; nil for the one record that the relation leads to.
  let size: Int?
  /// Where the plain key stands in the near rows, to be shown where no record is in reach.
  let plainKey: Int?
  /// The records of this level, of whatever near record.
  let query: Query
  let layout: AnswerLayout
  /// The statement for the records of some keys.
  let statement = RelatedStatement()

  init(
    keys: [KeyPart], condition: RowCondition?, size: Int?, plainKey: Int?, query: Query,
    layout: AnswerLayout
  ) {
    self.keys = keys
    self.condition = condition
    self.size = size
    self.plainKey = plainKey
    self.query = query
    self.layout = layout
  }
}

extension RequestResolution {
  /// The fields to read for a selection, in the order of the answer and then those that find
  /// related records, and how the answer is put together from them.
  ///
  /// - Parameter keys: further fields to read.
  func layout(
    _ record: SelectedRecord, reading keys: [FieldID] = []
  ) throws(ServiceError) -> (projection: [FieldID], shownCount: Int, layout: AnswerLayout) {
    var projection: [FieldID] = []
    for case .field(let field, _) in record.entries where !projection.contains(field) {
      projection.append(field)
    }
    let shownCount = projection.count
    func position(of field: FieldID) -> Int {
      if let position = projection.firstIndex(of: field) { return position }
      projection.append(field)
      return projection.count - 1
    }
    for key in keys { _ = position(of: key) }
    var slots: [AnswerLayout.Slot] = []
    var related: [RelatedLevel] = []
    var fields: [RecordField] = []
    var shapes: [RecordShape.Related?] = []
    for entry in record.entries {
      switch entry {
      case .field(let field, let name):
        slots.append(.column(position(of: field)))
        fields.append(self.field(field, named: name))
        shapes.append(nil)
      case .related(let relation):
        slots.append(.related(related.count))
        let level = try level(relation, position)
        related.append(level)
        fields.append(
          relation.key.map { self.field($0, named: relation.relation.name) }
            ?? RecordField(
              name: relation.relation.name.string, isReadonly: true, presentation: .stored))
        shapes.append(
          RecordShape.Related(
            shape: level.layout.shape, isList: relation.list != nil, hasKey: relation.key != nil))
      }
    }
    return (
      projection, shownCount,
      AnswerLayout(
        slots: slots, related: related,
        shape: RecordShape(fields, related: related.isEmpty ? [] : shapes))
    )
  }

  private func field(_ id: FieldID, named name: Name) -> RecordField {
    RecordField(
      name: name.string, isReadonly: access.fields[id.index] == .readonly,
      presentation: table[id].presentation)
  }

  /// What the records of a level must match, and the rows that lead to them.
  private func ends(
    of relation: Relation, _ position: (FieldID) -> Int
  ) throws(ServiceError) -> (rows: Filter, condition: RowCondition?) {
    let step = scope.step(relation, context)
    if step.condition == .always { return (step.filter, nil) }
    if let fields = step.condition.ownColumns(in: table) {
      return (
        step.filter,
        RowCondition(
          step.condition, columns: fields.map { ($0, position($0)) }, of: access.table,
          in: scope.schema)
      )
    }
    // Of a record that each far one leads back to alone, it can be asked from there.
    let back = Relation(
      name: relation.name, table: access.table,
      direction: relation.direction == .toChildren ? .toParent : .toChildren,
      pairs: relation.pairs.map(\.reversed))
    guard scope.schema.leadsToOne(back, from: relation.table) else {
      throw ServiceError(
        .unsupported,
        "\(Printable.quoted(relation.name.string)) depends on records of other tables, and no "
          + "answer shows what it leads to",
        hint: "ask for these records by a request of their own")
    }
    return (
      .all(step.filter, .related(table: access.table, pairs: back.pairs, where: step.condition)),
      nil
    )
  }

  /// - Parameter position: where a field of this table stands in its rows.
  private func level(
    _ relation: SelectedRelation, _ position: (FieldID) -> Int
  ) throws(ServiceError) -> RelatedLevel {
    let far = resolution(for: relation.relation.table)
    var record = relation.record
    if let key = relation.farKey { try record.putFirst(key, of: far.table) }
    let pairs = relation.relation.pairs
    let (rows, condition) = try ends(of: relation.relation, position)
    let (projection, _, layout) = try far.layout(record, reading: pairs.map(\.far))
    let order = try relation.list.map { (list) throws(ServiceError) in try far.order(list.sort).keys
    }
    return RelatedLevel(
      keys: pairs.map { pair in
        let (near, farField) = (table[pair.near], far.table[pair.far])
        if let type = relation.relation.memberType {
          return self.members(near, type, at: position(pair.near), pair.far, farField, projection)
        }
        let equality = KeyEquality(pair, from: table, to: far.table)
        return RelatedLevel.KeyPart(
          near: position(pair.near), far: projection.firstIndex(of: pair.far) ?? 0,
          field: pair.far, affinity: equality.affinity, collation: equality.collation,
          nearConversion: equality.nearConversion, farConversion: equality.farConversion,
          findsByValue: (equality.farConversion == nil || equality.farConversion == .keyText)
            && equality.collation == farField.collation
            && (farField.affinity.isNumeric || equality.affinity == .blob),
          members: nil)
      },
      condition: condition, size: relation.list.map { $0.size ?? limits.defaultSize ?? .max },
      plainKey: relation.key.map(position),
      query: Query(
        table: relation.relation.table, scope: rows, projection: projection,
        order: order ?? []),
      layout: layout)
  }

  /// The part of a key that the members of a field are.
  private func members(
    _ near: Field, _ type: MemberType, at position: Int, _ field: FieldID, _ far: Field,
    _ projection: [FieldID]
  ) -> RelatedLevel.KeyPart {
    var form = near.members
    // The elements of an array are told apart by their bytes.
    var collation = Collation.binary
    if case .link(let link) = near.storage {
      form = MembersForm()
      collation = scope.schema[link.table][link.member].collation
    }
    return RelatedLevel.KeyPart(
      near: position, far: projection.firstIndex(of: field) ?? 0, field: field,
      affinity: .blob, collation: collation, nearConversion: nil, farConversion: nil,
      // By another collation two members would find one record.
      findsByValue: far.collation != .rtrim && collation == far.collation
        && (far.affinity.isNumeric || type != .number),
      members: RelatedLevel.Members(form: form, type: type, keyAffinity: far.affinity))
  }
}
