package import RowscopeModel

/// The tables of one database. Profiles and requests are checked against it.
///
/// A schema is a plain value without a connection. `RecordStore` reads it from SQLite, a workspace
/// adds what SQLite's own schema cannot express (``FieldKind``, relations, links), and tests write
/// it by hand.
package struct Schema: Sendable, Hashable {
  package let tables: [Table]
  /// The workspace's conditions by name.
  package private(set) var conditions: [Text: [Condition]] = [:]
  private var everywhere: [TableID: Everywhere] = [:]
  /// Tables of the database that cannot be used and so are not in the schema, and why.
  package private(set) var omitted: [Name: String] = [:]

  /// What a workspace says of every record of a table, for all users.
  package enum Everywhere: Sendable, Hashable {
    /// All must hold.
    case conditions([Condition])
    /// The conditions do not fit the table, so it is denied.
    case denied
  }
  /// Whether a relation's own conditions depend on the time.
  package let hasRelationsOfTime: Bool
  private let tableIDs: [Name: TableID]

  /// - Precondition: table names are unique, and every relation, link and origin points into
  ///   `tables`.
  package init(tables: [Table]) {
    self.tables = tables
    hasRelationsOfTime = tables.contains { $0.relations.contains { $0.conditions.dependOnClock } }
    var tableIDs: [Name: TableID] = [:]
    for (index, table) in tables.enumerated() {
      let previous = tableIDs.updateValue(TableID(index), forKey: table.name)
      precondition(previous == nil, "two tables have one name")
    }
    self.tableIDs = tableIDs
  }

  package subscript(id: TableID) -> Table { tables[id.index] }

  /// What holds of every record of a table; nil for nothing.
  package func everywhere(_ table: TableID) -> Everywhere? { everywhere[table] }

  package func omitting(_ reasons: [Name: String]) -> Schema {
    var copy = self
    copy.omitted = reasons
    return copy
  }

  /// The same schema with a workspace's conditions.
  package func with(
    _ conditions: [Text: [Condition]], everywhere: [TableID: Everywhere]
  ) -> Schema {
    var copy = self
    copy.conditions = conditions
    copy.everywhere = everywhere
    return copy
  }

  /// Whether a field is used nowhere: a column has the name of a link that cannot be used, or the
  /// members of a link are rows of a table that has a condition everywhere, without which they could
  /// not be shown.
  package func isRestricted(_ field: FieldID, in table: TableID) -> Bool {
    self[table].unusable.columns.contains(field) || hasRestrictedMembers(field, in: table)
  }

  /// Whether a field's members are rows of a table that has a condition everywhere.
  package func hasRestrictedMembers(_ field: FieldID, in table: TableID) -> Bool {
    guard !everywhere.isEmpty, case .link(let link) = self[table][field].storage else {
      return false
    }
    return everywhere[link.table] != nil
  }

  /// The table of this name, ignoring ASCII case. O(1).
  package func tableID(named name: String) -> TableID? { tableIDs[Name(name)] }

  package func table(named name: String) -> Table? { tableID(named: name).map { self[$0] } }
}

/// The index of a table in its ``Schema``.
package struct TableID: Sendable, Hashable, Comparable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (left: TableID, right: TableID) -> Bool { left.index < right.index }
}

/// The index of a field in its ``Table``.
package struct FieldID: Sendable, Hashable, Comparable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (left: FieldID, right: FieldID) -> Bool { left.index < right.index }
}

/// A field together with its table.
package struct FieldReference: Sendable, Hashable {
  package let table: TableID
  package let field: FieldID
  package init(_ table: TableID, _ field: FieldID) {
    self.table = table
    self.field = field
  }
}

