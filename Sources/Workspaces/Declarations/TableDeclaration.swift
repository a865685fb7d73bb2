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
  /// How values are stored and compared, beyond the type.
  package let form: FormDeclaration
  /// Those of one field may lead to several tables.
  package let relations: [RelationDeclaration]
  /// For a field that is not a column: its members are rows of another table.
  package let link: LinkDeclaration?
  package let isDeveloper: Bool
  /// The column's SQL type, as ``ColumnType`` allows it. Only for CSV files, in place of the
  /// inferred type.
  package let columnType: Located<String>?

  /// The kind for the schema.
  ///
  /// - Parameter zone: of texts without an offset, where the field declares none.
  package func kind(in zone: DateForm.Zone) -> FieldKind {
    let dates = DateForm(
      form.encodings?.value ?? [.iso], zone: form.zone?.value ?? zone, layout: form.layout?.value)
    return switch type?.value {
    case nil:
      link != nil ? .multi : relations.contains { $0.pairs.count == 1 } ? .relation : .unspecified
    case .text: .text
    case .number: .number
    case .currency: .currency
    case .checkbox: .checkbox
    case .time: .time
    case .uuid: .uuid(form.uuid?.value)
    case .date: .date(dates)
    case .datetime: .datetime(dates)
    case .user: .user
    case .users: .users
    case .multi: .multi
    case .tags: .tags
    case .relation: .relation
    }
  }
}

/// The keys of a field that say how its values are stored and compared.
package struct FormDeclaration: Sendable, Hashable {
  /// Of dates and datetimes, the one that is written first. ISO text unless declared.
  package var encodings: Located<[DateEncoding]>?
  package var zone: Located<DateForm.Zone>?
  package var layout: Located<DateLayout>?
  package var uuid: Located<UUIDForm>?
  /// Of a field of many values.
  package var separator: Located<UInt8>?
  package var member: Located<MemberType>?
  package var ignoresCase = false
}

/// `{"table": "clients", "field": "id", "where": [CONDITION]}`, with `"tree": true` for the parent in a tree, or `{"table": …, "fields": {near: far, …}}` for a
/// composite key.
package struct RelationDeclaration: Sendable, Hashable {
  /// The whole object.
  package let range: Range<Int>
  package let table: Located<String>
  /// The fields that must be equal; `near` is in the declaring table. At least one pair.
  package let pairs: [Pair]
  /// Its name in paths; nil where it has the field's.
  package var name: Located<String>?
  /// Whether it leads from a record of a tree to its parent.
  package var isTree = false
  /// `near` is the one of `when`, `far` those of `where`.
  package var conditions = Relation.Conditions()

  /// Whether it holds only of records with some value in another field.
  package var isConditional: Bool { !conditions.near.isEmpty }

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
