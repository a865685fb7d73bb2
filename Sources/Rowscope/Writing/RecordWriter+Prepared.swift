import AccessProfiles
import FilterSQL
import RecordEngine
import RecordFilter
import RowscopeModel

/// Updates of one record by its key whose fields were set before in other records.
extension RecordWriter {
  /// - Returns: nil if nothing was changed, which may be for any reason.
  func updateAsBefore(
    _ key: [Value], in name: String, _ values: FieldValues, _ select: [String]?
  ) -> WrittenRecord? {
    guard let table = try? reader.table(name),
      let update = table.preparedUpdate(where: { $0.sets(values, showing: select) }),
      key.count == table.table.primaryKey.count, !key.contains(where: \.isNull)
    else { return nil }
    var stored: [Value] = []
    stored.reserveCapacity(update.fields.count)
    for (element, field) in zip(values.elements, update.fields) {
      guard
        case .column(let value)? = try? ValueCheck.stored(
          element.value, in: field, of: table.table, table.scope.schema,
          clock: reader.context.clock),
        !value.isNull || table.table[field].isNullable
      else { return nil }
      stored.append(value)
    }
    let forms = zip(table.table.primaryKey, key).map { table.table[$0].key($1) }
    return update.run(forms, stored, on: connection).map { cells in
      WrittenRecord(record: cells.values.map { Record(presenting: $0, as: update.shape) })
    }
  }
}

extension RecordChange {
  /// Prepares the update of the same fields in other records, where a statement that changes a
  /// record and one that reads it back are all that it takes.
  ///
  /// - Parameter values: those of this update, which has succeeded.
  func rememberUpdate(of values: FieldValues, _ select: [String]?) {
    let (fields, table, access) = (writtenFields, self.table.table, self.table.access)
    guard right == .edit, !isGuest, expected.isEmpty, links.isEmpty, table.links.isEmpty,
      access.cells.isEmpty, table.primaryKeyIsTotal,
      table.primaryKey.allSatisfy({ !fields.contains($0) && table[$0].keyConversion == nil }),
      compositeRelations.isEmpty,
      fields.allSatisfy({
        relations(of: $0).isEmpty && memberRelations(of: $0).isEmpty && !leadsNowhere(from: $0)
      }),
      let kept = keptWhenWriting(fields),
      let update = try? PreparedUpdate(
        values.elements.map(\.field), of: fields, in: access.table, rows: writtenRows, kept: kept,
        select: select, shown: shown, sight: inSight.scope, shape: shape, by: engine)
    else { return }
    self.table.remember(update)
  }
}

extension RecordChange {
  /// What a record must satisfy once these fields are written; nil where that depends on the record
  /// as it was.
  private func keptWhenWriting(_ fields: [FieldID]) -> Filter? {
    let leaving = write.rowsLeaving(byWriting: fields)
    if leaving == .always { return write.edited }
    return leaving == .never ? .all(write.edited, write.stays) : nil
  }
}

extension PreparedUpdate {
  /// Whether it is of fields of these names, byte by byte.
  func sets(_ values: FieldValues, showing shown: [String]?) -> Bool {
    guard names.count == values.elements.count, select?.count == shown?.count else { return false }
    for index in names.indices where !names[index].isSame(as: values.elements[index].field) {
      return false
    }
    guard let select, let shown else { return true }
    for index in select.indices where !select[index].isSame(as: shown[index]) { return false }
    return true
  }
}

extension String {
  fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