/// A table or view.
///
/// Immutable, so it is shared rather than copied: a request looks at its fields some hundred times.
package final class Table: Sendable {
  package enum Kind: String, Sendable, Hashable { case table, view }

  package let name: Name
  package let kind: Kind
  /// For people; equal to the name unless declared.
  package let label: String
  /// In declaration order. The database's hidden columns are not included.
  package let fields: [Field]
  /// The primary key's fields in key order. Empty for a view, and for a table that declares none.
  package let primaryKey: [FieldID]
  /// Whether the key alone identifies a record. In SQLite, a primary key that is neither
  /// `INTEGER PRIMARY KEY` nor `NOT NULL` may contain any number of NULLs, except in a
  /// `WITHOUT ROWID` table.
  package let primaryKeyIsTotal: Bool
  /// The relations to other tables, in both directions.
  package let relations: [Relation]
  /// The fields that hold a record's owner and its team, if a workspace declares them.
  package let ownerField: FieldID?
  package let teamField: FieldID?
  /// The same where other records hold them: one of those at the end of the path.
  package let ownerPath: FieldPath?
  package let teamPath: FieldPath?
  /// The fields by which the database finds records without a scan: a full index begins with the
  /// field, in the field's own collation.
  package let indexedFields: Set<FieldID>
  /// For a nondeterministic view, all tables that it reads, other views excluded. Such a view
  /// leaves its records or their values to the database (`LIMIT` over tied records, a column
  /// outside GROUP BY). Empty for all other views.
  ///
  /// The database may choose by any index, including one on a hidden column. So only a user who
  /// sees all of these tables sees the view.
  package let nondeterministicSources: Set<TableID>
  /// Why it is nondeterministic; nil for all other views.
  package let choice: ViewChoice?
  /// Whether it is a view that asks for the time: its records may change while no table does.
  package let readsClock: Bool
  /// The fields of a view whose values the database converts on their way out of the view: those of
  /// a UNION whose parts have different types. A test must be kept from moving into the view, where
  /// it would see other values than are shown.
  package let convertedFields: Set<FieldID>
  /// Whether the table declares a conflict resolution (`UNIQUE ON CONFLICT REPLACE`). A change must
  /// override that, as it could delete records that the user cannot reach.
  package let hasConflictClause: Bool
  /// What a workspace declares of the table and cannot be used.
  package let unusable: UnusableDeclarations
  private let fieldIDs: [Name: FieldID]

  /// - Precondition: field names are unique.
  package init(
    name: Name, kind: Kind = .table, label: String? = nil, fields: [Field],
    primaryKey: [FieldID] = [],
    primaryKeyIsTotal: Bool = true, relations: [Relation] = [],
    ownerField: FieldID? = nil, teamField: FieldID? = nil, ownerPath: FieldPath? = nil,
    teamPath: FieldPath? = nil,
    indexedFields: Set<FieldID> = [], nondeterministicSources: Set<TableID> = [],
    choice: ViewChoice? = nil, readsClock: Bool = false, convertedFields: Set<FieldID> = [],
    hasConflictClause: Bool = false,
    unusable: UnusableDeclarations = UnusableDeclarations()
  ) {
    self.name = name
    self.kind = kind
    self.label = label ?? name.string
    self.fields = fields
    self.primaryKey = primaryKey
    self.primaryKeyIsTotal = primaryKeyIsTotal && !primaryKey.isEmpty
    self.relations = relations
    self.ownerField = ownerField
    self.teamField = teamField
    self.ownerPath = ownerPath
    self.teamPath = teamPath
    self.indexedFields = indexedFields
    self.nondeterministicSources = nondeterministicSources
    self.choice = choice
    self.readsClock = readsClock
    self.convertedFields = convertedFields
    self.hasConflictClause = hasConflictClause
    self.unusable = unusable
    var fieldIDs: [Name: FieldID] = [:]
    for (index, field) in fields.enumerated() {
      let previous = fieldIDs.updateValue(FieldID(index), forKey: field.name)
      precondition(previous == nil, "two fields have one name")
    }
    self.fieldIDs = fieldIDs
  }

  package subscript(id: FieldID) -> Field { fields[id.index] }

  /// The field of this name, ignoring ASCII case. O(1).
  package func fieldID(named name: String) -> FieldID? { fieldIDs[Name(name)] }

  /// The relation of one column by which a field refers to a record of another table, or of its own;
  /// nil where there are several, or one that cannot be used.
  package func reference(of field: FieldID) -> Relation? { onlyRelation(.toParent, of: field) }

  /// The relation by which the members of a field name records; nil as for ``reference(of:)``.
  package func memberReference(of field: FieldID) -> Relation? { onlyRelation(.members, of: field) }

  private func onlyRelation(_ direction: Relation.Direction, of field: FieldID) -> Relation? {
    guard unusable.references[field] == nil else { return nil }
    let found = relations.filter {
      $0.direction == direction && $0.pairs.count == 1 && $0.pairs[0].near == field
    }
    return found.count == 1 ? found[0] : nil
  }

  /// The relation from a record to its parent, by which the records form a tree, if a workspace
  /// declares one. Of one column.
  package var tree: Relation? { relations.first(where: \.isTree) }

  package var fieldIndices: [FieldID] { fields.indices.map(FieldID.init) }
}

extension Table: Hashable {
  /// Compares the contents.
  package static func == (left: Table, right: Table) -> Bool {
    left === right
      || left.name == right.name && left.kind == right.kind && left.label == right.label
        && left.fields == right.fields && left.primaryKey == right.primaryKey
        && left.primaryKeyIsTotal == right.primaryKeyIsTotal && left.relations == right.relations
        && left.ownerField == right.ownerField && left.teamField == right.teamField
        && left.ownerPath == right.ownerPath && left.teamPath == right.teamPath
        && left.indexedFields == right.indexedFields
        && left.nondeterministicSources == right.nondeterministicSources
        && left.choice == right.choice && left.readsClock == right.readsClock
        && left.convertedFields == right.convertedFields
        && left.hasConflictClause == right.hasConflictClause && left.unusable == right.unusable
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(fields)
  }
}

