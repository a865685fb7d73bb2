package import RecordFilter
import RowscopeModel

/// The relations that paths follow, and their names.
///
/// Documents use the names of the schema. In a request a name depends on nothing that its user does
/// not see: a hidden foreign key, or one of a hidden table, changes no other relation's name.
extension FieldScope {
  /// The relations in sight that a path may follow from a table, each under its name.
  ///
  /// Complexity: linear in the relations of the table.
  package func relations(from table: TableID) -> [Relation] {
    let open = schema[table].relations.filter { isOpen($0, from: table) }
    guard !isOfEverything, !open.isEmpty else { return open }
    let away = relationsAway(open, from: table)
    let taken = Set(away.map(\.name))
    let back = open.filter { $0.direction == .toChildren }
    return away
      + back.map { relation in
        let name = schema[relation.table].name
        let isOnly = back.count { $0.table == relation.table } == 1
        return relation.named(isOnly && !taken.contains(name) ? name : longName(of: relation))
      }
  }

  /// Those that the table's own fields lead by, in the order of the fields. A key of several columns
  /// has the names of all its columns that name no other one in sight.
  private func relationsAway(_ open: [Relation], from table: TableID) -> [Relation] {
    let away = open.filter { $0.direction != .toChildren }
    let fields = schema[table].fields
    let further = away.filter { $0.pairs.count > 1 }.flatMap { relation in
      relation.pairs.map { relation.named(fields[$0.near.index].name) }
    }
    var named: [(relation: Relation, place: Int)] = []
    for relation in away + further where !named.contains(where: { $0.0.name == relation.name }) {
      named.append((relation, fields.firstIndex { $0.name == relation.name } ?? fields.count))
    }
    return named.sorted { $0.place < $1.place }.map(\.relation)
  }

  /// `notes(task)`: the name of a way to children that tells it from every other one.
  private func longName(of relation: Relation) -> Name {
    let child = schema[relation.table]
    let columns = relation.pairs.map { child[$0.far].name.string }.joined(separator: ",")
    return Name("\(child.name)(\(columns))")
  }

  /// Those of some relations that a name means. The long name of a way to children is always one.
  func named(_ name: Name, among open: [Relation]) -> [Relation] {
    let named = open.filter { $0.name == name }
    guard named.isEmpty, !isOfEverything, name.string.utf8.last == UInt8(ascii: ")") else {
      return named
    }
    return open.filter { $0.direction == .toChildren }.map { $0.named(longName(of: $0)) }
      .filter { $0.name == name }
  }

  /// The name of a relation in this scope; nil if it is not in sight.
  package func name(of relation: Relation, from table: TableID) -> String? {
    let nameless = relation.named("")
    return relations(from: table).first { $0.named("") == nameless }?.name.string
  }

  /// The relations that a path of their names follows; nil if it leads nowhere.
  ///
  /// A relation's name may have dots in it; the shortest name that leads on wins.
  package func relations(named name: String, from table: TableID) -> [Relation]? {
    guard name.utf8.count <= pathLengthLimit else { return nil }
    return relations(name[...], from: table, steps: [])
  }

  private func relations(
    _ name: Substring, from table: TableID, steps: [Relation]
  ) -> [Relation]? {
    guard steps.count < relationPathLimit else { return nil }
    let dots = name.utf8.indices.filter { name.utf8[$0] == UInt8(ascii: ".") }
    let open = self.relations(from: table)
    for end in dots + [name.endIndex] {
      for relation in named(Name(String(name[..<end])), among: open) {
        let steps = steps + [relation]
        if end == name.endIndex { return steps }
        let rest = name[name.utf8.index(after: end)...]
        if let found = relations(rest, from: relation.table, steps: steps) { return found }
      }
    }
    return nil
  }

  /// The names of the relations that a path can begin with.
  func relationNames(from table: TableID) -> [String] {
    relations(from: table).map(\.name.string)
  }

  /// Whether both ends of a relation are visible, and what its own conditions read: following one
  /// compares its columns.
  func isOpen(_ relation: Relation, from table: TableID) -> Bool {
    relation.pairs.allSatisfy {
      isVisible($0.near, in: table) && isVisible($0.far, in: relation.table)
    } && (isOfEverything || areVisible(relation.conditions, of: relation))
  }

  /// Whether a relation's own conditions read only what is visible.
  func areVisible(_ conditions: Relation.Conditions, of relation: Relation) -> Bool {
    if conditions.isEmpty { return true }
    var reads = FieldReads(of: schema)
    reads.insert([relation], from: conditions.table)
    return reads.fields.allSatisfy { isVisible($0.field, in: $0.table) }
  }
}
