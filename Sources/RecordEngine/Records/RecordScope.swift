package import AccessProfiles
import Documents
package import RecordFilter
package import RowscopeModel
import Synchronization

/// The rules of one access to one table, for records from any source.
package final class RecordScope: Sendable {
  /// The inputs of an access, so that it can be computed again for another time.
  package struct Origin: Sendable {
    package let profiles: ProfileUnion
    package let user: User

    package init(profiles: ProfileUnion, user: User) {
      self.profiles = profiles
      self.user = user
    }
  }

  package let access: TableAccess
  package let table: Table
  package let dependsOnClock: Bool
  private let origin: Origin?
  private let seen: RecordPredicate
  private let edited: RecordPredicate
  private let deleted: RecordPredicate
  /// For each field that some records hide, what those match that show it.
  private let cells: [(field: FieldID, shown: RecordPredicate)]
  private let named: NamedFields
  private let related: RelatedRecords?
  private let remembered = LayoutMemory()

  /// - Parameters:
  ///   - write: nil if every record in scope may be changed, given the right.
  ///   - origin: nil if there is none; the access then cannot be renewed for another time.
  package init(
    _ access: TableAccess, _ write: WriteAccess?, schema: Schema, origin: Origin?,
    related: RelatedRecords?
  ) {
    self.access = access
    self.origin = origin
    self.related = related
    table = schema[access.table]
    dependsOnClock =
      origin.map {
        $0.profiles.everywhereDependsOnClock || $0.profiles.actsDependOnClock(access.table)
      } ?? false
    func predicate(_ act: RecordAct) -> RecordPredicate {
      RecordPredicate(
        access.rows(for: act, write, in: schema[access.table]).filter, schema: schema,
        table: access.table)
    }
    seen = predicate(.see)
    edited = predicate(.edit)
    deleted = predicate(.delete)
    cells = access.cells.map { field, filter in
      (field, RecordPredicate(filter, schema: schema, table: access.table))
    }
    named = NamedFields(table)
  }

  package func renewed(at clock: RequestClock) throws(ServiceError) -> RecordScope {
    guard let origin else { return self }
    let (access, write) = try origin.access(to: table.name.string, at: clock)
    return RecordScope(
      access, write, schema: origin.profiles.schema, origin: origin, related: related)
  }

  // MARK: Deciding

  package func allows(
    _ values: [Value], in layout: RecordLayout, to act: RecordAct
  ) -> Bool {
    let predicate = self[act]
    if let constant = predicate.constant { return constant }
    var evaluation = RecordEvaluation(related: related)
    return evaluate(predicate, values, in: layout, &evaluation) == .yes
  }

  package func decision(
    on values: [Value], in layout: RecordLayout, to act: RecordAct
  ) -> RecordDecision {
    var evaluation = RecordEvaluation(related: related)
    return RecordDecision(
      evaluate(self[act], values, in: layout, &evaluation), evaluation.doubt)
  }

  package func decision(on record: [String: Value], to act: RecordAct) -> RecordDecision {
    var evaluation = RecordEvaluation(related: related)
    let predicate = self[act]
    let truth = named.withRecord(record, &evaluation) { record, evaluation in
      predicate.evaluate(record, &evaluation)
    }
    return RecordDecision(truth, evaluation.doubt)
  }

  private subscript(act: RecordAct) -> RecordPredicate {
    switch act {
    case .see: seen
    case .edit: edited
    case .delete: deleted
    }
  }

  private func evaluate(
    _ predicate: RecordPredicate, _ values: [Value], in layout: RecordLayout,
    _ evaluation: inout RecordEvaluation
  ) -> Truth {
    values.withUnsafeBufferPointer { values in
      layout.positions.withUnsafeBufferPointer { positions in
        predicate.evaluate(BorrowedRecord(values: values, positions: positions), &evaluation)
      }
    }
  }

  // MARK: Showing

  /// The visible fields that a record in reach does not show, or of which that is not known.
  package func hiddenFields(_ values: [Value], in layout: RecordLayout) -> Set<FieldID> {
    hiddenFields { evaluate($0, values, in: layout, &$1) }
  }

  private func hiddenFields(
    _ evaluate: (RecordPredicate, inout RecordEvaluation) -> Truth
  ) -> Set<FieldID> {
    var hidden: Set<FieldID> = []
    for (field, shown) in cells {
      var evaluation = RecordEvaluation(related: related)
      if evaluate(shown, &evaluation) != .yes { hidden.insert(field) }
    }
    return hidden
  }

  package func shown(of record: [String: Value]) -> [String: Value] {
    let hidden = hiddenFields { predicate, evaluation in
      named.withRecord(record, &evaluation) { record, evaluation in
        predicate.evaluate(record, &evaluation)
      }
    }
    var shown: [String: Value] = [:]
    for (name, value) in record {
      guard let index = named.index(of: name), access.isVisible(FieldID(index)),
        !hidden.contains(FieldID(index))
      else { continue }
      let id = FieldID(index)
      shown[table[id].name.string] = table.storing(id)?.stored(value) ?? value
    }
    return shown
  }

  /// The layout for a record. Records of one shape usually come in a row, so the last is kept.
  package func layout(of record: Record) -> RecordLayout {
    func layout() -> RecordLayout {
      let names = record.shape.fields.map(\.name)
      return RecordLayout(
        names: names,
        // What the record does not show is not known.
        fields: names.enumerated().map { index, name in
          record.hidden.contains(index) ? nil : table.fieldID(named: name)
        }, of: table, access: access)
    }
    return record.hidden.isEmpty ? remembered.layout(of: record.shape, layout) : layout()
  }
}

extension RecordScope.Origin {
  /// What the user can access and change in a table at this time.
  package func access(
    to name: String, at clock: RequestClock
  ) throws(ServiceError) -> (access: TableAccess, write: WriteAccess?) {
    let context = ReferenceContext(user: user, clock: clock)
    let access = try profiles.access(toTableNamed: name, for: context)
    return (access, writeAccess(to: access.table, at: clock))
  }

  /// What the user can change in a table that they can access.
  package func writeAccess(to table: TableID, at clock: RequestClock) -> WriteAccess? {
    // What cannot be determined was found with the access itself.
    try? profiles.writeAccess(to: table, for: ReferenceContext(user: user, clock: clock))
  }
}

extension RecordDecision {
  init(_ truth: Truth, _ doubt: RecordDecision.MissingInformation?) {
    switch (truth, doubt) {
    case (.yes, _): self = .allowed
    case (.no, _): self = .denied
    case (.unknown, let doubt?): self = .undecidable(doubt)
    case (.unknown, nil): preconditionFailure("nothing is unknown without a doubt")
    }
  }
}

/// Keeps the layout of the last shape.
private final class LayoutMemory: Sendable {
  private let last = Mutex<(shape: RecordShape, layout: RecordLayout)?>(nil)

  func layout(of shape: RecordShape, _ make: () -> RecordLayout) -> RecordLayout {
    if let layout = last.withLock({ $0?.shape === shape ? $0?.layout : nil }) { return layout }
    let layout = make()
    last.withLock { $0 = (shape, layout) }
    return layout
  }
}
