internal import CSQLite
internal import RecordFilter
import RowscopeModel

extension SchemaReader {
  /// Reads every table with its columns, and the names and texts of views.
  mutating func readTables() throws(StoreError) {
    let found = try rows(
      """
      SELECT s.name, s.sql, l.type, l.wr, l.strict FROM sqlite_schema AS s
      JOIN pragma_table_list AS l ON l.schema = 'main' AND l.name = s.name
      WHERE s.type IN ('table', 'view') ORDER BY s.rowid
      """)
    for row in found {
      guard case .text(let nameText) = row[0] else { continue }
      guard let nameString = nameText.validString else {
        note(.invalidName, Name(nameText.string))
        continue
      }
      let name = Name(nameString)
      let sql = if case .text(let text) = row[1] { text.string } else { "" }
      switch row[2] {
      case "virtual": note(.virtualTable, name)
      case "shadow": note(.shadowTable, name)
      case _ where nameString.utf8.prefix(7).map(\.asciiLowercased) == Array("sqlite_".utf8):
        note(.internalTable, name)
      case "view": tables.append(TableDescription(name: name, kind: .view, sql: sql))
      default:
        var table = TableDescription(name: name, kind: .table, sql: sql)
        try readColumns(of: &table, isWithoutRowID: row[3] == 1, isStrict: row[4] == 1)
        tables.append(table)
      }
    }
  }

  private mutating func readColumns(
    of table: inout TableDescription, isWithoutRowID: Bool, isStrict: Bool
  ) throws(StoreError) {
    let found = try rows(
      "SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?, 'main')",
      [.text(table.name.string)])
    let alias =
      isWithoutRowID
      ? nil : try core.rowIDAlias(of: table.name, columns: found.map { ($0[0], $0[1], $0[3]) })
    var generated: Set<Name> = []
    for row in found {
      guard case .text(let nameText) = row[0], case .text(let type) = row[1],
        case .integer(let keyPosition) = row[3]
      else { continue }
      let isGenerated = row[4] == 2 || row[4] == 3
      let name = Name(nameText.string)
      func omit(_ reason: SchemaNote.Reason) {
        note(reason, table.name, name)
        omitted.insert(ColumnKey(table: table.name, column: name))
        if keyPosition > 0 { table.hasCompleteKey = false }
      }
      guard nameText.validString != nil else {
        omit(.invalidName)
        continue
      }
      guard let collation = collation(of: name.string, in: table.name.string) else {
        omit(.unsupportedCollation)
        continue
      }
      if isGenerated {
        if let reason = try fault(ofReading: name, in: table.name) {
          omit(reason)
          continue
        }
        generated.insert(name)
      }
      let isAny = isStrict && Name(type.string) == "ANY"
      table.columns.append(
        ColumnDescription(
          name: name, declaredType: type.string,
          affinity: isAny ? .blob : Affinity(declaredType: type.string), collation: collation,
          isNullable: row[2] == 0 && name != alias && !(isWithoutRowID && keyPosition > 0),
          isGenerated: isGenerated, keyPosition: Int(keyPosition)))
    }
    table.indexed = try indexedColumns(of: table, rowIDAlias: alias)
    if try keyIsFiner(of: table) { table.hasCompleteKey = false }
    let key = table.hasCompleteKey ? table.columns.filter { $0.keyPosition > 0 } : []
    table.keyIsTotal = !key.isEmpty && key.allSatisfy { !$0.isNullable }
    let all = found.compactMap { row in
      if case .text(let name) = row[0] { Name(name.string) } else { nil }
    }
    resolveGenerated(generated, in: &table, all: all, alias: alias)
  }

  /// Why a generated column cannot be read; nil if it can.
  private func fault(ofReading column: Name, in table: Name) throws(StoreError) -> SchemaNote
    .Reason?
  {
    do throws(StoreError) {
      _ = try core.viewEvents(table.string, selecting: column.quoted)
      return nil
    } catch {
      guard error.kind == .schemaMismatch else { throw error }
      return .broken(error.absence?.description)
    }
  }

  private func indexedColumns(
    of table: TableDescription, rowIDAlias: Name?
  ) throws(StoreError) -> Set<Name> {
    let names = try rows(
      "SELECT name FROM pragma_index_list(?, 'main') WHERE partial = 0",
      [.text(table.name.string)])
    var indexed = Set([rowIDAlias].compactMap(\.self))
    for index in names {
      let first = try rows(
        "SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE seqno = 0", [index[0]])
      guard case .text(let name)? = first.first?[0], case .text(let collation)? = first.first?[1],
        let column = table.column(Name(name.string)),
        Collation(named: collation.string) == column.collation
      else { continue }
      indexed.insert(column.name)
    }
    return indexed
  }

