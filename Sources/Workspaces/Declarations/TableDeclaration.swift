package import RecordFilter
package import RowscopeModel

/// What a workspace says of one table that the database's own schema cannot say.
package struct TableDeclaration: Sendable, Hashable {
  package let name: Located<String>
  package let label: String?
  /// The field that says whose a record is.
  package let ownerField: Located<String>?
  /// The field that says which team's a record is.
  package let teamField: Located<String>?
  /// The columns of the primary key, in order, none for no key; of a CSV file, which cannot say it itself.
  package let primaryKey: Located<[Located<String>]>?
  /// In the order of the document; no two have the same name.
  package let fields: [FieldDeclaration]
}

/// What a workspace says of one field.
package struct FieldDeclaration: Sendable, Hashable {
  package let name: Located<String>
  package let type: Located<FieldType>?
  /// Only where the type is a date or a date and time.
  package let encoding: Located<DateEncoding>?
  package let relation: RelationDeclaration?
  /// The field is no column: its members are in a table of their own.
  package let link: LinkDeclaration?
  package let isDeveloper: Bool
  /// The SQL type of the column, as ``ColumnType`` allows it; of a CSV file, where it would be inferred otherwise.
  package let columnType: Located<String>?

  /// What the schema calls the declared type and encoding. Dates are ISO text unless declared otherwise.
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

/// `{"table": "clients", "field": "id"}`, or `{"table": …, "fields": {near: far, …}}` for a composite key.
package struct RelationDeclaration: Sendable, Hashable {
  /// The whole object.
  package let range: Range<Int>
  package let table: Located<String>
  /// The fields that must be equal: `near` in the table that declares the relation. At least one.
  package let pairs: [Pair]

  package struct Pair: Sendable, Hashable {
    package let near: Located<String>
    package let far: Located<String>
  }
}

/// `{"table": "task_watchers", "record": "task", "member": "user"}`.
package struct LinkDeclaration: Sendable, Hashable {
  /// The table that holds one row for each member.
  package let table: Located<String>
  /// The columns of that table that name the record, in the order of the record's primary key.
  package let record: Located<[Located<String>]>
  /// The column of that table that holds the member.
  package let member: Located<String>
}
