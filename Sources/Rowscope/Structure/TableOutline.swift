import AccessProfiles
import RecordEngine
import RecordFilter
import RowscopeModel

/// What a table is made of, as an administrator or one user sees it.
package struct TableOutline: Sendable {
  package let name: String
  package let label: String
  package let isView: Bool
  package let fields: [FieldOutline]
  /// The primary key's fields, in order; empty if there is none, or a user does not see all of it.
  package let key: [String]
  package let relations: [RelationOutline]
  package let ownerField: String?
  package let teamField: String?
  /// What the user may do with its records and fields; for an administrator, nothing is said.
  package let rights: [Right]
}

package struct FieldOutline: Sendable {
  package let name: String
  /// The declared type, such as `date` or `users`; nil if none is declared.
  package let type: String?
  /// The column's type in the database; empty if it has none, nil for a link.
  package let column: String?
  package let isNullable: Bool
  /// Whether the database computes it, or the user may not write it.
  package let isReadonly: Bool
  package let isDeveloper: Bool
}

package struct RelationOutline: Sendable {
  /// Its name in a path.
  package let name: String
  package let table: String
  package let near: [String]
  package let far: [String]
  /// Whether it leads to any number of records.
  package let isToMany: Bool
}

extension RecordService {
  /// One table, or all, as the database and the workspace have them.
  ///
  /// - Throws: `unknown_table` if there is no such table.
  package func outline(_ name: String? = nil) async throws(ServiceError) -> [TableOutline] {
    try await withSession(as: User(id: .null)) { reader throws(ServiceError) in
      let schema = reader.snapshot.schema
      let all = schema.tables.indices.map { TableID($0) }
      guard let name else { return all.map { TableOutline($0, in: schema) { _ in nil } } }
      guard let id = schema.tableID(named: name) else {
        throw .unknownTable(name, among: schema.tables.map(\.name.string))
      }
      return [TableOutline(id, in: schema) { _ in nil }]
    }
  }

  /// One table, or all, without anything that the user does not see.
  ///
  /// - Throws: `unknown_table` if there is no such table for the user; `invalid_profile` if the
  ///   profile has mistakes.
  package func outline(
    _ name: String? = nil, as user: User
  ) async throws(ServiceError) -> [TableOutline] {
    try await withSession(as: user) { reader throws(ServiceError) in try reader.outline(name) }
  }
}

extension ReadSession {
  /// One table, or all, without anything that the user does not see.
  func outline(_ name: String?) throws(ServiceError) -> [TableOutline] {
    guard try profiles() != nil || name != nil else { return [] }
    let schema = snapshot.schema
    var seen: [TableID: TableAccess] = [:]
    for table in schema.tables {
      do throws(ServiceError) {
        let access = try self.table(table.name.string).access
        seen[access.table] = access
      } catch {
        // A table that is denied is not there.
        guard error.code == .unknownTable || error.code == .invalidProfile else { throw error }
      }
    }
    let visible = seen
    let scope = try profiles()?.profiles.requestScope(for: context)
    func outline(_ id: TableID) -> TableOutline {
      TableOutline(id, in: schema, scope: scope) { visible[$0].map { .some($0) } ?? .some(nil) }
    }
    guard let name else {
      return schema.tables.indices.map { TableID($0) }.filter { visible[$0] != nil }.map(outline)
    }
    return [outline(try table(name).access.table)]
  }
}

extension TableOutline {
  /// - Parameters:
  ///   - scope: what a user's names refer to; nil if all is seen.
  ///   - access: a user's access to a table, nil within for none; nil if all is seen.
  fileprivate init(
    _ id: TableID, in schema: Schema, scope: FieldScope? = nil,
    access: (TableID) -> TableAccess??
  ) {
    func level(_ field: FieldID, _ table: TableID) -> FieldAccess {
      switch access(table) {
      case nil: .editable
      case .some(nil): .hidden
      case .some(.some(let access)): access.fields[field.index]
      }
    }
    func name(_ field: FieldID, of table: TableID) -> String { schema[table][field].name.string }
    let table = schema[id]
    let shown = table.fieldIndices.filter { level($0, id) != .hidden }
    func shownName(_ field: FieldID?) -> String? {
      field.flatMap { shown.contains($0) ? name($0, of: id) : nil }
    }
    /// A path, if all of it is shown.
    func shownName(_ path: FieldPath?) -> String? {
      guard let path, level(path.field, path.table) != .hidden else { return nil }
      var names: [String] = []
      var near = id
      for step in path.steps {
        guard let scope else {
          names.append(step.name.string)
          continue
        }
        guard let name = scope.name(of: step, from: near) else { return nil }
        names.append(name)
        near = step.table
      }
      return (names + [name(path.field, of: path.table)]).joined(separator: ".")
    }
    var rights: [Right] = []
    if case .some(.some(let access)) = access(id) {
      rights = Right.allCases.filter { access.rights.contains($0) }
    }
    self.init(
      name: table.name.string, label: table.label, isView: table.kind == .view,
      fields: shown.map { field in
        FieldOutline(table[field], isReadonly: level(field, id) == .readonly)
      },
      key: table.primaryKey.allSatisfy(shown.contains)
        ? table.primaryKey.map { name($0, of: id) } : [],
      relations: (scope?.relations(from: id) ?? table.relations).compactMap { relation in
        let isOpen = relation.pairs.allSatisfy {
          level($0.near, id) != .hidden && level($0.far, relation.table) != .hidden
        }
        guard isOpen else { return nil }
        return RelationOutline(
          name: relation.name.string, table: schema[relation.table].name.string,
          near: relation.pairs.map { name($0.near, of: id) },
          far: relation.pairs.map { name($0.far, of: relation.table) },
          isToMany: relation.direction != .toParent)
      },
      ownerField: shownName(table.ownerField) ?? shownName(table.ownerPath),
      teamField: shownName(table.teamField) ?? shownName(table.teamPath),
      rights: rights)
  }
}

extension FieldOutline {
  fileprivate init(_ field: Field, isReadonly: Bool) {
    var isLink = false
    if case .link = field.storage { isLink = true }
    self.init(
      name: field.name.string, type: field.kind.declaration,
      column: isLink ? nil : field.declaredType, isNullable: field.isNullable,
      isReadonly: isReadonly || field.storage == .generatedColumn, isDeveloper: field.isDeveloper)
  }
}

extension FieldKind {
  /// What a workspace declares; nil for nothing.
  fileprivate var declaration: String? {
    func dates(_ type: String, _ form: DateForm) -> String {
      "\(type) (\(form.encodings.map(\.name).joined(separator: ", ")))"
    }
    return switch self {
    case .unspecified: nil
    case .text: "text"
    case .number: "number"
    case .currency: "currency"
    case .checkbox: "checkbox"
    case .time: "time"
    case .uuid(let form): form.map { "uuid (\($0.rawValue))" } ?? "uuid"
    case .user: "user"
    case .relation: "relation"
    case .date(let form): dates("date", form)
    case .datetime(let form): dates("datetime", form)
    case .users: "users"
    case .multi: "multi"
    case .tags: "tags"
    }
  }
}
