import RecordFilter
import RowscopeModel

/// Whether a related record matches a filter; for a link, whether a member does.
final class RelatedTest: Sendable {
  private struct Pair: Sendable {
    let near: Int
    let far: Int
    let nearName: String
    /// The affinity applied when the values are stored.
    let nearStoring: Affinity?
    let farStoring: Affinity?
    let farName: String
    let equality: KeyEquality

    /// The value by which the far records are asked for; NULL where there are none.
    func wanted(_ key: Value) -> Value {
      guard let conversion = equality.nearConversion else { return key }
      let converted = conversion.converted(key)
      return equality.farConversion == nil || converted.isNull ? converted : key
    }

    /// Whether a far record has the key.
    func matches(_ value: Value, _ key: Value) -> Bool {
      let (value, key) = (
        equality.farConversion?.converted(value) ?? value,
        equality.nearConversion?.converted(key) ?? key
      )
      return !value.isNull && !key.isNull
        && Comparison.order(
          value, key, affinity: equality.affinity, collation: equality.collation) == 0
    }
  }

  /// A link's members, if the record has them in the form of an answer: a JSON array.
  private struct GivenMembers: Sendable {
    let index: Int
    let name: String
    let member: Field
    let test: Term

    /// Whether the test depends on the members' values, not only on their existence.
    var comparesValues: Bool { test.test != .isNull }
  }

  private let pairs: [Pair]
  private let far: NamedFields
  private let predicate: RecordPredicate
  private let isComplement: Bool
  private let members: GivenMembers?

  convenience init(_ related: RelatedFilter, _ schema: Schema, _ table: TableID) {
    self.init(related, members: nil, schema, table)
  }

  /// - Precondition: the test applies to a field of many values.
  convenience init(_ term: Term, _ link: Link, _ schema: Schema, _ table: TableID) {
    let (test, isComplement): (Term, Bool) =
      switch term.test {
      case .hasMember(let members):
        (Term(link.member, .isOneOf(members)), term.isComplement)
      case .converted(.members(let form), .hasMember(let members)):
        (Term(link.member, form.type.memberTest(members)), term.isComplement)
      case .isNull, .isEmpty:
        (Term(link.member, .isNull, isComplement: true), !term.isComplement)
      case .equals, .compares, .isOneOf, .isBetween, .matches, .converted:
        preconditionFailure("a field of many values has members; it cannot be compared")
      }
    let members = GivenMembers(
      index: term.field.index, name: schema[table][term.field].name.string,
      member: schema[link.table][link.member], test: test)
    self.init(
      RelatedFilter(
        table: link.table, pairs: link.pairs, filter: .term(test), isComplement: isComplement),
      members: members, schema, table)
  }

  private init(
    _ related: RelatedFilter, members: GivenMembers?, _ schema: Schema, _ table: TableID
  ) {
    let (near, far) = (schema[table], schema[related.table])
    pairs = related.pairs.map { pair in
      Pair(
        near: pair.near.index, far: pair.far.index, nearName: near[pair.near].name.string,
        nearStoring: near.storing(pair.near), farStoring: far.storing(pair.far),
        farName: far[pair.far].name.string,
        equality: KeyEquality(pair, from: near, to: far))
    }
    self.far = NamedFields(far)
    predicate = RecordPredicate(related.filter, schema: schema, table: related.table)
    isComplement = related.isComplement
    self.members = members
  }

  func evaluate(_ record: BorrowedRecord, _ evaluation: inout RecordEvaluation) -> Truth {
    let truth =
      givenMembers(of: record, &evaluation) ?? relatedRecords(of: record, &evaluation)
    return isComplement ? truth.complement : truth
  }

  // MARK: Members in the record

  /// Nil if the record does not have the members.
  private func givenMembers(
    of record: BorrowedRecord, _ evaluation: inout RecordEvaluation
  ) -> Truth? {
    guard let members, let given = record[members.index], !given.isNull else { return nil }
    guard case .text(let text) = given else {
      return evaluation.unknown(.invalidMembers(members.name))
    }
    var (isFound, isExact) = (false, true)
    let isArray = text.withBytes { bytes in
      JSONMembers.forEach(in: bytes) { element in
        guard !isFound, let value = Value(element) else { return }
        if case .real = value, members.comparesValues {
          isExact = false
        } else {
          isFound = members.test.holds(
            for: members.member.affinity.stored(value), in: members.member)
        }
      }
    }
    // An answer shows fifteen digits of a real, and a text with NUL is cut there on reading, so the
    // result may be wrong.
    if members.comparesValues, !isFound && !isExact || Self.nul.matches(.text(text)) {
      return evaluation.unknown(.invalidMembers(members.name))
    }
    return isArray ? Truth(isFound) : evaluation.unknown(.invalidMembers(members.name))
  }

