import Documents
import RecordFilter
import RowscopeModel

/// Reads the tables of a PostgreSQL schema, and defines tables of the same shape for SQLite.
struct PostgreSQLCatalogReader {
  let schema: JSONNode?
  let encoding: JSONNode?
  let tables: JSONNode?

  private enum TableKey: String, CaseIterable {
    case name, kind, columns, indexed
    case primaryKey = "primary_key"
    case foreignKeys = "foreign_keys"
  }

  private enum TableKind: String, CaseIterable {
    case table, view
    /// Other tables inherit from it.
    case parent

    /// Why such a table is left out.
    var reason: String {
      switch self {
      case .table: ""
      case .view: "it is not known what a view of PostgreSQL shows"
      case .parent: "other tables inherit from it, and a query of it has their rows too"
      }
    }
  }

  private enum ColumnKey: String, CaseIterable {
    case name, type, collation, deterministic, enumeration
    case notNull = "not_null"
    case byBytes = "by_bytes"
    case generatedFrom = "generated_from"
  }

  private enum ForeignKeyKey: String, CaseIterable { case columns, table, references }

  private enum EnumerationKey: String, CaseIterable { case schema, name, labels }

  private struct Column {
    let name: String
    let typeName: String
    let type: PostgreSQLType
    let isRequired: Bool
    /// What a generated column is computed from.
    let sources: [String]?
  }

  private struct ForeignKey {
    let columns: [String]
    let table: String
    let parents: [String]
  }

  private struct Table {
    let name: Located<String>
    var columns: [Column]
    let primaryKey: [String]
    let foreignKeys: [ForeignKey]
    let indexed: [String]

    func has(_ names: [String]) -> Bool {
      names.allSatisfy { name in columns.contains { $0.name.hasSameBytes(as: name) } }
    }
  }

  /// Adds the tables' definitions; returns the types of their columns.
  func read(into builder: inout CatalogBuilder) -> PostgreSQLColumns? {
    if let encoding, let name = builder.problems.string(encoding, as: "the name of an encoding"),
      name.value != "UTF8"
    {
      builder.problems.error(
        .badCatalog, "the database is in \(Printable.quoted(name.value)), not in UTF8",
        hint: "text compares by its UTF-8 bytes; convert the database", at: name.range)
    }
    guard let schema, let name = builder.problems.string(schema, as: "the name of a schema"),
      let tables,
      let nodes = builder.problems.array(tables, as: "a list of tables")
    else { return nil }
    var found = nodes.compactMap { table($0, &builder) }
    let shared = Self.shared(found.map(\.name.value))
    for table in found where shared.contains(Name(table.name.value)) {
      builder.notes.append(
        "`\(table.name.value)` left out: another table's name differs only in the case of letters")
    }
    found.removeAll { shared.contains(Name($0.name.value)) }
    for table in found { define(table, among: found, &builder) }
    return PostgreSQLColumns(
      schema: name.value,
      types: Dictionary(
        uniqueKeysWithValues: found.map { table in
          (
            Name(table.name.value),
            Dictionary(uniqueKeysWithValues: table.columns.map { (Name($0.name), $0.type) })
          )
        }))
  }

  /// The names that several have, without regard to the case of ASCII letters.
  private static func shared(_ names: [String]) -> Set<Name> {
    var seen: Set<Name> = []
    return Set(names.map { Name($0) }.filter { !seen.insert($0).inserted })
  }

  // MARK: Reading

