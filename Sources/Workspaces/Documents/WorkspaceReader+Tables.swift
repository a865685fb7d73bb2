import AccessProfiles
import DataFiles
import Documents
internal import RecordFilter
import RowscopeModel

/// The `tables` of a workspace.
extension WorkspaceReader {
  private enum TableKey: String, CaseIterable {
    case label, fields, delimiter
    case ownerField = "owner_field"
    case teamField = "team_field"
    case primaryKey = "primary_key"
    case nulls = "null"
  }

  mutating func tables(_ node: JSONNode) -> [TableDeclaration] {
    var seen: Set<Name> = []
    return (problems.object(node, as: "a map of tables") ?? []).compactMap { member in
      guard seen.insert(Name(member.key.value)).inserted else {
        repeated(member.key, as: "table")
        return nil
      }
      return table(member)
    }
  }

  private mutating func table(_ member: JSONNode.Member) -> TableDeclaration? {
    guard
      let keys = KeyedMembers<TableKey>(member.value, as: "a table", reporting: &problems)
    else { return nil }
    return TableDeclaration(
      name: member.key,
      label: keys[.label].flatMap { problems.string($0, as: "a label")?.value },
      ownerField: keys[.ownerField].flatMap { problems.string($0, as: "a field name") },
      teamField: keys[.teamField].flatMap { problems.string($0, as: "a field name") },
      primaryKey: keys[.primaryKey].flatMap { columns($0, isKey: true) },
      csv: csvText(nulls: keys[.nulls], delimiter: keys[.delimiter]),
      fields: keys[.fields].map { fields($0) } ?? [])
  }

  /// How CSV files are to be read.
  mutating func csvText(nulls: JSONNode?, delimiter: JSONNode?) -> CSVTextDeclaration {
    var declaration = CSVTextDeclaration()
    if let nulls {
      let hint = #"list the texts of unquoted cells that are null, as "null": ["NA", "-"]"#
      if let elements = nulls.elements {
        declaration.nulls = elements.compactMap { element in
          if element.string == nil { problems.wrongType(element, expected: "a text", hint: hint) }
          return element.string.map { Text($0) }
        }
      } else {
        problems.wrongType(nulls, expected: "a list of texts", hint: hint)
      }
    }
    if let delimiter, let text = problems.string(delimiter, as: "a delimiter") {
      let known = CSVDialect.delimiters
      declaration.delimiter = known.first { Array(text.value.utf8) == [$0.byte] }?.byte
      if declaration.delimiter == nil {
        problems.error(
          .unknownType, "\(Printable.quoted(text.value)) is no delimiter of CSV files",
          hint: #"the delimiters are ",", ";", "\t" and "|""#, at: text.range)
      }
    }
    return declaration
  }

  /// Column names; nil if one is faulty. A key may be an empty list, and other columns may be a
  /// single name without a list.
  private mutating func columns(
    _ node: JSONNode, isKey: Bool
  ) -> Located<[Located<String>]>? {
    if !isKey, let name = node.string {
      return Located([Located(name, at: node.range)], at: node.range)
    }
    guard let elements = node.elements else {
      problems.wrongType(
        node, expected: isKey ? "a list of column names" : "a column name, or a list of them")
      return nil
    }
    guard isKey || !elements.isEmpty else {
      problems.error(
        .wrongType, "the list is empty", hint: "name one column or more", at: node.range)
      return nil
    }
    var seen: Set<Name> = []
    var isWhole = true
    var names: [Located<String>] = []
    for element in elements {
      guard let name = problems.string(element, as: "a column name") else {
        isWhole = false
        continue
      }
      if !seen.insert(Name(name.value)).inserted {
        repeated(name, as: "column")
        isWhole = false
      }
      names.append(name)
    }
    return isWhole ? Located(names, at: node.range) : nil
  }

  // MARK: Fields

  enum FieldKey: String, CaseIterable {
    case type, encoding, zone, layout, form
    case letterCase = "case"
    case separator, member
    case ignoresCase = "ignores_case"
    case relation, link, developer, column
  }

  private mutating func fields(_ node: JSONNode) -> [FieldDeclaration] {
    var seen: Set<Name> = []
    return (problems.object(node, as: "a map of fields") ?? []).compactMap { member in
      guard seen.insert(Name(member.key.value)).inserted else {
        repeated(member.key, as: "field")
        return nil
      }
      return field(member)
    }
  }

  private mutating func field(_ member: JSONNode.Member) -> FieldDeclaration? {
    guard let keys = KeyedMembers<FieldKey>(member.value, as: "a field", reporting: &problems)
    else { return nil }
    let type: Located<FieldType>? = keys[.type].flatMap { problems.choice($0, as: "a field type") }
    let form = form(keys, of: type)
    if let node = keys[.link] {
      if let type, !type.value.isManyValued {
        problems.error(
          .mismatchedField,
          "a field with a link holds many values, and \(type.value.rawValue) is one value",
          hint: "declare the type as users, multi or tags", at: type.range)
      }
      if keys[.column] != nil {
        problems.error(
          .mismatchedField, "a field has a link or a column, not both",
          hint: "what has a link is no column of this table", at: node.range)
      }
    }
    return FieldDeclaration(
      name: member.key, type: type, form: form,
      relations: keys[.relation].map { relations($0, of: member.key) } ?? [],
      link: keys[.link].flatMap { link($0) },
      isDeveloper: keys[.developer].flatMap { problems.flag($0) } ?? false,
      columnType: keys[.column].flatMap { columnType($0) })
  }

  private mutating func columnType(_ node: JSONNode) -> Located<String>? {
    guard let type = problems.string(node, as: "a column type") else { return nil }
    guard let fault = ColumnType.fault(in: type.value) else { return type }
    problems.error(
      .unknownType,
      "the column type \(Printable.quoted(type.value)) is not known",
      hint: Suggestion.hint(for: fault.word, among: fault.known)
        ?? "in the place of \(Printable.quoted(fault.word)), give one of \(fault.known.quotedList)",
      at: type.range)
    return nil
  }

  private enum LinkKey: String, CaseIterable { case table, record, member }

  private mutating func link(_ node: JSONNode) -> LinkDeclaration? {
    guard let keys = KeyedMembers<LinkKey>(node, as: "a link", reporting: &problems) else {
      return nil
    }
    let table = keys.required(.table, reporting: &problems).flatMap {
      problems.string($0, as: "a table name")
    }
    let record = keys.required(
      .record, hint: "name the column that holds the record's key", reporting: &problems
    ).flatMap { columns($0, isKey: false) }
    let member = keys.required(
      .member, hint: "name the column that holds the member", reporting: &problems
    ).flatMap { problems.string($0, as: "a column name") }
    guard let table, let record, let member else { return nil }
    return LinkDeclaration(table: table, record: record, member: member)
  }
}
