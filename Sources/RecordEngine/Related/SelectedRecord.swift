import RecordFilter
import RowscopeModel

/// What a request shows of the records of one table, as a tree of fields and relations.
struct SelectedRecord {
  /// In the order of the answer.
  private(set) var entries: [Entry] = []

  enum Entry {
    /// A field, and its name in the answer.
    case field(FieldID, Name)
    case related(SelectedRelation)
  }

  /// Shows a field. A relation's own column is the key of the object that the relation is shown as.
  mutating func add(
    _ field: FieldID, of table: Table, as name: Name? = nil
  ) throws(ServiceError) {
    let name = name ?? table[field].name
    for index in entries.indices {
      switch entries[index] {
      case .field(field, name): return
      case .field: continue
      case .related(var relation):
        guard relation.relation.name == name else { continue }
        guard relation.list == nil, relation.relation.begins(at: field) else {
          throw Self.clash(name)
        }
        relation.key = field
        entries[index] = .related(relation)
        return
      }
    }
    entries.append(.field(field, name))
  }

  /// The place of the one record that a relation leads to, or of the list of columns that it is
  /// shown as.
  mutating func place(
    of relation: Relation, _ list: SelectedRelation.List?
  ) throws(ServiceError) -> Int {
    for index in entries.indices {
      switch entries[index] {
      case .related(let known) where known.relation.name == relation.name:
        guard known.relation == relation, known.takesColumns, (known.list == nil) == (list == nil),
          list?.isOfColumns ?? true
        else { throw Self.clash(relation.name) }
        return index
      case .field(let field, relation.name):
        guard list == nil, relation.begins(at: field) else { throw Self.clash(relation.name) }
        entries[index] = .related(SelectedRelation(relation, nil, key: field))
        return index
      case .field, .related: continue
      }
    }
    entries.append(.related(SelectedRelation(relation, list)))
    return entries.count - 1
  }

  /// Changes what is shown of a relation.
  mutating func update(
    at index: Int, _ change: (inout SelectedRecord) throws(ServiceError) -> Void
  ) throws(ServiceError) {
    guard case .related(var relation) = entries[index] else { return }
    try change(&relation.record)
    entries[index] = .related(relation)
  }

  /// Shows a field before all others, by the name that it has already where it is shown.
  mutating func putFirst(_ field: FieldID, of table: Table) throws(ServiceError) {
    if place(of: field) == nil { try add(field, of: table) }
    if let index = place(of: field) { entries.insert(entries.remove(at: index), at: 0) }
  }

  private func place(of field: FieldID) -> Int? {
    entries.firstIndex { entry in
      switch entry {
      case .field(let shown, _): shown == field
      case .related(let relation): relation.key == field
      }
    }
  }

  private static func clash(_ name: Name) -> ServiceError {
    ServiceError(
      .invalidRequest,
      "the selection asks for two things that the answer would both call "
        + "\(Printable.quoted(name.string))",
      hint: "ask for one of them")
  }
}

/// What a request shows of the records that a relation leads to.
struct SelectedRelation {
  let relation: Relation
  /// Nil where the relation is shown as one record.
  let list: List?
  /// The relation's own column, where it is selected as well.
  var key: FieldID?
  var record = SelectedRecord()

  struct List {
    var sort: [ListRequest.SortKey] = []
    var size: Int?
    /// Whether columns of a table ask for it, each with one field.
    var isOfColumns = false
  }

  init(_ relation: Relation, _ list: List?, key: FieldID? = nil) {
    self.relation = relation
    self.list = list
    self.key = key
  }

  /// Whether further paths add to it. A list is whole.
  var takesColumns: Bool { list?.isOfColumns ?? true }

  /// The record's own part of the key of which the relation's column holds the other.
  var farKey: FieldID? {
    key.flatMap { key in relation.pairs.first { $0.near == key }?.far }
  }
}

extension Relation {
  func begins(at field: FieldID) -> Bool { pairs.contains { $0.near == field } }
}
