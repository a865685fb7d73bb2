import AccessProfiles
import RecordEngine
import RecordFilter
import RowscopeModel

/// Evaluates conditions on one record and on those that it is related to, and keeps what they saw.
struct ReasonReading {
  let schema: Schema
  let record: HeldRecord
  /// The members of the record's fields that are rows of another table.
  let members: [FieldID: Value]
  let related: RelatedRecords
  let context: ReferenceContext
  /// What was compared with each reference.
  private(set) var compared: [Reference: [Value]] = [:]

  /// The most related records that are named.
  static let recordsNamed = 5
  /// Whether more of them are looked at, for what they compare with references.
  private let looksAtAll: Bool

  init(
    _ record: HeldRecord, members: [FieldID: Value], in schema: Schema,
    related: @escaping RelatedRecords, for context: ReferenceContext,
    lookingAtAll looksAtAll: Bool = false
  ) {
    self.looksAtAll = looksAtAll
    (self.record, self.members, self.schema) = (record, members, schema)
    (self.related, self.context) = (related, context)
  }

  func verdict(_ filter: Filter, of record: HeldRecord? = nil) -> RecordReasons.Verdict {
    let record = record ?? self.record
    return HeldFilter(filter, in: schema, on: record.table).decision(on: record, related).verdict
  }

  mutating func lines(
    _ reasons: [ConditionReason], of record: HeldRecord? = nil,
    at line: (ConditionReason) -> Int?
  ) -> [RecordReasons.ConditionLine] {
    reasons.map { self.line($0, of: record ?? self.record, at: line) }
  }

  private mutating func line(
    _ reason: ConditionReason, of record: HeldRecord, at line: (ConditionReason) -> Int?
  ) -> RecordReasons.ConditionLine {
    let verdict: RecordReasons.Verdict =
      switch (self.verdict(reason.holds, of: record), self.verdict(reason.fails, of: record)) {
      case (.met, _): .met
      case (_, .met): .failed
      default: .unknown
      }
    var saw: [String] = []
    var parts: [RecordReasons.ConditionLine] = []
    var named: [RecordReasons.RelatedLine] = []
    var count = 0
    switch reason.parts {
    case .test(let test): saw = self.saw(test, of: record)
    case .all(let inner), .any(let inner): parts = lines(inner, of: record, at: line)
    case .not(let inner): parts = lines([inner], of: record, at: line)
    case .related(let steps, let inner):
      guard let found = steps.flatMap({ records(by: $0, from: record) }) else {
        saw = [Self.unknownRelation]
        break
      }
      count = found.count
      if found.isEmpty { saw = ["no related record"] }
      for other in looksAtAll ? found[...] : found.prefix(Self.recordsNamed) {
        named.append(
          RecordReasons.RelatedLine(
            record: name(of: other), parts: lines(inner, of: other, at: line)))
      }
    }
    if case .test = reason.parts {
      saw += Set(reason.unknowns.map(\.reference)).map {
        "the user has no value for @\($0)"
      }.sorted()
    }
    return RecordReasons.ConditionLine(
      text: reason.text, line: line(reason), verdict: verdict, saw: saw, parts: parts,
      related: named, relatedCount: count)
  }

  private static let unknownRelation = "it is not known which records are related"

  // MARK: What a test saw

  private mutating func saw(_ test: ConditionReason.Test, of record: HeldRecord) -> [String] {
    var words = saw(test.field, test.steps, test.table, of: record, for: test.reference)
    if let other = test.other {
      words += saw(other.field, other.steps, other.table, of: record, for: nil)
    }
    if let reference = test.reference, let given = test.given {
      let values = given.map { shown(given: $0, reference) }.joined(separator: ", ")
      words.append("@\(reference) is \(given.count == 1 ? values : "[\(values)]")")
    }
    return words
  }

  private func shown(given value: Value, _ reference: Reference) -> String {
    guard reference == .today, case .integer(let day) = value else { return value.literal }
    return DeclaredType.date(DateForm()).shown(.integer(day)).literal
  }

  private mutating func saw(
    _ field: FieldID, _ steps: [FieldOperand.Step]?, _ table: TableID, of record: HeldRecord,
    for reference: Reference?
  ) -> [String] {
    guard let steps, let found = steps.isEmpty ? [record] : records(by: steps, from: record)
    else { return [Self.unknownRelation] }
    if found.isEmpty { return ["no related record"] }
    if let reference {
      for other in found { note(other, field, for: reference) }
    }
    var words = found.prefix(Self.recordsNamed).map { other in
      let what = "\(schema[table][field].name) is \(self.words(field, of: other))"
      return steps.isEmpty ? what : "\(name(of: other)): \(what)"
    }
    if found.count > Self.recordsNamed { words.append("\(found.count) records in all") }
    return words
  }

  /// A field's value, and what it stands for where its type has another form for it.
  private func words(_ field: FieldID, of record: HeldRecord) -> String {
    let declared = schema[record.table][field]
    guard let stored = record[field] else {
      return record == self.record ? members[field]?.literal ?? "not known" : "not known"
    }
    let literal = declared.presentation.shown(stored).literal
    guard let type = declared.type?.resolved(in: context.clock.zone), !stored.isNull else {
      return literal
    }
    guard let value = type.value(of: stored) else {
      return "\(literal), which is no value of its type"
    }
    switch (type, stored) {
    case (.date, .integer), (.date, .real), (.datetime, .integer), (.datetime, .real):
      return "\(literal), which is \(type.shown(value).literal)"
    default: return literal
    }
  }

  /// Keeps a value, or members, as the user would have them.
  private mutating func note(_ record: HeldRecord, _ field: FieldID, for reference: Reference) {
    let stored = record[field] ?? (record == self.record ? members[field] ?? .null : .null)
    note(stored, of: schema[record.table][field], for: reference)
  }

  mutating func note(_ stored: Value, of declared: Field, for reference: Reference) {
    var values: [Value] = []
    if declared.isManyValued {
      let form = declared.isLinked ? MembersForm() : declared.members
      _ = stored.borrowed { stored in form.forEach(in: stored) { values.append($0) } }
    } else if let type = declared.type?.resolved(in: context.clock.zone) {
      values = type.value(of: stored).map { [type.shown($0)] } ?? []
    } else {
      values = [stored]
    }
    for value in values where !value.isNull {
      if !compared[reference, default: []].contains(value) {
        compared[reference, default: []].append(value)
      }
    }
  }

  // MARK: Related records

  /// The records that steps lead to; nil where that is not known.
  func records(by steps: [FieldOperand.Step], from record: HeldRecord) -> [HeldRecord]? {
    var found = [record]
    for step in steps {
      var next: [HeldRecord] = []
      for near in found {
        guard
          let far = HeldStep(step, in: schema, from: near.table).records(from: near, related)
        else { return nil }
        for other in far where !next.contains(other) { next.append(other) }
      }
      found = next
    }
    return found
  }

  /// The table and the key of a record.
  private func name(of record: HeldRecord) -> String {
    let table = schema[record.table]
    let key = table.primaryKey.map { record[$0]?.literal ?? "?" }
    return ([table.name.string] + key).joined(separator: " ")
  }
}
