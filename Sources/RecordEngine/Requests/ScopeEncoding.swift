import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel

/// Filters and tables as bytes that tell what they mean: by the names of the schema, since
/// positions in it change with tables and fields that do not matter, and without an order where
/// none counts.
struct ScopeEncoding {
  let schema: Schema
  let clock: RequestClock

  // MARK: Filters

  func write(_ filter: Filter, of table: TableID, to encoder: inout ByteEncoder) {
    switch filter {
    case .always: encoder.byte(0)
    case .never: encoder.byte(1)
    case .term(let term):
      encoder.byte(2)
      write(term.field, of: table, to: &encoder)
      encoder.byte(term.isComplement ? 1 : 0)
      write(term.test, to: &encoder)
    case .related(let related):
      encoder.byte(3)
      write(related.pairs, from: table, to: related.table, related.memberType, to: &encoder)
      encoder.byte(related.isComplement ? 1 : 0)
      write(related.filter, of: related.table, to: &encoder)
    case .under(let tree):
      encoder.byte(4)
      write([tree.place], from: table, to: tree.table, nil, to: &encoder)
      write([tree.parent], from: tree.table, to: tree.table, nil, to: &encoder)
      encoder.byte(tree.isComplement ? 1 : 0)
      for filter in tree.filters { write(filter, of: tree.table, to: &encoder) }
    case .comparison(let comparison):
      encoder.byte(5)
      encoder.string(comparison.relation.symbol)
      encoder.byte(comparison.isComplement ? 1 : 0)
      write(comparison.left, of: table, to: &encoder)
      write(comparison.right, of: table, to: &encoder)
    case .conjunction(let filters):
      encoder.byte(6)
      encoder.unordered(filters) { write($0, of: table, to: &$1) }
    case .disjunction(let filters):
      encoder.byte(7)
      encoder.unordered(filters) { write($0, of: table, to: &$1) }
    }
  }

  private func write(_ test: FieldTest, to encoder: inout ByteEncoder) {
    func values(_ kind: UInt8, _ values: [Value]) {
      encoder.byte(kind)
      encoder.unordered(values) { $1.value($0) }
    }
    switch test {
    case .isNull: encoder.byte(0)
    case .isEmpty: encoder.byte(1)
    case .equals(let value):
      encoder.byte(2)
      encoder.value(value)
    case .compares(let ordering, let value):
      encoder.byte(3)
      encoder.string(ordering.rawValue)
      encoder.value(value)
    case .isOneOf(let members): values(4, members)
    case .hasMember(let members): values(5, members)
    case .isBetween(let low, let high):
      encoder.byte(6)
      encoder.value(low)
      encoder.value(high)
    case .matches(let pattern):
      encoder.byte(7)
      encoder.value(.text(pattern.text))
      encoder.string(pattern.anchor.rawValue)
      encoder.byte(pattern.ignoresCase ? 1 : 0)
    case .converted(let conversion, let test):
      encoder.byte(8)
      write(conversion, to: &encoder)
      write(test, to: &encoder)
    }
  }

  private func write(_ operand: FieldOperand, of table: TableID, to encoder: inout ByteEncoder) {
    encoder.integer(Int64(operand.steps.count))
    var near = table
    for step in operand.steps {
      write(step.pairs, from: near, to: step.table, step.memberType, to: &encoder)
      write(step.condition, of: near, to: &encoder)
      write(step.filter, of: step.table, to: &encoder)
      near = step.table
    }
    write(operand.field, of: near, to: &encoder)
    encoder.byte(operand.conversion == nil ? 0 : 1)
    if let conversion = operand.conversion { write(conversion, to: &encoder) }
  }

  private func write(_ conversion: Conversion, to encoder: inout ByteEncoder) {
    encoder.value(.text(ConversionNames.name(of: conversion)))
  }

