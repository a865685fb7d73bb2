/// What a user may do with a record.
public enum RecordAct: String, Sendable, Hashable, CaseIterable {
  /// See the record, with the fields that the user sees.
  case see
  /// Change the fields that the user may write.
  case edit
  /// Delete the record.
  case delete
}

/// Whether a record in hand exists for a user, or may be changed by them.
public enum RecordDecision: Sendable, Hashable {
  /// The record exists for the user, and the act is allowed.
  case allowed
  /// The record does not exist for the user, or the act is not allowed.
  case denied
  /// The record alone cannot decide. Treat it as denied; the value says what is missing.
  case undecidable(MissingInformation)

  /// What a decision needs and does not have.
  ///
  /// It may name fields and tables that the user does not see: it is for the operator of the
  /// service.
  public enum MissingInformation: Sendable, Hashable {
    /// A rule asks for a field that the record in hand lacks.
    case missingField(String)
    /// A rule asks for the related records of this table, and they are not known.
    case missingRelated(table: String)
    /// The record has a field twice, under names that differ only in case.
    case repeatedField(String)
    /// The record has more or fewer values than ``RecordAccess/fields`` has names.
    case wrongNumberOfValues(Int, expected: Int)
    /// The members of a field with a table of their own are given, and not as a JSON array of whole
    /// numbers and texts, or of others that do not tell: an answer does not show a real to its last
    /// digit.
    case invalidMembers(String)
  }
}

extension RecordDecision.MissingInformation: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingField(let field):
      "a rule asks for the field \(Printable.quoted(field)), which is not given"
    case .missingRelated(let table):
      "a rule asks for related records of the table \(Printable.quoted(table)), which are not known"
    case .repeatedField(let field): "the field \(Printable.quoted(field)) is given twice"
    case .wrongNumberOfValues(let count, let expected):
      "the record has \(count) values where there are \(expected) fields"
    case .invalidMembers(let field):
      "the members of the field \(Printable.quoted(field)) are not given as a JSON array of "
        + "whole numbers and texts"
    }
  }
}

/// Which records of another table a rule asks for: all whose fields have these values.
public struct RelatedKey: Sendable, Hashable {
  /// The name of the other table, as the database spells it.
  public let table: String
  /// The fields of `table` that the values belong to. One, but for a key of several columns.
  public let fields: [String]
  /// As SQLite compares columns: 1 is 1.0, and a field's affinity and the key's collation count. A
  /// UUID is in the field's declared form; where it declares none, any spelling of it is meant.
  public let values: [Value]

  /// A key, as for tests of a ``RelatedRecords``.
  public init(table: String, fields: [String], values: [Value]) {
    self.table = table
    self.fields = fields
    self.values = values
  }

  /// The value of the field of this name, without regard to ASCII case.
  public subscript(name: String) -> Value? {
    fields.firstIndex { Name($0) == Name(name) }.map { values[$0] }
  }
}

/// Knows the records of other tables: gives every record that a key belongs to, with the fields
/// that it has, by name; an empty list where there is none; nil where it does not know.
///
/// Records that the key does not belong to may be among them and are passed over. A record that
/// belongs and is not among them may make a rule such as "has no open invoice" let through what the
/// database would not: give all, or nil.
public typealias RelatedRecords = @Sendable (RelatedKey) -> [[String: Value]]?
