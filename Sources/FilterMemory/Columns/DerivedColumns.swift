import RecordFilter
import RowscopeModel
import Synchronization

/// The columns of converted values of one table, and the links of its trees. Each is made once, by
/// the first query that needs it, and kept as long as the table.
final class DerivedColumns: Sendable {
  struct Key: Hashable {
    let field: FieldID
    let conversion: Conversion
  }

  private let columns: Mutex<[Key: Column]>
  private let trees: Mutex<[ColumnPair: TreeLinks]>

  init(_ columns: [Key: Column] = [:], _ trees: [ColumnPair: TreeLinks] = [:]) {
    self.columns = Mutex(columns)
    self.trees = Mutex(trees)
  }

  /// What has been made, which stays with those only that use it meanwhile.
  static func take(
    from derived: inout DerivedColumns
  ) -> (columns: [Key: Column], trees: [ColumnPair: TreeLinks]) {
    let made = (derived.columns.withLock { $0 }, derived.trees.withLock { $0 })
    derived = none
    return made
  }

  /// Stands for columns that are being changed.
  private static let none = DerivedColumns()

  var byteCount: Int {
    columns.withLock { $0.values.reduce(0) { $0 + $1.byteCount } }
      + trees.withLock { $0.values.reduce(0) { $0 + $1.byteCount } }
  }

  /// The links of a tree. Two queries may make the same ones at once; one is kept.
  func links(
    by parent: ColumnPair, _ make: () throws(MemoryError) -> TreeLinks
  ) throws(MemoryError) -> TreeLinks {
    if let known = trees.withLock({ $0[parent] }) { return known }
    let made = try make()
    return trees.withLock { trees in
      let kept = trees[parent] ?? made
      trees[parent] = kept
      return kept
    }
  }

  /// The column of this key. Two queries may make the same column at once; one is kept.
  func column(_ key: Key, _ make: () throws(MemoryError) -> Column) throws(MemoryError) -> Column {
    if let known = columns.withLock({ $0[key] }) { return known }
    let made = try make()
    return columns.withLock { columns in
      let kept = columns[key] ?? made
      columns[key] = kept
      return kept
    }
  }
}

extension ColumnTable {
  /// A field's values, converted where a conversion is given. See ``converted(_:_:)``.
  func column(
    _ field: FieldID, _ conversion: Conversion?
  ) throws(MemoryError) -> Column {
    guard let conversion else { return column(field) }
    return try converted(field, conversion)
  }

  /// A field's converted values.
  ///
  /// Complexity: constant once it was made; linear in the rows before.
  ///
  /// - Throws: ``MemoryError`` if the converted values have too many bytes.
  func converted(_ field: FieldID, _ conversion: Conversion) throws(MemoryError) -> Column {
    let (stored, declared) = (column(field), table[field])
    if stored.isItself(under: conversion, of: declared) { return stored }
    return try derived.column(DerivedColumns.Key(field: field, conversion: conversion)) {
      () throws(MemoryError) in
      let column = stored.mapped(as: conversion.field(of: declared), rowCount: rowCount) {
        conversion.value(of: $0, in: declared)
      }
      guard let column else { throw MemoryError(.columnTooLarge(table.name, declared.name)) }
      return column
    }
  }
}

extension Conversion {
  /// What becomes of a cell of a field.
  func value(of cell: Cell, in field: Field) -> Value {
    if case .order(let type) = self, field.isPlainlyOrdered {
      return field.orderValue(of: cell.value, as: type)
    }
    return converted(cell)
  }
}

extension Column {
  /// Whether the conversion leaves every cell as it is.
  fileprivate func isItself(under conversion: Conversion, of field: Field) -> Bool {
    let type: DeclaredType
    switch conversion {
    case .value(let declared), .order(let declared): type = declared
    case .instant, .day, .text, .respelled, .keyText, .members, .member: return false
    }
    switch (type, self) {
    case (.number, .integers), (.number, .reals), (.text, .text), (.text, .dictionary),
      (_, .nulls):
      return true
    default: return false
    }
  }

  /// What a function makes of each cell; nil if that has too many bytes. A text with many
  /// duplicates is converted once.
  func mapped(
    as field: Field, rowCount: Int, _ convert: (Cell) -> Value
  ) -> Column? {
    var builder = ColumnBuilder(field, plainTextThreshold: Block.size)
    var place = 0
    func append(_ value: Value) -> Bool {
      value.borrowed { builder.append($0, at: place) }
      place += 1
      if place == Block.size {
        if builder.isFull { return false }
        builder.endBlock(place)
        place = 0
      }
      return true
    }
    if case .dictionary(let column) = self {
      let values = [.null] + (0..<column.texts.count).map { convert(.text(column.texts[$0])) }
      let null = convert(.null)
      for row in 0..<rowCount {
        let code = Int(column.codes[row])
        guard append(code == 0 ? null : values[code]) else { return nil }
      }
    } else {
      for row in 0..<rowCount { guard append(convert(cell(row))) else { return nil } }
    }
    return builder.isFull ? nil : builder.finish(place)
  }
}
