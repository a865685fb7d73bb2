import RecordFilter
import RowscopeModel

/// Many-valued fields: JSON arrays in a column, and link tables.
extension PredicateCompiler {
  mutating func hasMember(
    _ field: FieldID, _ values: [Value], _ not: Bool, _ writer: inout SQLWriter
  ) {
    if case .link(let link) = schema[scope.table][field].storage {
      hasLink(link, members: values, not: not, &writer)
      return
    }
    hasMember(field, nil, values, not, &writer)
  }

  /// `rowscope_has_member(c, ?, ?)`: the second argument is the name of the form in which the
  /// members are held, the third an array of those that are looked for. What JSON cannot hold
  /// follows as further arguments.
  ///
  /// (`EXISTS (SELECT 1 FROM json_each(c) …)` takes three to eight times as long.)
  ///
  /// - Parameter form: nil for the array that is stored.
  mutating func hasMember(
    _ field: FieldID, _ form: MembersForm?, _ values: [Value], _ not: Bool,
    _ writer: inout SQLWriter
  ) {
    if form == nil, !dialect.hasOwnFunctions {
      return hasElement(field, values, not, &writer)
    }
    var (listed, others): ([Value], [Value]) = ([], [])
    for value in values.map(\.wholeAsInteger) {
      if JSONList.encode([value]) == nil { others.append(value) } else { listed.append(value) }
    }
    let list = JSONList.encode(listed).map { Value.text($0) } ?? .null
    let isChoice = others.count > Self.membersPerCall
    if not { writer.write("NOT ") }
    if isChoice { writer.write("(") }
    repeat {
      writer.ownFunction(QueryCompiler.memberFunction)
      writer.write("(")
      column(field, &writer)
      writer.write(", ")
      writer.bind(.text(ConversionNames.name(of: .members(form ?? MembersForm()))))
      writer.write(", ")
      writer.bind(list)
      for value in others.prefix(Self.membersPerCall) {
        writer.write(", ")
        writer.bind(value)
      }
      others = Array(others.dropFirst(Self.membersPerCall))
      writer.write(others.isEmpty ? ")" : ") OR ")
    } while !others.isEmpty
    if isChoice { writer.write(")") }
  }

  /// `EXISTS (SELECT 1 FROM json_each(c) …)`: whether the array in a column has one of these.
  private mutating func hasElement(
    _ field: FieldID, _ values: [Value], _ not: Bool, _ writer: inout SQLWriter
  ) {
    let element = alias(for: scope.table).name
    writer.write(not ? "NOT EXISTS (SELECT 1 FROM json_each(" : "EXISTS (SELECT 1 FROM json_each(")
    array(field, nil, &writer)
    writer.write(") AS ")
    writer.identifier(element)
    writer.write(" WHERE ")
    writer.identifier(element)
    writer.write(".\"value\"")
    if values.count == 1 {
      writer.write(" = ")
      writer.bind(values[0])
    } else {
      writer.write(" IN ")
      writer.bind(list: values, in: .blob)
    }
    // An array or object in the array is given as text, and is no member.
    writer.write(" AND ")
    writer.identifier(element)
    writer.write(".\"type\" NOT IN ('array', 'object'))")
  }

  /// SQLite allows a hundred arguments.
  private static var membersPerCall: Int { 90 }

  /// Whether there is no member.
  mutating func hasNoMember(
    _ field: FieldID, _ form: MembersForm?, _ not: Bool, _ writer: inout SQLWriter
  ) {
    writer.write("ifnull(json_array_length(")
    array(field, form, &writer)
    writer.write(not ? "), 0) <> 0" : "), 0) = 0")
  }

  /// The JSON array in a column, or NULL if there is none.
  ///
  /// The CASE is nested because only CASE guarantees not to evaluate unreached branches, and
  /// json_type fails on text that is not JSON. Versions of SQLite differ on what follows a NUL, so
  /// a text with a NUL does not count as an array.
  func array(_ field: FieldID, _ form: MembersForm?, _ writer: inout SQLWriter) {
    if let form { return value(field, .members(form), &writer) }
    writer.write("CASE WHEN typeof(")
    column(field, &writer)
    writer.write(") = 'text' AND instr(")
    column(field, &writer)
    writer.write(", char(0)) = 0 THEN CASE WHEN json_valid(")
    column(field, &writer)
    writer.write(") THEN CASE WHEN json_type(")
    column(field, &writer)
    writer.write(") = 'array' THEN ")
    column(field, &writer)
    writer.write(" END END END")
  }

  /// Whether a link table has one of these members for the record, or any member if none is given.
  ///
  /// With a key of one column this is `key IN (SELECT record FROM link WHERE member …)`. An index
  /// on the member then serves it once for the whole query, and an index on the record if the
  /// planner prefers to go record by record.
  mutating func hasLink(
    _ link: Link, members: [Value], as type: MemberType = .any, not: Bool,
    _ writer: inout SQLWriter
  ) {
    let rows = alias(for: link.table)
    let (near, far) = (schema[scope.table], schema[link.table])
    if !not, link.pairs.count == 1, let pair = link.pairs.first,
      pair.comparesInSets(near, far)
    {
      if avoidsIndex(on: pair.near), near[pair.near].affinity == far[pair.far].affinity {
        writer.write("+")
      }
      let comparison = KeyComparison(pair, far: rows, near: scope, schema)
      side(comparison.near, collates: true, &writer)
      writer.write(" IN (SELECT ")
      side(comparison.far, collates: false, &writer)
      from(rows, &writer)
    } else {
      writer.write(not ? "NOT EXISTS (SELECT 1" : "EXISTS (SELECT 1")
      from(rows, &writer)
      join(link.pairs, far: rows, near: scope, &writer)
      writer.write(" AND ")
    }
    switch type {
    case .any: comparand(link.member, of: rows, &writer)
    case .number: comparable(link.member, of: rows, .value(.number), &writer)
    case .text: comparable(link.member, of: rows, .value(.text), &writer)
    }
    switch members.count {
    case 0: writer.write(" IS NOT NULL")
    case 1:
      writer.write(" = ")
      writer.bind(members[0])
    default:
      writer.write(" IN ")
      writer.bind(list: members, in: type == .any ? far[link.member].affinity : .blob)
    }
    writer.write(")")
  }

  private func from(_ rows: Scope, _ writer: inout SQLWriter) {
    writer.write(" FROM ")
    writer.identifier(schema[rows.table].name.string)
    writer.write(" AS ")
    writer.identifier(rows.name)
    writer.write(" WHERE ")
  }

  /// The members in a link table as one JSON array in their own order, as shown in an answer. Blobs
  /// are omitted, since JSON cannot represent them.
  mutating func members(of link: Link, _ writer: inout SQLWriter) {
    let rows = alias(for: link.table)
    writer.write("(SELECT json_group_array(\"member\") FROM (SELECT ")
    column(link.member, of: rows, &writer)
    writer.write(" AS \"member\"")
    from(rows, &writer)
    join(link.pairs, far: rows, near: scope, &writer)
    writer.write(" AND typeof(")
    column(link.member, of: rows, &writer)
    writer.write(") NOT IN ('null', 'blob') ORDER BY ")
    comparand(link.member, of: rows, &writer)
    // Members that compare as equal are all shown, and need a defined order too.
    writer.write(", ")
    column(link.member, of: rows, &writer)
    writer.write(" COLLATE BINARY, typeof(")
    column(link.member, of: rows, &writer)
    writer.write(")))")
  }
}

extension QueryCompiler {
  /// The name of the function that looks for members.
  package static let memberFunction = "rowscope_has_member"
}