  private func table(_ node: JSONNode, _ builder: inout CatalogBuilder) -> Table? {
    guard
      let members = KeyedMembers<TableKey>(
        node, as: "a catalog's table", reporting: &builder.problems),
      let nameNode = members.required(.name, reporting: &builder.problems),
      let name = builder.problems.string(nameNode, as: "the name of a table"),
      let kind = members.required(.kind, reporting: &builder.problems),
      let columnsNode = members.required(.columns, reporting: &builder.problems),
      let columnNodes = builder.problems.array(columnsNode, as: "a list of columns")
    else { return nil }
    switch builder.problems.choice(kind, as: "a kind of table") as Located<TableKind>? {
    case nil: return nil
    case let kind? where kind.value == .table: break
    case let kind?:
      builder.notes.append("`\(name.value)` left out: \(kind.value.reason)")
      return nil
    }
    var columns = columnNodes.compactMap { column($0, &builder) }
    let shared = Self.shared(columns.map(\.name))
    var gone: [(name: String, why: String)] = columns.filter { shared.contains(Name($0.name)) }.map
    {
      ($0.name, "another column's name differs only in the case of letters")
    }
    columns.removeAll { shared.contains(Name($0.name)) }
    var isShrinking = true
    while isShrinking {
      isShrinking = false
      for column in columns
      where column.sources?.contains(where: { source in
        !columns.contains { $0.name.hasSameBytes(as: source) }
      }) == true {
        gone.append((column.name, "it is computed from a column that is left out"))
        columns.removeAll { $0.name.hasSameBytes(as: column.name) }
        isShrinking = true
      }
    }
    for column in gone {
      builder.notes.append("`\(name.value)`.`\(column.name)` left out: \(column.why)")
    }
    guard !columns.isEmpty else {
      builder.notes.append("`\(name.value)` left out: it has no columns")
      return nil
    }
    return Table(
      name: name, columns: columns, primaryKey: names(members[.primaryKey], &builder),
      foreignKeys: foreignKeys(members[.foreignKeys], &builder),
      indexed: names(members[.indexed], &builder))
  }

  private func names(_ node: JSONNode?, _ builder: inout CatalogBuilder) -> [String] {
    guard let node, !node.isNull else { return [] }
    return (builder.problems.names(node, of: "column") ?? []).map(\.value)
  }

  private func flag(
    _ node: JSONNode?, or missing: Bool, _ builder: inout CatalogBuilder
  ) -> Bool {
    node.flatMap { builder.problems.flag($0) } ?? missing
  }

  private func column(_ node: JSONNode, _ builder: inout CatalogBuilder) -> Column? {
    guard
      let members = KeyedMembers<ColumnKey>(
        node, as: "a catalog's column", reporting: &builder.problems),
      let nameNode = members.required(.name, reporting: &builder.problems),
      let name = builder.problems.string(nameNode, as: "the name of a column"),
      let typeNode = members.required(.type, reporting: &builder.problems),
      let type = builder.problems.string(typeNode, as: "the name of a type")
    else { return nil }
    let text = PostgreSQLType.TextColumn(
      collation: members[.collation]?.string ?? "",
      isDeterministic: flag(members[.deterministic], or: false, &builder),
      isByBytes: flag(members[.byBytes], or: false, &builder))
    let enumeration = enumeration(members[.enumeration], &builder)
    let sources = members[.generatedFrom].flatMap { node in
      node.isNull ? nil : names(node, &builder)
    }
    return Column(
      name: name.value, typeName: type.value,
      type: enumeration.map { .enumeration($0) } ?? Self.type(named: type.value, text),
      isRequired: flag(members[.notNull], or: false, &builder), sources: sources)
  }

  private func enumeration(
    _ node: JSONNode?, _ builder: inout CatalogBuilder
  ) -> PostgreSQLType.EnumeratedType? {
    guard let node, !node.isNull,
      let members = KeyedMembers<EnumerationKey>(
        node, as: "an enumeration", reporting: &builder.problems),
      let schema = members.required(.schema, reporting: &builder.problems)?.string,
      let name = members.required(.name, reporting: &builder.problems)?.string,
      let labels = members.required(.labels, reporting: &builder.problems)
    else { return nil }
    return PostgreSQLType.EnumeratedType(
      schema: schema, name: name,
      labels: (builder.problems.names(labels, of: "label") ?? []).map(\.value))
  }

  private func foreignKeys(
    _ node: JSONNode?, _ builder: inout CatalogBuilder
  ) -> [ForeignKey] {
    guard let node, let elements = builder.problems.array(node, as: "a list of foreign keys")
    else { return [] }
    return elements.compactMap { element in
      guard
        let members = KeyedMembers<ForeignKeyKey>(
          element, as: "a foreign key", reporting: &builder.problems),
        let table = members.required(.table, reporting: &builder.problems)?.string
      else { return nil }
      return ForeignKey(
        columns: names(members[.columns], &builder), table: table,
        parents: names(members[.references], &builder))
    }
  }

