import Documents
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
      + back.compactMap { relation in
        let name = schema[relation.table].name
        let isOnly = back.count { $0.table == relation.table } == 1
        return isOnly && !taken.contains(name) && !hasUnusableWay(to: name, from: table)
          ? relation.named(name) : longNames(of: relation, among: back, from: table).first
      }
  }

  /// Those that the table's own fields lead by, in the order of the fields. A key of several columns
  /// has the names of all its columns that name no other one in sight.
  private func relationsAway(_ open: [Relation], from table: TableID) -> [Relation] {
    let away = open.filter { $0.direction != .toChildren }
    let (fields, unusable) = (schema[table].fields, schema[table].unusable)
    let further = away.filter { relation in
      relation.pairs.count > 1
        && relation.pairs.contains { fields[$0.near.index].name == relation.name }
    }.flatMap { relation in
      relation.pairs.map { fields[$0.near.index].name }
        .filter { unusable.reasons[$0] == nil && unusable.ambiguous[$0] == nil }
        .map(relation.named)
    }
    var named: [(relation: Relation, place: Int)] = []
    for relation in away + further where !named.contains(where: { $0.0.name == relation.name }) {
      named.append((relation, relation.pairs[0].near.index))
    }
    // Sorting keeps the order of a field's relations.
    return named.enumerated().sorted {
      ($0.element.place, $0.offset) < ($1.element.place, $1.offset)
    }.map(\.element.relation)
  }

  /// Whether a way to these children cannot be used. The others then get no shorter name by that.
  private func hasUnusableWay(to child: Name, from table: TableID) -> Bool {
    schema[table].unusable.reasons.keys.contains { name in
      name == child || Name(String(name.string.prefix { $0 != "(" })) == child
    }
  }

  /// A way to children under the names that tell it from every other one in sight: `notes(task)` by
  /// the columns, `comments(invoice)` by the name that a workspace declares for the way there.
  private func longNames(
    of relation: Relation, among back: [Relation], from table: TableID
  ) -> [Relation] {
    let child = schema[relation.table]
    func columns(_ relation: Relation) -> [FieldID] { relation.pairs.map(\.far) }
    let names = columns(relation).map { child[$0].name }
    let isAlone =
      back.count { $0.table == relation.table && columns($0) == columns(relation) } == 1
    let forward = child.relations.first { forward in
      forward.direction == .toParent && forward.table == table
        && forward.pairs == relation.pairs.map(\.reversed)
        && forward.conditions == relation.conditions.reversed(from: relation.table)
        && !names.contains(forward.name)
    }
    let byColumns = names.map(\.string).joined(separator: ",")
    return [isAlone ? byColumns : nil, forward?.name.string ?? (isAlone ? nil : byColumns)]
      .compactMap { $0.map { Name("\(child.name)(\($0))") } }
      .filter { schema[table].unusable.reasons[$0] == nil }
      .map(relation.named)
  }

  /// Those of some relations that a name means. The long name of a way to children is always one.
  func named(_ name: Name, among open: [Relation], from table: TableID) -> [Relation] {
    let named = open.filter { $0.name == name }
    guard named.isEmpty, !isOfEverything, name.string.utf8.last == UInt8(ascii: ")") else {
      return named
    }
    let back = open.filter { $0.direction == .toChildren }
    return back.flatMap { longNames(of: $0, among: back, from: table) }.filter { $0.name == name }
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
      for relation in named(Name(String(name[..<end])), among: open, from: table) {
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

  /// What is probably meant by a path that leads to no related records.
  package func relationHint(for path: String, in table: TableID) -> String? {
    let names = relationNames(from: table)
    return Suggestion.hint(for: path, among: names)
      ?? (names.isEmpty
        ? nil : "its relations are " + names.map(Printable.quoted).joined(separator: ", "))
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
