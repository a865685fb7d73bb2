import AccessProfiles
import RecordFilter
import RecordStore
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
  /// Where each of these stands among the slots.
  let slotsOfRelated: [Int]
  let shape: RecordShape
  /// The slots that some records do not show, each with the test of those that do.
  private let cells: [(slot: Int, shown: RowTest)]
  /// The column of the rows' first test.
  let firstTest: Int
  /// Whether a record may not show something, or a related one of it.
  package let mayHide: Bool

  init(
    slots: [Slot], related: [RelatedLevel], shape: RecordShape,
    cells: [(slot: Int, shown: RowTest)], firstTest: Int
  ) {
    self.slots = slots
    self.related = related
    self.shape = shape
    slotsOfRelated = slots.indices.filter { index in
      if case .related = slots[index] { true } else { false }
    }
    self.cells = cells
    self.firstTest = firstTest
    mayHide = !cells.isEmpty || related.contains { $0.layout.mayHide }
  }

  /// The column and the name of each slot; a negative column for related records.
  var columns: [(column: Int, name: Name)] {
    zip(slots, shape.fields).map { slot, field in
      if case .column(let column) = slot { (column, Name(field.name)) } else { (-1, "") }
    }
  }

  /// The slots that the record of a row does not show.
  func hiddenSlots(of row: borrowing Row) -> [Int] {
    if cells.isEmpty { return [] }
    var hidden: [Int] = []
    for (slot, shown) in cells where !shown.holds(for: row, firstTest) { hidden.append(slot) }
    return hidden
  }

  /// Whether a record is the first columns of its row, under the names of the fields.
  func isPlain(_ projection: some Collection<FieldID>, of table: Table) -> Bool {
    related.isEmpty && !mayHide && slots.count == projection.count
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
    /// Whether other values than the stored ones are compared.
    let isConverted: Bool
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
  /// Whether a near row leads to records, by the relation's own condition.
  let condition: RowTest
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
    keys: [KeyPart], condition: RowTest, size: Int?, plainKey: Int?, query: Query,
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

extension RelatedLevel {
  /// The rows that may have one of these keys.
  func query(ofKeys keys: LevelKeys) -> Query {
    var query = query
    query.request = .all(
      zip(self.keys, keys.values).map { part, values in
        part.findsByValue ? .equals(part.field, oneOf: values) : .always
      })
    return query
  }
}

extension RequestResolution {
  /// The fields to read for a selection, in the order of the answer and then those that find
  /// related records, and how the answer is put together from them.
  ///
  /// - Parameters:
  ///   - keys: further fields to read.
  ///   - keyValueCount: the number of columns between these fields and the tests.
  ///   - tests: gets what is asked of each record.
  func layout(
    _ record: SelectedRecord, reading keys: [FieldID], keyValueCount: Int = 0,
    _ tests: inout RowTests
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
    var cells: [(slot: Int, shown: RowTest)] = []
    func show(_ near: [FieldID]) {
      let shown = near.compactMap { access.cells[$0] }
      if !shown.isEmpty { cells.append((slots.count, tests.ask(.all(shown)))) }
    }
    for entry in record.entries {
      switch entry {
      case .field(let field, let name):
        show([field])
        slots.append(.column(position(of: field)))
        fields.append(self.field(field, named: name))
        shapes.append(nil)
      case .related(let relation):
        show(relation.relation.pairs.map(\.near))
        slots.append(.related(related.count))
        let level = try level(relation, position, &tests)
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
        shape: RecordShape(fields, related: related.isEmpty ? [] : shapes), cells: cells,
        firstTest: projection.count + keyValueCount)
    )
  }

  private func field(_ id: FieldID, named name: Name) -> RecordField {
    RecordField(
      name: name.string, isReadonly: access.fields[id.index] == .readonly,
      presentation: table[id].presentation)
  }

  /// - Parameter position: where a field of this table stands in its rows.
  private func level(
    _ relation: SelectedRelation, _ position: (FieldID) -> Int, _ tests: inout RowTests
  ) throws(ServiceError) -> RelatedLevel {
    let far = resolution(for: relation.relation.table)
    var record = relation.record
    if let key = relation.farKey { try record.putFirst(key, of: far.table) }
    let pairs = relation.relation.pairs
    let step = scope.step(relation.relation, from: access.table, context)
    var farTests = RowTests(within: step.filter)
    let (projection, _, layout) = try far.layout(record, reading: pairs.map(\.far), &farTests)
    let order = try relation.list.map { (list) throws(ServiceError) in try far.order(list.sort).keys
    }
    var query = Query(
      table: relation.relation.table, scope: step.filter, projection: projection,
      order: order ?? [])
    query.tests = farTests.filters
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
          isConverted: !equality.isOfStoredValues, members: nil)
      },
      condition: tests.ask(step.condition),
      size: relation.list.map { $0.size ?? limits.defaultSize ?? .max },
      plainKey: relation.key.map(position), query: query, layout: layout)
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
      isConverted: false,
      members: RelatedLevel.Members(form: form, type: type, keyAffinity: far.affinity))
  }
}
