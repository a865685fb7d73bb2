package import Documents
package import RecordStore
import Workspaces

/// A change of a table's fields.
public enum FieldChange: Sendable, Hashable {
  /// A new field, in which no record has a value yet.
  case add(String, FieldType)
  case rename(String, to: String)
  /// The field and what it holds in every record.
  case drop(String)
}

extension FieldType {
  /// The type of the column that holds such a field, as the sample generator and the reader of CSV files choose it: dates are
  /// ISO text, many values a JSON array. Nil for a relation, which is a column like another and a declaration.
  public var columnType: String? {
    switch self {
    case .text, .date, .datetime, .users, .multi, .tags: "TEXT"
    case .number: "NUMERIC"
    case .currency: "REAL"
    case .checkbox, .user: "INTEGER"
    case .relation: nil
    }
  }
}

/// What became of a change of fields.
public struct FieldChangeReport: Sendable {
  /// Whether the change was made. It was not if one of the lists below says why.
  public var isMade: Bool {
    profiles.isEmpty && workspace == nil && broken.isEmpty
  }

  /// The profiles that would mean something else after the change or nothing at all, each with the places.
  package let profiles: [ProfileReport]
  /// What the workspace declares of the field.
  package let workspace: Diagnostics?
  /// What of the database could not be read any more.
  package let broken: [SchemaNote]
  /// Of a new field: the profiles whose users see it, since nothing excludes it.
  public let visibleTo: [String]
}
