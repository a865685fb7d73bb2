import RecordFilter
import RowscopeModel

extension SchemaReader {
  private struct ForeignKey {
    let child: Name
    let parent: Name
    let pairs: [(child: Name, parent: Name)]
  }

  mutating func readForeignKeys() throws(StoreError) {
    var keys: [ForeignKey] = []
    for table in tables where table.kind == .table {
      let found = try rows(
        """
        SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?, 'main')
        ORDER BY id DESC, seq
        """, [.text(table.name.string)])
      // The key declared last has id 0.
      var start = 0
      while start < found.count {
        let end = found[start...].firstIndex { $0[0] != found[start][0] } ?? found.count
        if let key = foreignKey(of: table, Array(found[start..<end])) { keys.append(key) }
        start = end
      }
    }
    addRelationsToParents(keys)
    addRelationsToChildren(keys)
  }

  private mutating func foreignKey(of table: TableDescription, _ rows: [[Value]]) -> ForeignKey? {
    func name(_ value: Value) -> Name? {
      if case .text(let text) = value { text.validString.map { Name($0) } } else { nil }
    }
    let near = rows.compactMap { name($0[2]) }
    let parent = name(rows[0][1]).flatMap { self.table($0) }
    var far = rows.compactMap { name($0[3]) }
    // Without column names, a foreign key refers to the parent's primary key.
    if far.isEmpty, let parent, parent.hasCompleteKey {
      far = parent.columns.filter { $0.keyPosition > 0 }
        .sorted { $0.keyPosition < $1.keyPosition }.map(\.name)
    }
    guard let parent, parent.kind == .table, near.count == rows.count, far.count == near.count,
      near.allSatisfy({ table.column($0) != nil }), far.allSatisfy({ parent.column($0) != nil })
    else {
      note(.danglingForeignKey, table.name, near.first)
      return nil
    }
    // Spelled as in the tables; the keys may use another case.
    return ForeignKey(
      child: table.name, parent: parent.name,
      pairs: zip(near, far).map { near, far in
        (table.column(near)?.name ?? near, parent.column(far)?.name ?? far)
      })
  }

  /// Single-column keys come first: if a column has one, the column's name means that relation.
  private mutating func addRelationsToParents(_ keys: [ForeignKey]) {
    for key in keys.filter({ $0.pairs.count == 1 }) + keys.filter({ $0.pairs.count > 1 }) {
      guard let index = tables.firstIndex(where: { $0.name == key.child }) else { continue }
      var isReachable = false
      for pair in key.pairs
      where !tables[index].relations.contains(where: { $0.name == pair.child }) {
        tables[index].relations.append(
          RelationDescription(
            name: pair.child, table: key.parent, direction: .toParent,
            pairs: key.pairs.map { ($0.child, $0.parent) }))
        isReachable = true
      }
      if !isReachable { note(.ambiguousForeignKey, key.child, key.pairs[0].child) }
    }
  }

  private mutating func addRelationsToChildren(_ keys: [ForeignKey]) {
    for key in keys {
      guard let index = tables.firstIndex(where: { $0.name == key.parent }) else { continue }
      let parent = tables[index]
      let isAlone = keys.count { $0.parent == key.parent && $0.child == key.child } == 1
      let columns = key.pairs.map(\.child.string).joined(separator: ",")
      let name =
        isAlone && parent.column(key.child) == nil
        ? key.child : Name("\(key.child)(\(columns))")
      guard !parent.relations.contains(where: { $0.name == name }) else { continue }
      tables[index].relations.append(
        RelationDescription(
          name: name, table: key.child, direction: .toChildren,
          pairs: key.pairs.map { ($0.parent, $0.child) }))
    }
  }
}
