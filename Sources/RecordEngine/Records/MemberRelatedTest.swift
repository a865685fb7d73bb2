import RecordFilter
import RowscopeModel

/// Whether one of the records that a field's members name matches a filter.
final class MemberRelatedTest: Sendable {
  /// A column of a record in hand.
  private struct Part: Sendable {
    let index: Int
    let name: String
    /// The affinity applied when the value is stored.
    let storing: Affinity?

    init(_ field: FieldID, of table: Table) {
      index = field.index
      name = table[field].name.string
      storing = table.storing(field)
    }

    func value(of record: BorrowedRecord) -> Value? {
      guard let given = record[index] else { return Optional.none }
      return storing?.stored(given) ?? given
    }
  }

  /// The rows of a link table that hold the members.
  private struct Rows: Sendable {
    let table: NamedFields
    let near: [Part]
    let far: [Part]
    let member: Part
    let comparisons: [(affinity: Affinity, collation: Collation)]
    let collation: Collation
  }

  private let field: Part
  private let form: MembersForm
  private let rows: Rows?
  private let far: NamedFields
  private let key: Part
  private let type: MemberType
  private let predicate: RecordPredicate
  private let isComplement: Bool

  init(_ related: RelatedFilter, _ type: MemberType, _ schema: Schema, _ table: TableID) {
    let (near, far, pair) = (schema[table], schema[related.table], related.pairs[0])
    field = Part(pair.near, of: near)
    form = near[pair.near].members
    self.far = NamedFields(far)
    key = Part(pair.far, of: far)
    self.type = type
    predicate = RecordPredicate(related.filter, schema: schema, table: related.table)
    isComplement = related.isComplement
    if case .link(let link) = near[pair.near].storage {
      let table = schema[link.table]
      rows = Rows(
        table: NamedFields(table), near: link.pairs.map { Part($0.near, of: near) },
        far: link.pairs.map { Part($0.far, of: table) }, member: Part(link.member, of: table),
        comparisons: link.pairs.map {
          (
            table[$0.far].affinity.whenCompared(with: near[$0.near].affinity),
            table[$0.far].collation
          )
        }, collation: table[link.member].collation)
    } else {
      rows = nil
    }
  }

  func evaluate(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    let truth = relatedRecords(of: record, &evaluation) { _, _ in .yes }
    return isComplement ? truth.complement : truth
  }

  /// Whether there is a record that a member names and that matches, and for which `body` holds.
  func relatedRecords(
    of record: BorrowedRecord, _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth
  ) -> Truth {
    if predicate.constant == false { return .no }
    let isDoubtful = evaluation.doubt != nil
    let members: [Value]
    switch rows.map({ linked($0, record, &evaluation) }) ?? listed(record, &evaluation) {
    case nil: return .unknown
    case let found?: members = found
    }
    var result = Truth.no
    for member in Set(members) {
      switch evaluate(member, &evaluation, where: body) {
      case .no: continue
      case .unknown: result = .unknown
      case .yes:
        if !isDoubtful { evaluation.doubt = nil }
        return .yes
      }
    }
    return result
  }

  // MARK: Members

  /// As members compare; nil if they are not known.
  private func listed(
    _ record: BorrowedRecord, _ evaluation: inout RecordEvaluation
  ) -> [Value]? {
    guard let stored = field.value(of: record) else {
      _ = evaluation.unknown(.missingField(field.name))
      return nil
    }
    var members: [Value] = []
    let isList = stored.borrowed { stored in
      form.forEach(in: stored) { members.append(type.key(of: $0)) }
    }
    return isList ? members.filter { !$0.isNull } : []
  }

  /// Those that the record has in the form of an answer, or those of the link's rows.
  private func linked(
    _ rows: Rows, _ record: BorrowedRecord, _ evaluation: inout RecordEvaluation
  ) -> [Value]? {
    if let given = record[field.index], !given.isNull {
      var members: [Value] = []
      var isExact = true
      guard case .text(let text) = given,
        text.withBytes({ bytes in
          JSONMembers.forEach(in: bytes) { element in
            switch element {
            case .integer(let integer): members.append(type.key(of: Value.integer(integer)))
            case .text(let bytes):
              // A text with a NUL is cut there in an answer.
              if bytes.contains(0) { isExact = false }
              members.append(type.key(of: Value.text(Text(bytes: bytes))))
            // An answer does not show a real to its last digit.
            case .real: isExact = false
            case .other: break
            }
          }
        }), isExact
      else {
        _ = evaluation.unknown(.invalidMembers(field.name))
        return nil
      }
      return members.filter { !$0.isNull }
    }
    var values: [Value] = []
    for part in rows.near {
      guard let value = part.value(of: record) else {
        _ = evaluation.unknown(.missingField(part.name))
        return nil
      }
      if value.isNull { return [] }
      values.append(value)
    }
    let asked = RelatedKey(
      table: rows.table.table.name.string, fields: rows.far.map(\.name), values: values)
    guard let found = evaluation.related?(asked) else {
      _ = evaluation.unknown(.missingRelated(table: asked.table))
      return nil
    }
    var members: [Value] = []
    for row in found {
      var missing: String?
      let isOwn = rows.table.withRecord(row, &evaluation) { row, _ in
        for ((part, comparison), near) in zip(zip(rows.far, rows.comparisons), values) {
          guard let value = part.value(of: row) else {
            missing = part.name
            return .unknown
          }
          let order = Comparison.order(
            value, near, affinity: comparison.affinity, collation: comparison.collation)
          if value.isNull || order != 0 { return .no }
        }
        guard let member = rows.member.value(of: row) else {
          missing = rows.member.name
          return .unknown
        }
        members.append(type.key(of: member))
        return .yes
      }
      if isOwn == .unknown {
        if let missing { _ = evaluation.unknown(.missingField(missing)) }
        return nil
      }
    }
    return members.filter { !$0.isNull }
  }

  // MARK: The records that they name

  private func evaluate(
    _ member: Value, _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth
  ) -> Truth {
    var result = Truth.no
    // A key may be the same digits in the other form.
    for value in MemberType.any.equals([member]) {
      let asked = RelatedKey(
        table: far.table.name.string, fields: [key.name], values: [value])
      guard let records = evaluation.related?(asked) else {
        return evaluation.unknown(.missingRelated(table: asked.table))
      }
      for record in records {
        switch evaluate(record, named: member, &evaluation, where: body) {
        case .no: continue
        case .unknown: result = .unknown
        case .yes: return .yes
        }
      }
    }
    return result
  }

  private func evaluate(
    _ record: [String: Value], named member: Value, _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth
  ) -> Truth {
    far.withRecord(record, &evaluation) { record, evaluation in
      guard let value = key.value(of: record) else {
        return evaluation.unknown(.missingField(key.name))
      }
      let own = type.key(of: value)
      guard !own.isNull,
        Comparison.order(own, member, collation: rows?.collation ?? .binary) == 0
      else { return .no }
      let truth = predicate.evaluate(record, &evaluation)
      return truth == .yes ? body(record, &evaluation) : truth
    }
  }
}