/// One field of a table. Immutable, so it is shared rather than copied.
package final class Field: Sendable {
  package let name: Name
  /// The type as declared in the database, for people (`NVARCHAR(40)`). Comparisons depend only on
  /// `affinity`.
  package let declaredType: String
  package let affinity: Affinity
  package let collation: Collation
  /// Whether the database allows NULL.
  package let isNullable: Bool
  /// The field's kind as declared by the workspace.
  package let kind: FieldKind
  /// The type by which values compare; nil where they compare as SQLite compares them.
  package let type: DeclaredType?
  /// How the members of a many-valued field are held and compared.
  package let members: MembersForm
  /// The class of all values but NULL, where the database sees to it.
  package let holdsOnly: ValueClass?
  /// Whether the collation is declared by a workspace, so that SQL has to state it.
  package let statesCollation: Bool
  /// Where the values are stored.
  package let storage: Storage
  /// Whether only developer seats may use it.
  package let isDeveloper: Bool
  /// The fields whose values this one reveals: those that a generated column computes from, those
  /// that a view's column reads. A profile that excludes one of them excludes this field too.
  package let origins: Set<FieldReference>

  package enum ValueClass: Sendable, Hashable { case numbers, text }

  package enum Storage: Sendable, Hashable {
    /// One value in a column of this name.
    case column
    /// Computed by the database: read like a column, never written.
    case generatedColumn
    /// A JSON array in a text column.
    case jsonArray
    /// Rows in a separate table.
    case link(Link)
  }

  package init(
    name: Name, declaredType: String = "", affinity: Affinity = .blob,
    collation: Collation = .binary,
    isNullable: Bool = true, kind: FieldKind = .unspecified, type: DeclaredType? = nil,
    members: MembersForm = MembersForm(), holdsOnly: ValueClass? = nil,
    statesCollation: Bool = false, storage: Storage = .column, isDeveloper: Bool = false,
    origins: Set<FieldReference> = []
  ) {
    self.name = name
    self.declaredType = declaredType
    self.affinity = affinity
    self.collation = collation
    self.isNullable = isNullable
    self.kind = kind
    self.type = type ?? kind.type
    self.members = members
    self.holdsOnly = holdsOnly
    self.statesCollation = statesCollation
    self.storage = storage
    self.isDeveloper = isDeveloper
    self.origins = origins
  }

  /// Whether the field holds a set of members rather than one value.
  package var isManyValued: Bool {
    switch storage {
    case .jsonArray, .link: true
    case .column, .generatedColumn: false
    }
  }
}

extension Field: Hashable {
  /// Compares the contents.
  package static func == (left: Field, right: Field) -> Bool {
    left === right
      || left.name == right.name && left.declaredType == right.declaredType
        && left.affinity == right.affinity && left.collation == right.collation
        && left.isNullable == right.isNullable && left.kind == right.kind
        && left.type == right.type && left.members == right.members
        && left.holdsOnly == right.holdsOnly && left.statesCollation == right.statesCollation
        && left.storage == right.storage && left.isDeveloper == right.isDeveloper
        && left.origins == right.origins
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(affinity)
    hasher.combine(kind)
  }
}

/// The kinds of field that a workspace can declare.
package enum FieldKind: Sendable, Hashable {
  /// Not declared: only the column's affinity is known.
  case unspecified
  case text, number, currency, checkbox, time, user, relation
  case uuid(UUIDForm?)
  case date(DateForm), datetime(DateForm)
  case users, multi, tags

  /// The type of the kind's values. That of a user or a relation is the related key's.
  package var type: DeclaredType? {
    switch self {
    case .unspecified, .user, .relation, .users, .multi, .tags: nil
    case .text: .text
    case .number, .currency: .number
    case .checkbox: .checkbox
    case .time: .time
    case .uuid(let form): .uuid(form)
    case .date(let form): .date(form)
    case .datetime(let form): .datetime(form)
    }
  }
}

/// A separate table that holds the members of a many-valued field, one per row.
package struct Link: Sendable, Hashable {
  package let table: TableID
  /// The columns of `table` that refer to the record, each paired with the record's own column.
  package let pairs: [ColumnPair]
  /// The column of `table` that holds the member.
  package let member: FieldID

  package init(table: TableID, pairs: [ColumnPair], member: FieldID) {
    self.table = table
    self.pairs = pairs.map { $0.with(key: nil) }
    self.member = member
  }
}
