/// The type of a column of PostgreSQL, as far as its values have an exact meaning as one of SQLite's
/// storage classes.
package enum PostgreSQLType: Sendable, Hashable {
  /// `smallint`, `integer` or `bigint`, by their bits: seen as integers.
  case integer(bits: Int)
  /// `double precision`: seen as reals.
  case double
  /// `text` or `character varying`: seen as text.
  case text(TextColumn)
  /// Seen as 1 and 0.
  case boolean
  /// Seen as its ISO text.
  case date
  /// `timestamp with time zone`: seen as its ISO text in UTC. Only a declared `datetime` compares
  /// with it.
  case timestamp
  /// Seen as its text in lower case.
  case uuid
  /// An enumeration: seen as its labels.
  case enumeration(EnumeratedType)
  /// Any other: seen as the text that PostgreSQL makes of it, which no condition compares.
  case other

  package struct TextColumn: Sendable, Hashable {
    /// The collation's name in the catalog.
    package let collation: String
    /// Whether the collation calls only the same bytes equal.
    package let isDeterministic: Bool
    /// Whether the collation orders by bytes.
    package let isByBytes: Bool

    package init(collation: String, isDeterministic: Bool, isByBytes: Bool) {
      self.collation = collation
      self.isDeterministic = isDeterministic
      self.isByBytes = isByBytes
    }
  }

  package struct EnumeratedType: Sendable, Hashable {
    package let schema: String
    package let name: String
    package let labels: [String]

    package init(schema: String, name: String, labels: [String]) {
      self.schema = schema
      self.name = name
      self.labels = labels
    }
  }

  /// The affinity of a SQLite column that holds what the values are seen as.
  package var affinity: Affinity {
    switch self {
    case .integer: .integer
    case .double: .real
    case .boolean: .numeric
    case .text, .date, .timestamp, .uuid, .enumeration: .text
    // Nothing is searched in them.
    case .other: .blob
    }
  }
}
