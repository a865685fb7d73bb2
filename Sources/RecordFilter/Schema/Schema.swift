package import RowscopeModel

/// The tables of one database: what a profile and a request are checked against.
///
/// A schema is a value without a connection. `RecordStore` reads one from SQLite, a workspace adds what SQLite's
/// own schema cannot say (``FieldKind``, relations, links), and tests write one down.
package struct Schema: Sendable, Hashable {
  package let tables: [Table]
  private let tableIDs: [Name: TableID]

  /// - Precondition: no two tables have the same name, and every relation, link and origin points into `tables`.
  package init(tables: [Table]) {
    self.tables = tables
    var tableIDs: [Name: TableID] = [:]
    for (index, table) in tables.enumerated() {
      let previous = tableIDs.updateValue(TableID(index), forKey: table.name)
      precondition(previous == nil, "two tables have one name")
    }
    self.tableIDs = tableIDs
  }

  package subscript(id: TableID) -> Table { tables[id.index] }

  /// The table of this name, without regard to ASCII case. O(1).
  package func tableID(named name: String) -> TableID? { tableIDs[Name(name)] }

  package func table(named name: String) -> Table? { tableID(named: name).map { self[$0] } }
}

/// The position of a table in its ``Schema``.
package struct TableID: Sendable, Hashable, Comparable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (left: TableID, right: TableID) -> Bool { left.index < right.index }
}

/// The position of a field in its ``Table``.
package struct FieldID: Sendable, Hashable, Comparable {
  package let index: Int
  package init(_ index: Int) { self.index = index }
  package static func < (left: FieldID, right: FieldID) -> Bool { left.index < right.index }
}

/// A field, named from outside its table.
package struct FieldReference: Sendable, Hashable {
  package let table: TableID
  package let field: FieldID
  package init(_ table: TableID, _ field: FieldID) {
    self.table = table
    self.field = field
  }
}

/// A table or a view.
///
/// It never changes, so that it is shared and not copied: a request looks at its fields some hundred times.
package final class Table: Sendable {
  package enum Kind: String, Sendable, Hashable { case table, view }

  package let name: Name
  package let kind: Kind
  /// For people; the name where nothing else is declared.
  package let label: String
  /// In the order of declaration. Hidden columns of the database are not among them.
  package let fields: [Field]
  /// The fields of the primary key in its own order; empty for a view, and for a table that declares none.
  package let primaryKey: [FieldID]
  /// Whether the key alone identifies a record. SQLite lets a primary key that is neither `INTEGER PRIMARY KEY`,
  /// `NOT NULL` nor of a `WITHOUT ROWID` table hold NULL any number of times, and then it does not.
  package let primaryKeyIsTotal: Bool
  /// The ways to other tables, in both directions.
  package let relations: [Relation]
  /// The field that says whose record it is, and the one that says which team's, where a workspace declares them.
  package let ownerField: FieldID?
  package let teamField: FieldID?
  /// The fields by whose value the database finds records without looking at all of them: an index of every record begins
  /// with them, in their own collation.
  package let indexedFields: Set<FieldID>
  /// Of a view that leaves it to the database which records it has or what they hold (`LIMIT` over records that tie, a
  /// column that is not grouped by): every table that it reads, other views aside. Empty where its text alone decides.
  ///
  /// What the database picks may follow any index, of a hidden column too: only who sees all of these tables sees the view.
  package let nondeterministicSources: Set<TableID>
  /// Whether the table's declaration says what becomes of records that break a rule (`UNIQUE ON CONFLICT REPLACE`). A change
  /// must say that it wants none of that: it could drop records that its user does not reach.
  package let hasConflictClause: Bool
  private let fieldIDs: [Name: FieldID]

  /// - Precondition: no two fields have the same name.
  package init(
    name: Name, kind: Kind = .table, label: String? = nil, fields: [Field],
    primaryKey: [FieldID] = [],
    primaryKeyIsTotal: Bool = true, relations: [Relation] = [],
    ownerField: FieldID? = nil, teamField: FieldID? = nil,
    indexedFields: Set<FieldID> = [], nondeterministicSources: Set<TableID> = [],
    hasConflictClause: Bool = false
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
    self.indexedFields = indexedFields
    self.nondeterministicSources = nondeterministicSources
    self.hasConflictClause = hasConflictClause
    var fieldIDs: [Name: FieldID] = [:]
    for (index, field) in fields.enumerated() {
      let previous = fieldIDs.updateValue(FieldID(index), forKey: field.name)
      precondition(previous == nil, "two fields have one name")
    }
    self.fieldIDs = fieldIDs
  }

  package subscript(id: FieldID) -> Field { fields[id.index] }

  /// The field of this name, without regard to ASCII case. O(1).
  package func fieldID(named name: String) -> FieldID? { fieldIDs[Name(name)] }

  package var fieldIndices: [FieldID] { fields.indices.map(FieldID.init) }
}

