import Documents
package import RecordFilter
package import RowscopeModel

/// The most relations in one path.
package let relationPathLimit = 8

/// The longest name that is looked up as a path, in bytes. A longer one can only be a whole field
/// name.
let pathLengthLimit = 1_024

/// The tables and fields that names can refer to.
///
/// A profile's own conditions see the whole schema. A request sees only what its user can access;
/// nothing else exists for it. All names of a request, in every clause, are looked up here.
package struct FieldScope: Sendable {
  package let schema: Schema
  /// Nil if everything is visible.
  private let restriction: Visibility?

  private struct Visibility: Sendable {
    let fields: @Sendable (TableID) -> [FieldAccess]?
    let rows: @Sendable (TableID) -> Filter
    /// Nil where each record in reach shows the same fields.
    let cells: (@Sendable (TableID) -> [FieldID: Filter])?
  }

  /// What the workspace's conditions of every table leave of a table.
  struct Rule: Sendable {
    let filter: Filter
    /// A reference in them that has no value for the user.
    let unknown: Reference?
  }

  /// For the rules of documents: nil where nothing is restricted, or where no record is asked for.
  private let rule: (@Sendable (TableID) -> Rule)?

  /// A scope of everything in a schema.
  package init(everythingIn schema: Schema) {
    self.schema = schema
    restriction = nil
    rule = nil
  }

  /// A scope of everything that the workspace's conditions of every table leave.
  init(everythingIn schema: Schema, rule: @escaping @Sendable (TableID) -> Rule) {
    self.schema = schema
    restriction = nil
    self.rule = rule
  }

  /// A reference that has no value for the user, in what the workspace says of a table on the way.
  func unknown(of steps: [Relation]) -> Reference? {
    guard let rule else { return nil }
    return steps.lazy.compactMap { rule($0.table).unknown }.first
  }

  /// A scope of what a user can access.
  ///
  /// - Parameters:
  ///   - fields: the access to each field of a table; nil for a table that the user cannot access.
  ///   - rows: the filter for the records of a table that the user can access.
  ///   - cells: for each field of a table that some of these records hide, the filter for those that
  ///     show it; nil where there is none.
  init(
    schema: Schema, fields: @escaping @Sendable (TableID) -> [FieldAccess]?,
    rows: @escaping @Sendable (TableID) -> Filter,
    cells: (@Sendable (TableID) -> [FieldID: Filter])? = nil
  ) {
    self.schema = schema
    restriction = Visibility(fields: fields, rows: rows, cells: cells)
    rule = nil
  }

  /// Whether everything is visible: the scope of documents.
  var isOfEverything: Bool { restriction == nil }

  /// The filter that related records must match for a path to reach them.
  package func rows(of table: TableID) -> Filter {
    restriction?.rows(table) ?? rule?(table).filter ?? .always
  }

  /// The records in reach that show a visible field.
  package func records(of table: TableID, showing field: FieldID) -> Filter {
    restriction?.cells?(table)[field] ?? .always
  }

  /// The fields of a table that some of the records in reach hide, each with those that show it.
  package func cells(of table: TableID) -> [FieldID: Filter] {
    restriction?.cells?(table) ?? [:]
  }

  /// The access to each field of a table, in its order.
  package func fields(of table: TableID) -> [FieldAccess] {
    let count = schema[table].fields.count
    guard let restriction else { return Array(repeating: .editable, count: count) }
    return restriction.fields(table) ?? Array(repeating: .hidden, count: count)
  }

  func isVisible(_ field: FieldID, in table: TableID) -> Bool {
    guard let restriction else {
      return schema.everywhere(table) != .denied && !schema.isRestricted(field, in: table)
    }
    return restriction.fields(table).map { $0[field.index] != .hidden } ?? false
  }

  /// The names of the visible fields of a table, for suggestions.
  package func visibleNames(in table: TableID) -> [String] {
    schema[table].fieldIndices.filter { isVisible($0, in: table) }
      .map { schema[table][$0].name.string }
  }

  /// The field of this name; nil if it does not exist or is not visible.
  ///
  /// A name that matches a whole field name is that field, even with dots in it. Otherwise a dot
  /// ends the name of a relation, and the shortest relation name that leads to a field wins.
  package func field(named name: String, in table: TableID) -> FieldPath? {
    if let field = ownField(named: name, in: table) {
      return FieldPath(table: table, field: field)
    }
    return path(name[...], from: table, steps: [])
  }

  /// The visible field of this name in the table itself.
  ///
  /// A request may call the one field of a primary key `id_TABLE`, as Jestor's clients do, where the
  /// table has no field of that name.
  private func ownField(named name: String, in id: TableID) -> FieldID? {
    let table = schema[id]
    if let field = table.fieldID(named: name) { return isVisible(field, in: id) ? field : nil }
    guard restriction != nil, table.primaryKey.count == 1, let key = table.primaryKey.first,
      isVisible(key, in: id), Name(name) == Name("id_" + table.name.string)
    else { return nil }
    return key
  }

  private func path(_ name: Substring, from table: TableID, steps: [Relation]) -> FieldPath? {
    if let field = ownField(named: String(name), in: table) {
      return FieldPath(steps: steps, table: table, field: field)
    }
    guard steps.count < relationPathLimit, name.utf8.count <= pathLengthLimit else { return nil }
    let dots = name.utf8.indices.filter { name.utf8[$0] == UInt8(ascii: ".") }
    if dots.isEmpty { return nil }
    let open = relations(from: table)
    for dot in dots {
      for relation in named(Name(String(name[..<dot])), among: open, from: table) {
        let rest = name[name.utf8.index(after: dot)...]
        if let path = path(rest, from: relation.table, steps: steps + [relation]) { return path }
      }
    }
    return nil
  }

  /// What is probably meant by a name that was not found.
  func hint(for name: String, in table: TableID) -> String? {
    limitOfSteps(in: name, from: table) ?? ambiguity(in: name, from: table)
      ?? undeclaredRelation(for: name, in: table)
      ?? suggestion(for: name, in: table).map {
        $0.hasSameBytes(as: name)
          ? "only fields of the table itself can stand here, not those of a related one"
          : "did you mean \(Printable.quoted($0))?"
      }
  }

  /// How to declare the relation that a path begins with, where it begins with a field that is
  /// none. Only for users who see everything: a request's errors say nothing about the workspace.
  private func undeclaredRelation(for name: String, in table: TableID) -> String? {
    guard restriction == nil, let (head, _) = name.cut(atByte: "."),
      let field = schema[table].fieldID(named: head),
      !schema[table].relations.contains(where: { $0.name == Name(head) })
    else { return nil }
    let target = schema.likelyTarget(of: field, in: table)
    let far = target.map { (schema[$0.table].name.string, schema[$0.table][$0.field].name.string) }
    return
      "\(Printable.quoted(head)) is no relation yet; if it is one, declare it in the workspace: "
      + "\(Printable.quoted(head)): "
      + RelationForm.text(table: far?.0, field: far?.1)
  }

  /// A visible name close to one that was not found: a field, a path with a misspelt part, or a
  /// path that names a related table instead of its relation.
  package func suggestion(for name: String, in table: TableID) -> String? {
    guard name.utf8.count <= pathLengthLimit else { return nil }
    return suggestion(for: name, in: table, steps: 0)
  }

  private func suggestion(for name: String, in table: TableID, steps: Int) -> String? {
    if let nearest = Suggestion.nearest(to: name, among: visibleNames(in: table)) { return nearest }
    guard steps < relationPathLimit else { return nil }
    let open = relations(from: table)
    for dot in name.utf8.indices where name.utf8[dot] == UInt8(ascii: ".") {
      let head = String(name[..<dot])
      let rest = String(name[name.utf8.index(after: dot)...])
      for relation in meant(by: head, among: open) {
        if let nearest = suggestion(for: rest, in: relation.table, steps: steps + 1) {
          return "\(relation.name).\(nearest)"
        }
      }
    }
    return nil
  }

  /// The relations of this name; else those to the table of this name; else the one with the
  /// closest name.
  private func meant(by head: String, among relations: [Relation]) -> [Relation] {
    let name = Name(head)
    let named = relations.filter { $0.name == name }
    if !named.isEmpty { return named }
    let leading = relations.filter { schema[$0.table].name == name }
    if !leading.isEmpty { return leading }
    let nearest = Suggestion.nearest(to: head, among: relations.map(\.name.string))
    return nearest.map { nearest in relations.filter { $0.name == Name(nearest) } } ?? []
  }
}

/// How a workspace declares a relation, for hints.
package enum RelationForm {
  /// `{"relation": {"table": "clients", "field": "id"}}`
  package static func text(table: String?, field: String?, isTree: Bool = false) -> String {
    let table = table.map(Printable.quoted) ?? "\"TABLE\""
    let field = field.map(Printable.quoted) ?? "\"FIELD\""
    let tree = isTree ? ", \"tree\": true" : ""
    return "{\"relation\": {\"table\": \(table), \"field\": \(field)\(tree)}}"
  }
}
