import Documents
import RecordFilter
import RowscopeModel

/// Why a name leads nowhere, for those who write documents. A request's errors say nothing about the
/// workspace.
extension FieldScope {
  /// A relation or a link that the workspace declares and that cannot be used.
  struct Unusable {
    let table: TableID
    let name: Name
    let reason: String
  }

  /// What cannot be used of what a name needs; nil if that is not why it leads nowhere.
  func unusable(in name: String, from table: TableID) -> Unusable? {
    first(in: name[...], from: table) { name, table in
      schema[table].unusable.reasons[name].map { Unusable(table: table, name: name, reason: $0) }
    }
  }

  /// The names that are meant by one that could mean several relations.
  func ambiguity(in name: String, from table: TableID) -> String? {
    first(in: name[...], from: table) { name, table in
      schema[table].unusable.ambiguous[name].map { names in
        "\(Printable.quoted(name.string)) could mean several relations: "
          + names.map { Printable.quoted($0.string) }.joined(separator: ", ")
      }
    }
  }

  /// The first that is found of the parts of a path, as far as its relations lead.
  private func first<Found>(
    in name: Substring, from table: TableID, steps: Int = 0,
    _ find: (Name, TableID) -> Found?
  ) -> Found? {
    guard isOfEverything, steps < relationPathLimit, name.utf8.count <= pathLengthLimit else {
      return nil
    }
    let dots = name.utf8.indices.filter { name.utf8[$0] == UInt8(ascii: ".") }
    for end in dots + [name.endIndex] {
      if let found = find(Name(String(name[..<end])), table) { return found }
    }
    for dot in dots {
      let head = Name(String(name[..<dot]))
      for relation in schema[table].relations
      where relation.name == head && isOpen(relation, from: table) {
        let rest = name[name.utf8.index(after: dot)...]
        if let found = first(in: rest, from: relation.table, steps: steps + 1, find) {
          return found
        }
      }
    }
    return nil
  }
}