  /// A type by the name that PostgreSQL gives, or by another that it takes. A length or a precision
  /// behind it changes what can be stored, not how it compares.
  private static func type(named name: String, _ text: PostgreSQLType.TextColumn) -> PostgreSQLType
  {
    switch withoutLength(name) {
    case "smallint", "int2": .integer(bits: 16)
    case "integer", "int", "int4": .integer(bits: 32)
    case "bigint", "int8": .integer(bits: 64)
    case "double precision", "float8": .double
    case "text", "character varying", "varchar": .text(text)
    case "boolean", "bool": .boolean
    case "date": .date
    case "timestamp with time zone", "timestamptz": .timestamp
    case "uuid": .uuid
    default: .other
    }
  }

  /// `character varying(20)` and `timestamp (3) with time zone` without what is in parentheses.
  private static func withoutLength(_ name: String) -> String {
    let bytes = Array(name.utf8.map(\.asciiLowercased))
    guard let first = bytes.firstIndex(of: UInt8(ascii: "(")),
      let last = bytes.lastIndex(of: UInt8(ascii: ")")), first < last,
      bytes[(first + 1)..<last].allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return String(decoding: bytes, as: UTF8.self) }
    let words = [bytes[..<first], bytes[(last + 1)...]].flatMap {
      $0.split(separator: UInt8(ascii: " "))
    }
    return String(decoding: Array(words.joined(separator: [UInt8(ascii: " ")])), as: UTF8.self)
  }

  // MARK: Defining

  private func define(
    _ table: Table, among tables: [Table], _ builder: inout CatalogBuilder
  ) {
    func quoted(_ name: String) -> String { name.quoted(by: "\"") }
    func list(_ names: [String]) -> String { names.map(quoted).joined(separator: ", ") }
    var parts = table.columns.map { column in
      // SQLite takes the affinity from the type's name, which people see.
      let names = ["", " text", " blob"].map { column.typeName + $0 } + ["text", "blob"]
      let type = names.first { Affinity(declaredType: $0) == column.type.affinity }
      var part = "\(quoted(column.name)) \(quoted(type ?? "text"))"
      if let sources = column.sources {
        // It need only name what it is computed from.
        let expression = sources.map(quoted).joined(separator: " || ")
        part += " GENERATED ALWAYS AS (\(expression.isEmpty ? "NULL" : expression))"
      }
      // The columns of a key are never null in PostgreSQL.
      let isOfKey = table.primaryKey.contains { $0.hasSameBytes(as: column.name) }
      return part + (column.isRequired || isOfKey ? " NOT NULL" : "")
    }
    if table.has(table.primaryKey) {
      if !table.primaryKey.isEmpty { parts.append("PRIMARY KEY (\(list(table.primaryKey)))") }
    } else {
      builder.notes.append(
        "the primary key of `\(table.name.value)` left out: it has a column that is not there")
    }
    for key in table.foreignKeys {
      let parent = tables.first { $0.name.value.hasSameBytes(as: key.table) }
      guard let parent, table.has(key.columns), parent.has(key.parents),
        key.columns.count == key.parents.count
      else {
        let why = parent == nil ? "there is no table" : "its columns are not those of"
        builder.notes.append(
          "a foreign key of `\(table.name.value)` left out: \(why) `\(key.table)`")
        continue
      }
      parts.append(
        "FOREIGN KEY (\(list(key.columns))) REFERENCES \(quoted(key.table)) (\(list(key.parents)))")
    }
    let place = table.name.range
    builder.add(
      "CREATE TABLE \(quoted(table.name.value)) (\(parts.joined(separator: ", ")))", at: place)
    for column in table.indexed where table.has([column]) {
      let index = quoted("\(table.name.value) \(column)")
      builder.add(
        "CREATE INDEX \(index) ON \(quoted(table.name.value)) (\(quoted(column)))", at: place)
    }
  }
}

extension JSONNode {
  fileprivate var isNull: Bool { if case .null = content { true } else { false } }
}