extension Table: Hashable {
  /// By what it says.
  package static func == (left: Table, right: Table) -> Bool {
    left === right
      || left.name == right.name && left.kind == right.kind && left.label == right.label
        && left.fields == right.fields && left.primaryKey == right.primaryKey
        && left.primaryKeyIsTotal == right.primaryKeyIsTotal && left.relations == right.relations
        && left.ownerField == right.ownerField && left.teamField == right.teamField
        && left.indexedFields == right.indexedFields
        && left.nondeterministicSources == right.nondeterministicSources
        && left.hasConflictClause == right.hasConflictClause
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(fields)
  }
}

/// One field of a table. It never changes, so that it is shared and not copied.
package final class Field: Sendable {
  package let name: Name
  /// The type as the database declares it, for people (`NVARCHAR(40)`); comparison follows `affinity` alone.
  package let declaredType: String
  package let affinity: Affinity
  package let collation: Collation
  /// Whether the database lets it be NULL.
  package let isNullable: Bool
  /// What the workspace says the field is.
  package let kind: FieldKind
  /// Where the values are.
  package let storage: Storage
  /// Whether only developer seats may touch it.
  package let isDeveloper: Bool
  /// The fields whose values this one shows: what a generated column computes from, what a view's column reads.
  /// A profile that excludes one of them excludes this field too.
  package let origins: Set<FieldReference>

  package enum Storage: Sendable, Hashable {
    /// One value in a column of this name.
    case column
    /// Computed by the database: read like a column, never written.
    case generatedColumn
    /// A JSON array in a text column.
    case jsonArray
    /// Many values in a table of their own.
    case link(Link)
  }

  package init(
    name: Name, declaredType: String = "", affinity: Affinity = .blob,
    collation: Collation = .binary,
    isNullable: Bool = true, kind: FieldKind = .unspecified, storage: Storage = .column,
    isDeveloper: Bool = false, origins: Set<FieldReference> = []
  ) {
    self.name = name
    self.declaredType = declaredType
    self.affinity = affinity
    self.collation = collation
    self.isNullable = isNullable
    self.kind = kind
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
  /// By what it says.
  package static func == (left: Field, right: Field) -> Bool {
    left === right
      || left.name == right.name && left.declaredType == right.declaredType
        && left.affinity == right.affinity && left.collation == right.collation
        && left.isNullable == right.isNullable && left.kind == right.kind
        && left.storage == right.storage && left.isDeveloper == right.isDeveloper
        && left.origins == right.origins
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(affinity)
    hasher.combine(kind)
  }
}

/// What a workspace may declare a field to be.
package enum FieldKind: Sendable, Hashable {
  /// Nothing was declared: the column's affinity is all that is known.
  case unspecified
  case text, number, currency, checkbox, user, relation
  case date(DateEncoding), datetime(DateEncoding)
  case users, multi, tags
}

/// How a date is stored.
package enum DateEncoding: String, Sendable, Hashable, CaseIterable {
  /// ISO 8601 text.
  case iso
  /// Seconds since 1970-01-01T00:00:00Z.
  case unix
}

/// Where the members of a many-valued field are, when they have a table of their own: one row a member.
package struct Link: Sendable, Hashable {
  package let table: TableID
  /// The columns of `table` that name the record, each with the record's own column that it equals.
  package let pairs: [ColumnPair]
  /// The column of `table` that holds the member.
  package let member: FieldID

  package init(table: TableID, pairs: [ColumnPair], member: FieldID) {
    self.table = table
    self.pairs = pairs
    self.member = member
  }
}

/// Two columns that are equal where two records belong together: `near` in the table that one starts from.
package struct ColumnPair: Sendable, Hashable {
  package let near: FieldID
  package let far: FieldID

  package init(near: FieldID, far: FieldID) {
    self.near = near
    self.far = far
  }
}

/// A way from the records of one table to those of another.
package struct Relation: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable {
    /// From the table that holds the foreign key to the table that it names: at most one record, as a rule.
    case toParent
    /// The same foreign key walked backwards: any number of records.
    case toChildren
  }

  /// How a path names it: the foreign key's column on the way to the parent, the other table's name on the way to the
  /// children.
  package let name: Name
  package let table: TableID
  package let direction: Direction
  /// The columns that must be equal; more than one for a composite key.
  package let pairs: [ColumnPair]

  package init(name: Name, table: TableID, direction: Direction, pairs: [ColumnPair]) {
    self.name = name
    self.table = table
    self.direction = direction
    self.pairs = pairs
  }
}
