package import Documents
package import RecordStore
import Workspaces

/// A change of a table's fields.
public enum FieldChange: Sendable, Hashable {
  /// A new field, without values.
  case add(String, FieldType)
  /// The field keeps its values.
  case rename(String, to: String)
  /// Removes the field and its values.
  case drop(String)
}

extension FieldType {
  /// The column type for a field of this type, as in the sample generator and the CSV reader: dates
  /// are ISO text, many values a JSON array. Nil for a relation, which is an ordinary column with a
  /// declaration.
  public var columnType: String? {
    switch self {
    case .text, .date, .datetime, .time, .uuid, .users, .multi, .tags: "TEXT"
    case .number: "NUMERIC"
    case .currency: "REAL"
    case .checkbox, .user: "INTEGER"
    case .relation: nil
    }
  }
}

/// The result of a change of fields.
public struct FieldChangeReport: Sendable {
  /// Whether the change was made. It was not if one of the lists below is not empty.
  public var isMade: Bool {
    profiles.isEmpty && workspace == nil && broken.isEmpty
  }

  /// The profiles that the change would break or give another meaning, with the places.
  package let profiles: [ProfileReport]
  /// The workspace's declarations that name the field.
  package let workspace: Diagnostics?
  /// The parts of the database that could no longer be read.
  package let broken: [SchemaNote]
  /// For a new field: the profiles whose users see it, since nothing excludes it.
  public let visibleTo: [String]
}
