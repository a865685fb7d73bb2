import Documents
package import RecordFilter
import RowscopeModel

/// Why a name leads nowhere.
extension FieldScope {
  /// A relation or a link that the workspace declares and that cannot be used.
  struct Unusable {
    let table: TableID
    let name: Name
    let reason: String
  }

  /// What cannot be used of what a name needs; nil if that is not why it leads nowhere, and in a
  /// request, whose errors say nothing about the workspace.
  func unusable(in name: String, from table: TableID) -> Unusable? {
    guard isOfEverything else { return nil }
    return first(in: name[...], from: table) { name, table in
      schema[table].unusable.reasons[name].map { Unusable(table: table, name: name, reason: $0) }
    }
  }

  /// The names that are meant by one that could mean several relations, or that names the field in
  /// the place of its relation. A request is told of those in sight as if there were no others.
  package func ambiguity(in name: String, from table: TableID) -> String? {
    first(in: name[...], from: table) { name, table in
      let names = relationsMeant(by: name, from: table).map { Printable.quoted($0.string) }
      guard !names.isEmpty else { return nil }
      let head = Printable.quoted(name.string)
      return names.count == 1
        ? "the relation of \(head) is called \(names[0])"
        : "\(head) could mean several relations: \(names.joined(separator: ", "))"
    }
  }

  /// What a path may have, where it has more. A request's errors tell nothing of where its path leads.
  func limitOfSteps(in name: String, from table: TableID) -> String? {
    guard isOfEverything, name.utf8.count <= pathLengthLimit else { return nil }
    var (rest, table, steps) = (name[...], table, 0)
    while steps <= relationPathLimit {
      guard let (step, tail) = firstStep(of: rest, from: table) else { return nil }
      (rest, table, steps) = (tail, step.table, steps + 1)
    }
    return "a path has up to \(relationPathLimit) relations"
  }

  /// The relation of the shortest name that a path begins with, and the rest of the path.
  private func firstStep(
    of name: Substring, from table: TableID
  ) -> (step: Relation, rest: Substring)? {
    let dots = name.utf8.indices.filter { name.utf8[$0] == UInt8(ascii: ".") }
    let open = relations(from: table)
    for end in dots + [name.endIndex] {
      let head = Name(String(name[..<end]))
      guard let step = named(head, among: open, from: table).first else { continue }
      return (step, end == name.endIndex ? "" : name[name.utf8.index(after: end)...])
    }
    return nil
  }

  /// The names of the relations that a name could mean and is not.
  private func relationsMeant(by name: Name, from table: TableID) -> [Name] {
    let open = relations(from: table)
    guard !isOfEverything else {
      let meant = schema[table].unusable.ambiguous[name] ?? []
      return meant.filter { name in open.contains { $0.name == name } }
    }
    guard !open.contains(where: { $0.name == name }) else { return [] }
    return open.filter { relation in
      relation.direction == .toChildren
        ? schema[relation.table].name == name
        : schema[table][relation.pairs[0].near].name == name
    }.map(\.name)
  }

  /// The first that is found of the parts of a path, as far as its relations lead.
  private func first<Found>(
    in name: Substring, from table: TableID, steps: Int = 0,
    _ find: (Name, TableID) -> Found?
  ) -> Found? {
    guard steps < relationPathLimit, name.utf8.count <= pathLengthLimit else {
      return nil
    }
    let dots = name.utf8.indices.filter { name.utf8[$0] == UInt8(ascii: ".") }
    for end in dots + [name.endIndex] {
      if let found = find(Name(String(name[..<end])), table) { return found }
    }
    if dots.isEmpty { return nil }
    let open = relations(from: table)
    for dot in dots {
      for relation in named(Name(String(name[..<dot])), among: open, from: table) {
        let rest = name[name.utf8.index(after: dot)...]
        if let found = first(in: rest, from: relation.table, steps: steps + 1, find) {
          return found
        }
      }
    }
    return nil
  }
}
