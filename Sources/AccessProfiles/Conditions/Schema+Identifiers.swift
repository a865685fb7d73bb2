package import RecordFilter
package import RowscopeModel

extension Value {
  /// Whether this is a text of ASCII digits that begins with a zero: `007`, and not `0`.
  var isZeroPadded: Bool {
    guard case .text(let text) = self else { return false }
    return text.withBytes { bytes in
      bytes.count > 1 && bytes[0] == UInt8(ascii: "0")
        && bytes.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
    }
  }
}

extension Schema {
  /// The ids that can equal what a field holds: all but `007` where the column holds numbers.
  ///
  /// SQLite would compare the text `007` with such a column as the number 7, and so take one user
  /// for another.
  package func identifiers(
    _ identifiers: [Value], comparableWith field: FieldID, of table: Table
  ) -> [Value] {
    guard identifiers.contains(where: \.isZeroPadded), comparesAsNumbers(field, of: table) else {
      return identifiers
    }
    return identifiers.filter { !$0.isZeroPadded }
  }

  /// Whether the column that is compared turns a text that looks like a number into one.
  private func comparesAsNumbers(_ field: FieldID, of table: Table) -> Bool {
    switch table[field].storage {
    case .column, .generatedColumn:
      table[field].type.map { $0 == .number } ?? table[field].affinity.isNumeric
    // Otherwise the members of an array are compared as they are.
    case .jsonArray: table[field].members.type == .number
    case .link(let link):
      table[field].members.type == .number || self[link.table][link.member].affinity.isNumeric
    }
  }
}