  /// Whether the primary key tells texts apart that its columns compare as equal, as
  /// `PRIMARY KEY (code COLLATE BINARY)` does on a column without case: such a key identifies no
  /// record to who compares by the column.
  private func keyIsFiner(of table: TableDescription) throws(StoreError) -> Bool {
    let parts = try rows(
      "SELECT k.name, k.coll FROM pragma_index_list(?, 'main') AS l, "
        + "pragma_index_xinfo(l.name, 'main') AS k WHERE l.origin = 'pk' AND k.key",
      [.text(table.name.string)])
    return parts.contains { part in
      guard case .text(let name) = part[0], case .text(let collation) = part[1],
        let column = table.column(Name(name.string))
      else { return false }
      // What is different in any way is different by its bytes.
      return column.collation != .binary && Collation(named: collation.string) != column.collation
    }
  }

  private func collation(of column: String, in table: String) -> Collation? {
    var type: UnsafePointer<CChar>?
    var collation: UnsafePointer<CChar>?
    let code = sqlite3_table_column_metadata(
      core.handle, "main", table, column, &type, &collation, nil, nil, nil)
    guard code == SQLITE_OK, let collation else { return nil }
    return Collation(named: String(cString: collation))
  }

  // MARK: Generated columns

  /// Resolves the columns that each generated column derives from, and omits the ones that derive
  /// from omitted columns.
  private mutating func resolveGenerated(
    _ generated: Set<Name>, in table: inout TableDescription, all: [Name], alias: Name?
  ) {
    guard !generated.isEmpty else { return }
    let direct = GeneratedColumns(sql: table.sql, columns: all, rowIDAlias: alias)
    var origins = Dictionary(
      uniqueKeysWithValues: generated.map { ($0, direct.origins(of: $0)) })
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for (column, known) in origins {
        let more = known.reduce(into: known) { $0.formUnion(origins[$1] ?? []) }.subtracting([
          column
        ])
        guard more.count > known.count else { continue }
        origins[column] = more
        isGrowing = true
      }
    }
    for index in table.columns.indices {
      let found = origins[table.columns[index].name] ?? []
      table.columns[index].origins = Set(
        found.map { ColumnKey(table: table.name, column: $0) })
    }
    let dropped = table.columns.filter { !$0.origins.isDisjoint(with: omitted) }
    for column in dropped {
      note(.readsOmitted, table.name, column.name)
      omitted.insert(ColumnKey(table: table.name, column: column.name))
    }
    table.columns.removeAll { column in dropped.contains { $0.name == column.name } }
  }
}

/// The columns that the generated columns of one table derive from, parsed from the CREATE TABLE
/// text as no pragma reports them.
///
/// Every column name in a definition counts, whatever it stands for there. Too many origins hide a
/// column that could be shown; too few would show one that must be hidden.
struct GeneratedColumns {
  private let all: Set<Name>
  private let rowIDAlias: Name?
  /// The definitions in the column list, by their first name.
  private var definitions: [Name: [[SQLToken]]] = [:]

  init(sql: String, columns: [Name], rowIDAlias: Name?) {
    all = Set(columns)
    self.rowIDAlias = rowIDAlias
    var depth = 0
    var definition: [SQLToken] = []
    func finish(_ definitions: inout [Name: [[SQLToken]]]) {
      if let first = definition.first { definitions[first.name, default: []].append(definition) }
      definition = []
    }
    scan: for token in SQLTokenizer.tokens(of: sql) {
      if token.isSymbol("(") {
        depth += 1
        if depth == 1 { continue }
      } else if token.isSymbol(")") {
        depth -= 1
        if depth == 0 { break scan }
      } else if token.isSymbol(","), depth == 1 {
        finish(&definitions)
        continue
      }
      if depth >= 1 { definition.append(token) }
    }
    finish(&definitions)
  }

  private static let rowIDNames: Set<Name> = ["rowid", "oid", "_rowid_"]

  func origins(of column: Name) -> Set<Name> {
    let others = all.subtracting([column])
    let found = (definitions[column] ?? []).filter { definition in
      definition.contains { $0.isKeyword("AS") }
    }
    guard !found.isEmpty else { return others }
    var origins = Set(found.joined().map(\.name)).intersection(others)
    if let rowIDAlias, found.joined().contains(where: { Self.rowIDNames.contains($0.name) }) {
      origins.insert(rowIDAlias)
    }
    return origins
  }
}
