package import Documents
package import RecordFilter
import RowscopeModel
import TimeZones

/// A field that is set on new records, complete but for the user.
package struct PreparedPreset: Sendable {
  package let field: FieldID
  package let source: Preset.Source
  /// The position of the value or the reference in the document.
  package let range: Range<Int>
}

/// A field that is set on the records that one user creates.
package struct BoundPreset: Sendable {
  package let field: FieldID
  package let value: StoredFieldValue
}

extension ConditionPreparation {
  /// The presets of a grant for the table; their mistakes are among the problems.
  mutating func prepare(_ presets: [Preset]) -> [PreparedPreset] {
    let table = scope.schema[self.table]
    var prepared: [PreparedPreset] = []
    for preset in presets {
      guard let field = table.fieldID(named: preset.field.value) else {
        problems.append(.unknownField(preset.field, in: self.table, scope: scope))
        continue
      }
      if table.unusable.columns.contains(field) {
        problems.append(.unknownField(preset.field, in: self.table, scope: scope))
        continue
      }
      if let reason = table.unusable.references[field] {
        problems.error(
          .unusableRelation,
          "the relation of \(Printable.quoted(table[field].name.string)) cannot be used, so that "
            + "nothing is set there", hint: "correct the workspace: \(reason)",
          at: preset.field.range)
        continue
      }
      // Nothing is created in a view.
      guard table.kind == .table else { continue }
      let name = Printable.quoted(table[field].name.string)
      guard table[field].isWritten else {
        problems.error(
          .badPreset, "the field \(name) is computed by the database and is never written",
          at: preset.field.range)
        continue
      }
      if let fault = fault(of: preset.source.value, in: field, of: table) {
        problems.error(
          .badPreset, "the field \(name) takes \(fault.expected)", hint: fault.hint,
          at: preset.source.range)
        continue
      }
      if case .value(.value(let value)) = preset.source.value {
        warnOfReference(value, at: preset.source.range)
      }
      prepared.append(
        PreparedPreset(field: field, source: preset.source.value, range: preset.source.range))
    }
    return prepared
  }

  /// Why a field never takes what a preset sets it to; nil if it may.
  private func fault(
    of source: Preset.Source, in field: FieldID, of table: Table
  ) -> ValueFault? {
    let given: FieldValue
    switch source {
    case .value(.null) where !table[field].isNullable: return ValueFault("a value, not null")
    case .value(let value): given = value
    case .reference(.now), .reference(.today):
      guard case .reference(let reference) = source,
        let value = ReferenceContext(user: User(id: .null), clock: RequestClock(now: 0))
          .value(of: reference)
      else { return nil }
      given = value.fieldValue(isManyValued: table[field].isManyValued)
    case .reference(.teams) where !table[field].isManyValued:
      return ValueFault("one value, and teams is a list")
    case .reference: return nil
    }
    do throws(ValueFault) {
      _ = try ValueCheck.stored(given, in: field, of: table, scope.schema, clock: .init(now: 0))
      return nil
    } catch {
      return error
    }
  }
}

extension PreparedPreset {
  /// What the field is set to for a user.
  ///
  /// - Throws: ``UnknownReference`` if the user has no value for the reference, or none that the
  ///   field takes.
  func bound(
    for context: ReferenceContext, in table: Table, _ schema: Schema
  ) throws(UnknownReference) -> BoundPreset {
    let given: FieldValue
    var reference: Reference?
    switch source {
    case .value(let value): given = value
    case .reference(let name):
      reference = name
      guard let value = context.value(of: name) else {
        throw UnknownReference(reference: name, range: range)
      }
      // A column of numbers would take the id 007 for 7, who is somebody else.
      if name == .idUser || name == .teams,
        schema.identifiers(value.values, comparableWith: field, of: table) != value.values
      {
        throw UnknownReference(reference: name, range: range)
      }
      given = value.fieldValue(isManyValued: table[field].isManyValued)
    }
    do throws(ValueFault) {
      return BoundPreset(
        field: field,
        value: try ValueCheck.stored(given, in: field, of: table, schema, clock: context.clock))
    } catch {
      // A value of the document was checked when the preset was prepared.
      throw UnknownReference(reference: reference ?? .idUser, range: range)
    }
  }
}

extension ResolvedOperand {
  /// What a field is set to by a reference of this value.
  fileprivate func fieldValue(isManyValued: Bool) -> FieldValue {
    switch self {
    case .none: .null
    case .scalar(let value): isManyValued ? .members([value]) : .value(value)
    case .list(let values): .members(values)
    case .day(let day): .value(.text(CivilDate(daysSinceEpoch: day).text))
    }
  }
}

extension Diagnostic.Code {
  /// A preset that its field never takes.
  package static let badPreset = Self("bad_preset")
}