  private static let nul = TextPattern("\\u0000", anchor: .anywhere, ignoresCase: false)

  // MARK: Records of the other table

  /// The records that a key may lead to.
  private enum Candidates {
    /// No record can match.
    case nobody
    case unknown
    case records([[String: Value]], key: [Value])
  }

  private func candidates(
    of record: BorrowedRecord, _ evaluation: inout RecordEvaluation
  ) -> Candidates {
    if predicate.constant == false { return .nobody }
    var key: [Value] = []
    var missing: String?
    for pair in pairs {
      guard let given = record[pair.near] else {
        missing = missing ?? pair.nearName
        continue
      }
      let value = pair.nearStoring?.stored(given) ?? given
      // NULL equals nothing.
      if value.isNull { return .nobody }
      key.append(value)
    }
    if let missing {
      _ = evaluation.unknown(.missingField(missing))
      return .unknown
    }
    return candidates(with: key, &evaluation)
  }

  private func candidates(
    with key: [Value], _ evaluation: inout RecordEvaluation
  ) -> Candidates {
    let wanted = zip(pairs, key).map { $0.wanted($1) }
    guard !wanted.contains(where: \.isNull) else { return .nobody }
    guard
      let records = evaluation.related?(
        RelatedKey(table: far.table.name.string, fields: pairs.map(\.farName), values: wanted))
    else {
      _ = evaluation.unknown(.missingRelated(table: far.table.name.string))
      return .unknown
    }
    return .records(records, key: key)
  }

  /// What `body` makes of the related record that matches, of which there is one at most; NULL if
  /// there is none, nil if that is not known.
  func valueOfMatch(
    for record: BorrowedRecord, _ evaluation: inout RecordEvaluation,
    _ body: (BorrowedRecord, inout RecordEvaluation) -> Value?
  ) -> Value? {
    switch candidates(of: record, &evaluation) {
    case .nobody: return .some(.null)
    case .unknown: return Optional.none
    case .records(let records, let key):
      for record in records {
        switch evaluate(record, key, &evaluation) {
        case .no: continue
        case .unknown: return Optional.none
        case .yes:
          var value: Value?
          let truth = far.withRecord(record, &evaluation) { record, evaluation in
            value = body(record, &evaluation)
            // Compared with nil, NULL would be no value.
            if case .none = value { return .unknown }
            return .yes
          }
          return truth == .yes ? value : Optional.none
        }
      }
      return .some(.null)
    }
  }

  /// Whether there is a related record that matches, and for which `body` holds.
  func relatedRecords(
    of record: BorrowedRecord, _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth = { _, _ in .yes }
  ) -> Truth {
    records(candidates(of: record, &evaluation), &evaluation, where: body)
  }

  /// Whether there is a record with this key that matches, and for which `body` holds.
  func records(
    with key: [Value], _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth
  ) -> Truth {
    records(candidates(with: key, &evaluation), &evaluation, where: body)
  }

  private func records(
    _ candidates: Candidates, _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth
  ) -> Truth {
    let (records, key): ([[String: Value]], [Value])
    switch candidates {
    case .nobody: return .no
    case .unknown: return .unknown
    case .records(let found, let wanted): (records, key) = (found, wanted)
    }
    let isDoubtful = evaluation.doubt != nil
    var result = Truth.no
    for record in records {
      switch evaluate(record, key, &evaluation, where: body) {
      case .no: continue
      case .unknown: result = .unknown
      case .yes:
        if !isDoubtful { evaluation.doubt = nil }
        return .yes
      }
    }
    return result
  }

  /// Whether one of the records has the key and matches the filter.
  private func evaluate(
    _ related: [String: Value], _ key: [Value], _ evaluation: inout RecordEvaluation,
    where body: (BorrowedRecord, inout RecordEvaluation) -> Truth = { _, _ in .yes }
  ) -> Truth {
    far.withRecord(related, &evaluation) { record, evaluation in
      var result = Truth.yes
      for (pair, near) in zip(pairs, key) {
        guard let given = record[pair.far] else {
          result = evaluation.unknown(.missingField(pair.farName))
          continue
        }
        let value = pair.farStoring?.stored(given) ?? given
        if !pair.matches(value, near) { return .no }
      }
      switch predicate.evaluate(record, &evaluation) {
      case .no: return .no
      case .unknown: return .unknown
      case .yes: return result == .yes ? body(record, &evaluation) : result
      }
    }
  }
}

extension Value {
  /// The value of a member; nil if the element cannot be one.
  fileprivate init?(_ element: JSONMembers.Element) {
    switch element {
    case .integer(let integer): self = .integer(integer)
    case .real(let real): self = .real(real)
    case .text(let bytes): self = .text(Text(bytes: bytes))
    case .other: return nil
    }
  }
}
