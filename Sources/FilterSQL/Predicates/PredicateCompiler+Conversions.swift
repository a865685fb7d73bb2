import RecordFilter
import RowscopeModel

/// Fields of declared types, whose stored values are converted before they are compared.
extension PredicateCompiler {
  /// `rowscope_value(c, ?)`: what a conversion makes of a column's value. The second argument is
  /// the conversion's name.
  func value(
    _ field: FieldID, of scope: Scope? = nil, _ conversion: Conversion, _ writer: inout SQLWriter
  ) {
    converting(conversion, &writer) { column(field, of: scope, &$0) }
  }

  /// What a conversion, if there is one, makes of what `operand` writes.
  func converting(
    _ conversion: Conversion?, _ writer: inout SQLWriter, _ operand: (inout SQLWriter) -> Void
  ) {
    guard let conversion else { return operand(&writer) }
    writer.ownFunction(QueryCompiler.conversionFunction)
    writer.write("(")
    operand(&writer)
    writer.write(", ")
    writer.bind(.text(ConversionNames.name(of: conversion)))
    writer.write(")")
  }

  /// What a conversion makes of the value passes a test, or not.
  mutating func converted(
    _ field: FieldID, _ conversion: Conversion, _ test: FieldTest, _ not: Bool,
    _ writer: inout SQLWriter
  ) {
    switch test {
    case .equals, .compares, .isOneOf, .isBetween:
      // An index finds what lies near, and the function decides.
      let nearby = not ? nil : NearbyRange(conversion, test, of: schema[scope.table][field])
      if let nearby { near(field, nearby, &writer) }
      comparison(
        test, not, mayBeNull: true, affinity: .blob,
        { this, writer in this.comparable(field, conversion, &writer) },
        orNull: { this, writer in this.value(field, conversion, &writer) }, &writer)
    case .matches(let pattern):
      matches(pattern, not, { this, writer in this.value(field, conversion, &writer) }, &writer)
    case .hasMember(let values):
      guard case .members(let form) = conversion else { preconditionFailure("no members") }
      if case .link(let link) = schema[scope.table][field].storage {
        hasLink(link, members: values, as: form.type, not: not, &writer)
      } else {
        hasMember(field, form, values, not, &writer)
      }
    case .isEmpty:
      guard case .members(let form) = conversion else { preconditionFailure("no members") }
      hasNoMember(field, form, not, &writer)
    case .isNull, .converted: preconditionFailure("not a test of converted values")
    }
  }

  func comparable(
    _ field: FieldID, of scope: Scope? = nil, _ conversion: Conversion, _ writer: inout SQLWriter
  ) {
    value(field, of: scope, conversion, &writer)
    switch conversion.field(of: schema[(scope ?? self.scope).table][field]).collation {
    case .binary: break
    case .nocase: writer.write(" COLLATE NOCASE")
    case .rtrim: writer.write(" COLLATE RTRIM")
    }
  }

  private mutating func near(_ field: FieldID, _ nearby: NearbyRange, _ writer: inout SQLWriter) {
    let isChoice = nearby.ranges.count > 1
    let affinity = avoidsIndex(on: field) ? schema[scope.table][field].affinity : .blob
    if isChoice { writer.write("(") }
    for (index, range) in nearby.ranges.enumerated() {
      if index > 0 { writer.write(" OR ") }
      if let low = range.low {
        comparand(field, &writer)
        writer.write(" >= ")
        writer.bind(low.applying(affinity))
      }
      if let end = range.end {
        if range.low != nil { writer.write(" AND ") }
        comparand(field, &writer)
        writer.write(" < ")
        writer.bind(end.applying(affinity))
      }
    }
    writer.write(isChoice ? ") AND " : " AND ")
  }

  // MARK: Order

  /// What a key is ordered by.
  mutating func orderOperand(
    _ key: OrderKey, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    guard let path = key.path else {
      ownOrderOperand(key, &writer)
      return
    }
    try shown(by: path, { $0.ownOrderOperand(key, &$1) }, &writer)
    // SQLite takes none from a subquery.
    collation(key.type.map { $0.collation(of: path.field) } ?? path.field.collation, &writer)
  }

  private func ownOrderOperand(_ key: OrderKey, _ writer: inout SQLWriter) {
    guard let type = key.type else {
      comparand(key.field, &writer)
      return
    }
    let field = schema[scope.table][key.field]
    guard field.isPlainlyOrdered, let range = field.plainRange else {
      comparable(key.field, .order(type), &writer)
      return
    }
    // What stands for no value comes before all values, and NULL before that.
    writer.write("CASE WHEN ")
    if let low = range.low {
      comparand(key.field, &writer)
      writer.write(" >= ")
      writer.bind(low)
      writer.write(" AND ")
    }
    comparand(key.field, &writer)
    writer.write(" < ")
    writer.bind(range.end)
    writer.write(" THEN ")
    comparand(key.field, &writer)
    writer.write(" WHEN ")
    column(key.field, &writer)
    writer.write(" IS NOT NULL THEN ")
    writer.bind(type.plainlyLowest)
    writer.write(" END")
    switch type.collation(of: field) {
    case .binary: break
    case .nocase: writer.write(" COLLATE NOCASE")
    case .rtrim: writer.write(" COLLATE RTRIM")
    }
  }
}

extension QueryCompiler {
  /// The name of the function that converts stored values.
  package static let conversionFunction = "rowscope_value"
}
