package import RecordFilter
package import RowscopeModel

/// What a workspace declares about one table beyond the database's own schema.
package struct TableDeclaration: Sendable, Hashable {
  package let name: Located<String>
  package let label: String?
  /// The field that holds a record's owner.
  package let ownerField: Located<String>?
  /// The field that holds a record's team.
  package let teamField: Located<String>?
  /// The columns of the primary key, in order, empty for no key. Only for CSV files, which declare
  /// none themselves.
  package let primaryKey: Located<[Located<String>]>?
  /// For CSV files alone; what it lacks is the workspace's.
  package let csv: CSVTextDeclaration
  /// In document order; names are unique.
  package let fields: [FieldDeclaration]
}

/// How CSV files are to be read, for a workspace or one of its tables.
package struct CSVTextDeclaration: Sendable, Hashable {
  /// Which texts of unquoted cells are NULL.
  package var nulls: [Text]?
  /// One of ``CSVDialect/delimiters``.
  package var delimiter: UInt8?

  package init(nulls: [Text]? = nil, delimiter: UInt8? = nil) {
    self.nulls = nulls
    self.delimiter = delimiter
  }
}

/// What a workspace declares about one field.
package struct FieldDeclaration: Sendable, Hashable {
  package let name: Located<String>
  package let type: Located<FieldType>?
  /// Only for dates and datetimes.
  package let encoding: Located<DateEncoding>?
  package let relation: RelationDeclaration?
  /// For a field that is not a column: its members are rows of another table.
  package let link: LinkDeclaration?
  package let isDeveloper: Bool
  /// The column's SQL type, as ``ColumnType`` allows it. Only for CSV files, in place of the
  /// inferred type.
  package let columnType: Located<String>?

  /// The kind for the schema, from the declared type and encoding. Dates are ISO text by default.
  package var kind: FieldKind {
    let encoding = encoding?.value ?? .iso
    return switch type?.value {
    case nil: relation?.pairs.count == 1 ? .relation : link == nil ? .unspecified : .multi
    case .text: .text
    case .number: .number
    case .currency: .currency
    case .checkbox: .checkbox
    case .date: .date(encoding)
    case .datetime: .datetime(encoding)
    case .user: .user
    case .users: .users
    case .multi: .multi
    case .tags: .tags
    case .relation: .relation
    }
  }
}

/// `{"table": "clients", "field": "id"}`, or `{"table": …, "fields": {near: far, …}}` for a
/// composite key.
package struct RelationDeclaration: Sendable, Hashable {
  /// The whole object.
  package let range: Range<Int>
  package let table: Located<String>
  /// The fields that must be equal; `near` is in the declaring table. At least one pair.
  package let pairs: [Pair]

  package struct Pair: Sendable, Hashable {
    package let near: Located<String>
    package let far: Located<String>
  }
}

/// `{"table": "task_watchers", "record": "task", "member": "user"}`.
package struct LinkDeclaration: Sendable, Hashable {
  /// The table with one row for each member.
  package let table: Located<String>
  /// The columns of that table that refer to the record, in the order of the record's primary key.
  package let record: Located<[Located<String>]>
  /// The column of that table that holds the member.
  package let member: Located<String>
}
