public import AccessProfiles
public import RecordFilter

/// What a workspace says of one table that the database's own schema cannot say.
public struct TableDeclaration: Sendable, Hashable {
  public let name: Located<String>
  public let label: String?
  /// The field that says whose a record is.
  public let ownerField: Located<String>?
  /// The field that says which team's a record is.
  public let teamField: Located<String>?
  /// The columns of the primary key, in order, none for no key; of a CSV file, which cannot say it itself.
  public let primaryKey: Located<[Located<String>]>?
  /// In the order of the document; no two have the same name.
  public let fields: [FieldDeclaration]
}

/// What a workspace says of one field.
public struct FieldDeclaration: Sendable, Hashable {
  public let name: Located<String>
  public let type: Located<FieldType>?
  /// Only where the type is a date or a date and time.
  public let encoding: Located<DateEncoding>?
  public let relation: RelationDeclaration?
  /// The field is no column: its members are in a table of their own.
  public let link: LinkDeclaration?
  public let isDeveloper: Bool
  /// The SQL type of the column, as ``ColumnType`` allows it; of a CSV file, where it would be inferred otherwise.
  public let columnType: Located<String>?

  /// What the schema calls the declared type and encoding. Dates are ISO text unless declared otherwise.
  public var kind: FieldKind {
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

/// The field types that a workspace may declare.
public enum FieldType: String, Sendable, Hashable, CaseIterable {
  case text, number, currency, checkbox, date, datetime, user, users, multi, tags, relation

  /// Whether a field of this type holds a set of members rather than one value.
  public var isManyValued: Bool {
    switch self {
    case .users, .multi, .tags: true
    case .text, .number, .currency, .checkbox, .date, .datetime, .user, .relation: false
    }
  }

  var isDate: Bool { self == .date || self == .datetime }
}

/// `{"table": "clients", "field": "id"}`, or `{"table": …, "fields": {near: far, …}}` for a composite key.
public struct RelationDeclaration: Sendable, Hashable {
  /// The whole object.
  public let range: Range<Int>
  public let table: Located<String>
  /// The fields that must be equal: `near` in the table that declares the relation. At least one.
  public let pairs: [Pair]

  public struct Pair: Sendable, Hashable {
    public let near: Located<String>
    public let far: Located<String>
  }
}

/// `{"table": "task_watchers", "record": "task", "member": "user"}`.
public struct LinkDeclaration: Sendable, Hashable {
  /// The table that holds one row for each member.
  public let table: Located<String>
  /// The columns of that table that name the record, in the order of the record's primary key.
  public let record: Located<[Located<String>]>
  /// The column of that table that holds the member.
  public let member: Located<String>
}