  /// What leads from the records of one table to those of another.
  func write(
    _ pairs: [ColumnPair], from near: TableID, to far: TableID, _ memberType: MemberType?,
    to encoder: inout ByteEncoder
  ) {
    encoder.name(schema[near].name)
    encoder.name(schema[far].name)
    encoder.string(memberType?.rawValue ?? "")
    encoder.integer(Int64(pairs.count))
    for pair in pairs {
      encoder.byte(pair.key == .near ? 1 : pair.key == .far ? 2 : 0)
      write(pair.near, of: near, to: &encoder)
      write(pair.far, of: far, to: &encoder)
    }
  }

  // MARK: The schema

  /// A field: its name, and what its values mean.
  func write(_ id: FieldID, of table: TableID, to encoder: inout ByteEncoder) {
    let field = schema[table][id]
    encoder.name(field.name)
    encoder.string(field.affinity.rawValue)
    encoder.string(field.collation.rawValue)
    encoder.byte(field.type == nil ? 0 : 1)
    if let type = field.type { write(.order(type.resolved(in: clock.zone)), to: &encoder) }
    switch field.storage {
    case .column, .generatedColumn: encoder.byte(0)
    case .jsonArray:
      encoder.byte(1)
      write(.members(field.members), to: &encoder)
    case .link(let link):
      encoder.byte(2)
      write(.members(field.members), to: &encoder)
      encoder.name(schema[link.table][link.member].name)
      encoder.integer(Int64(link.pairs.count))
      encoder.name(schema[link.table].name)
      for pair in link.pairs {
        encoder.name(schema[table][pair.near].name)
        encoder.name(schema[link.table][pair.far].name)
      }
    }
  }

  /// What one user sees of a table.
  ///
  /// - Parameter acts: of each record that is seen, and for each field those in which it is
  ///   written.
  func write(_ access: TableAccess, to encoder: inout ByteEncoder) {
    let table = schema[access.table]
    encoder.name(table.name)
    encoder.byte(table.kind == .view ? 1 : 0)
    write(access.rows.filter, of: access.table, to: &encoder)
    let visible = access.visibleFields
    encoder.integer(Int64(visible.count))
    for field in visible {
      write(field, of: access.table, to: &encoder)
      encoder.byte(access.fields[field.index] == .editable ? 1 : 0)
      write(access.cells[field] ?? .always, of: access.table, to: &encoder)
    }
    // Whether the key is seen, and tells records apart, decides the order and what a cursor is.
    let isKeySeen = !table.primaryKey.isEmpty && table.primaryKey.allSatisfy(access.isVisible)
    encoder.byte(!isKeySeen ? 0 : table.primaryKeyIsTotal ? 1 : 2)
    for field in table.primaryKey where isKeySeen { encoder.name(table[field].name) }
  }

  /// A relation, with the conditions that a workspace declares for it.
  func write(_ step: FieldReads.Step, to encoder: inout ByteEncoder) {
    let relation = step.relation
    encoder.string(relation.direction.rawValue)
    write(
      relation.pairs, from: step.near, to: relation.table, relation.memberType, to: &encoder)
    write(relation.conditions.near, to: &encoder)
    write(relation.conditions.far, to: &encoder)
  }

  private func write(_ conditions: [Condition], to encoder: inout ByteEncoder) {
    encoder.conditions(conditions)
    // A workspace's conditions name no others in a circle.
    for name in conditions.flatMap(\.names) {
      write(schema.conditions[Text(name.value)] ?? [], to: &encoder)
    }
  }
}

extension ByteEncoder {
  /// Parts of which the order does not count.
  mutating func unordered<Part>(
    _ parts: some Collection<Part>, _ write: (Part, inout ByteEncoder) -> Void
  ) {
    let encoded = parts.map { part in
      var encoder = ByteEncoder()
      write(part, &encoder)
      return encoder.bytes
    }
    integer(Int64(encoded.count))
    for bytes in encoded.sorted(by: { $0.lexicographicallyPrecedes($1) }) { string(bytes) }
  }

  /// A name of the schema, of which the case of ASCII letters shows in answers.
  mutating func name(_ name: Name) { string(name.string) }
}
