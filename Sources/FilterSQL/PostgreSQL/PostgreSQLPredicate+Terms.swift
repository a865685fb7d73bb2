import RecordFilter
import RowscopeModel

/// Tests of one field.
extension PostgreSQLPredicate {
  mutating func term(_ term: Term, _ writer: inout SQLWriter) throws(SQLCompilationError) {
    let (id, not) = (term.field, term.isComplement)
    guard !field(id).isManyValued else { throw refusal("a condition on many values", of: id) }
    switch term.test {
    case .isNull: isNull(id, not, &writer)
    case .isEmpty: try isEmpty(id, not, &writer)
    case .matches(let pattern): try matches(id, pattern, term.test, not, &writer)
    case .converted(.text(.uuid), .matches(let pattern)) where type(of: id) == .uuid:
      try matches(id, pattern, term.test, not, &writer)
    case .equals, .compares, .isOneOf, .isBetween, .converted:
      try comparison(id, term.test, not, &writer)
    case .hasMember: throw refusal("a condition on many values", of: id)
    }
  }

  private func isNull(_ id: FieldID, _ not: Bool, _ writer: inout SQLWriter) {
    column(id, &writer)
    writer.write(not ? " IS NOT NULL" : " IS NULL")
  }

  private mutating func isEmpty(
    _ id: FieldID, _ not: Bool, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    switch type(of: id) {
    case .text:
      if not {
        equated(id, &writer)
        writer.write(" <> ''")
      } else {
        writer.write("(")
        column(id, &writer)
        writer.write(" IS NULL OR ")
        equated(id, &writer)
        writer.write(" = '')")
      }
    case .enumeration(let type):
      guard type.labels.contains("") else { return isNull(id, not, &writer) }
      writer.write(not ? "(" : "NOT (")
      column(id, &writer)
      writer.write(" IS NOT NULL AND ")
      column(id, &writer)
      writer.write("::text <> '')")
    case .integer, .double, .boolean, .date, .timestamp, .uuid: isNull(id, not, &writer)
    case .other: throw refusal("whether a value of this type is empty", of: id)
    }
  }

  // MARK: Comparisons

  private mutating func comparison(
    _ id: FieldID, _ test: FieldTest, _ not: Bool, _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (field, type) = (field(id), type(of: id))
    guard field.collation != .rtrim, let folded = PostgreSQLTest(test, of: type, in: field) else {
      if case .timestamp = type, field.type == nil {
        throw refusal("a comparison with a moment whose field is not declared a datetime", of: id)
      }
      throw refusal("a comparison with a value of this type", of: id)
    }
    self.test(id, folded, not, &writer)
  }

  private mutating func test(
    _ id: FieldID, _ test: PostgreSQLTest, _ not: Bool, _ writer: inout SQLWriter
  ) {
    let (type, isNullable) = (type(of: id).parameterType, field(id).isNullable)
    // What is null passes every complement.
    let addsNull = not && isNullable
    func end(_ writer: inout SQLWriter) {
      guard addsNull else { return }
      writer.write(" OR ")
      column(id, &writer)
      writer.write(" IS NULL)")
    }
    switch test {
    case .never: writer.write(not ? "TRUE" : "FALSE")
    case .present: isNull(id, !not, &writer)
    case .equals(let value):
      equated(id, &writer)
      writer.write(not ? isNullable ? " IS DISTINCT FROM " : " <> " : " = ")
      writer.bind(value, as: type)
    case .isOneOf(let values):
      if addsNull { writer.write("(") }
      equated(id, &writer)
      writer.write(not ? " <> ALL (" : " = ANY (")
      writer.bind(PostgreSQLArray.text(of: values), as: type + "[]")
      writer.write(")")
      end(&writer)
    case .compares(let ordering, let value):
      if addsNull { writer.write("(") }
      ordered(id, &writer)
      writer.compare(not ? ordering.opposite : ordering)
      writer.bind(value, as: type)
      end(&writer)
    case .isBetween(let low, let high, let includesHigh):
      writer.write("(")
      ordered(id, &writer)
      writer.write(not ? " < " : " >= ")
      writer.bind(low, as: type)
      writer.write(not ? " OR " : " AND ")
      ordered(id, &writer)
      writer.compare(
        includesHigh ? not ? .greater : .lessOrEqual : not ? .greaterOrEqual : .less)
      writer.bind(high, as: type)
      if addsNull { end(&writer) } else { writer.write(")") }
    }
  }

  // MARK: Text

  private mutating func matches(
    _ id: FieldID, _ pattern: TextPattern, _ test: FieldTest, _ not: Bool,
    _ writer: inout SQLWriter
  ) throws(SQLCompilationError) {
    let (field, type) = (field(id), type(of: id))
    if type.fewValues != nil { return try comparison(id, test, not, &writer) }
    switch type {
    case .double, .other: throw refusal("a text operator on a value of this type", of: id)
    case .integer, .text, .date, .timestamp, .uuid, .boolean, .enumeration: break
    }
    guard !pattern.text.isEmpty else { return isNull(id, !not, &writer) }
    guard let needle = pattern.text.validString else {
      throw refusal("a text that is not valid UTF-8", of: id)
    }
    // No text of PostgreSQL holds a NUL.
    guard !needle.utf8.contains(0) else { return self.test(id, .never, not, &writer) }
    if pattern.anchor == .start, !pattern.ignoresCase, field.collation == .binary, case .text = type
    {
      let low = Value.text(pattern.text)
      let range =
        Text.following(Array(needle.unicodeScalars)).map {
          PostgreSQLTest.isBetween(low: low, high: .text($0), includesHigh: false)
        } ?? .compares(.greaterOrEqual, low)
      return self.test(id, range, not, &writer)
    }
    let addsNull = not && field.isNullable
    if addsNull { writer.write("(") }
    if pattern.ignoresCase { writer.write("lower(") }
    if case .text(let text) = type {
      column(id, &writer)
      if pattern.ignoresCase || !text.isDeterministic { writer.write(" COLLATE \"C\"") }
    } else {
      shown(id, &writer)
      if case .integer = type { writer.write("::text") }
      if pattern.ignoresCase { writer.write(" COLLATE \"C\"") }
    }
    if pattern.ignoresCase { writer.write(")") }
    writer.write(not ? " NOT LIKE " : " LIKE ")
    var text = pattern.anchor == .start ? "" : "%"
    for scalar in needle.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { text += "\\" }
      if pattern.ignoresCase, "A"..."Z" ~= scalar {
        text.unicodeScalars.append(
          scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    if pattern.anchor != .end { text += "%" }
    writer.bind(.text(text), as: "text")
    guard addsNull else { return }
    writer.write(" OR ")
    column(id, &writer)
    writer.write(" IS NULL)")
  }
}
