internal import CSQLite
import RecordFilter
import RowscopeModel

extension SchemaReader {
  /// Reads the columns of every view, in dependency order. Views that cannot be read are omitted.
  mutating func readViews() throws(StoreError) {
    var unread = tables.filter { $0.kind == .view }.map(\.name)
    guard ColumnMetadata.isAvailable else {
      for name in unread { omit(name, .unknownColumns) }
      return
    }
    for name in unread {
      do throws(StoreError) {
        views[name] = try ViewFacts(name, core: core)
        if views[name] == nil { omit(name, .invalidName) }
      } catch {
        // Any other error is a failure of reading the schema, not of the view.
        guard [.schemaMismatch, .limitExceeded, .expressionFailed].contains(error.kind) else {
          throw error
        }
        omit(name, .broken(error.absence?.description))
      }
    }
    unread.removeAll { views[$0] == nil }
    while !unread.isEmpty {
      // Views cannot be recursive, so there is always one whose dependencies are done.
      let ready = unread.filter { name in
        views[name]?.tables.allSatisfy { !unread.contains($0) } ?? true
      }
      guard !ready.isEmpty else { break }
      for name in ready {
        if let facts = views[name] { finish(facts) }
      }
      unread.removeAll { ready.contains($0) }
    }
    for name in unread { omit(name, .broken(nil)) }
  }

  private mutating func omit(_ view: Name, _ reason: SchemaNote.Reason) {
    note(reason, view)
    tables.removeAll { $0.name == view }
  }

  /// These only unpack a value that is read, and reported, anyway.
  private static let transparentFunctions: Set<Name> = ["json_each", "json_tree"]

  private mutating func finish(_ facts: ViewFacts) {
    guard let index = tables.firstIndex(where: { $0.name == facts.name }) else { return }
    let readable = facts.tables.allSatisfy {
      table($0) != nil || Self.transparentFunctions.contains($0)
    }
    let mentioned = mentionedTables(in: tables[index])
    guard readable, facts.reads.allSatisfy({ !omitted.contains($0.key) }),
      // Omitted tables must not even be mentioned: the authorizer does not report every part of a
      // view.
      !mentioned.contains(where: { name in notes.contains { $0.table == name && $0.field == nil } })
    else { return omit(facts.name, .readsOmitted) }

    let body = ViewBody(sql: tables[index].sql)
    var everything = Set(facts.reads.map(\.key))
    if mentioned.contains(where: { name in
      table(name).map { $0.kind == .view && ViewBody(sql: $0.sql).joinsBySameName } ?? false
    }) || body.joinsBySameName {
      // The authorizer does not report the columns of NATURAL and USING joins.
      for table in tables where mentioned.contains(table.name) {
        everything.formUnion(table.columns.map { ColumnKey(table: table.name, column: $0.name) })
      }
      guard everything.isDisjoint(with: omitted) else {
        return omit(facts.name, .readsOmitted)
      }
    }
    tables[index].columns = columns(of: facts, body: body, everything: closure(everything))
    resolveUnions(facts, body, at: index)
    let read = mentioned.union(facts.tables).compactMap { table($0) }
    tables[index].readsClock = body.readsClock || read.contains(where: \.readsClock)
    let nested = read.first { !$0.nondeterministicSources.isEmpty }
    let choice =
      nested.map { ViewChoice.view($0.name.string) }
      ?? ViewDetermination(body, columns: facts.columns, reading: read).choice
    if let choice {
      tables[index].choice = choice
      tables[index].nondeterministicSources = Set(read.filter { $0.kind == .table }.map(\.name))
    }
  }

  /// The tables named in a view's text, and in the texts of the views that it uses.
  private func mentionedTables(in view: TableDescription) -> Set<Name> {
    let known = Set(tables.map(\.name)).union(notes.filter { $0.field == nil }.map(\.table))
    var mentioned: Set<Name> = []
    var pending = [view]
    while let next = pending.popLast() {
      let names = Set(SQLTokenizer.tokens(of: next.sql).map(\.name))
      for name in names.intersection(known).subtracting(mentioned) where name != view.name {
        mentioned.insert(name)
        if let table = table(name), table.kind == .view { pending.append(table) }
      }
    }
    return mentioned
  }

  private func closure(_ keys: some Sequence<ColumnKey>) -> Set<ColumnKey> {
    keys.reduce(into: []) { all, key in
      guard let column = table(key.table)?.column(key.column) else { return }
      all.insert(key)
      all.formUnion(column.origins)
    }
  }

  /// The table column behind a column: itself, or the column that a view's column comes from.
  func base(of key: ColumnKey) -> ColumnKey? {
    guard let view = views[key.table] else { return key }
    return view.columns.first { $0.name == key.column }?.base
  }

  private func isNamedAgain(_ column: ViewFacts.Column, _ index: Int, in body: ViewBody) -> Bool {
    body.hasColumnList || body.namesAfterFrom.contains(column.name)
      || body.numbersInOrder.contains(index + 1)
  }

  private func columns(
    of facts: ViewFacts, body: ViewBody, everything: Set<ColumnKey>
  ) -> [ColumnDescription] {
    /// What the view's own SELECT reads, each with the table column behind it.
    var own = facts.reads.filter { $0.within == facts.name && !$0.key.column.string.isEmpty }
      .map { read in (key: read.key, base: base(of: read.key)) }
    var direct: [Int: [ColumnKey]] = [:]
    if body.isOneSelect {
      for (index, column) in facts.columns.enumerated() {
        guard let base = column.base, let place = own.firstIndex(where: { $0.base == base }) else {
          continue
        }
        // A table and a view on it may show the same column; both count.
        direct[index] = own.filter { $0.base == base }.map(\.key)
        own.remove(at: place)
      }
    }
    // The rest decides which rows there are or is part of expressions. So are shown columns that
    // are named again.
    var deciding = own.map(\.key)
    for (index, column) in facts.columns.enumerated() where isNamedAgain(column, index, in: body) {
      deciding += direct[index] ?? []
    }
    let others =
      body.isDistinct ? everything : body.readsOnlyWhatItShows ? [] : closure(deciding)
    return facts.columns.enumerated().map { index, column in
      let shown = direct[index].flatMap { $0.first }.flatMap { table($0.table)?.column($0.column) }
      return ColumnDescription(
        name: column.name, declaredType: column.declaredType,
        // Not every version of SQLite reports an expression's affinity and collation; the compiler
        // states them for view columns.
        affinity: shown?.affinity ?? .blob, collation: shown?.collation ?? .binary,
        isNullable: true, isGenerated: false, keyPosition: 0,
        origins: direct[index].map { closure($0).union(others) } ?? everything)
    }
  }
}
