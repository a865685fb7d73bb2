/// One entry of a request's selection: a field, or a list of related records.
///
/// ```swift
/// ListRequest(
///   table: "tasks",
///   select: [
///     "id", "title", "client.name", "client.region.*",
///     .list("comments", select: ["text", "author.name"], sort: [.descending("id")], size: 3),
///   ])
/// ```
///
/// A field may be reached by a path to one related record. The answer nests it: `client.name` is
/// the `name` of the object `client`, which is null where the user reaches no such record. A path
/// that ends in `*` stands for all fields that the user sees there.
public struct FieldSelection: Sendable, Hashable, ExpressibleByStringLiteral {
  package enum Content: Sendable, Hashable {
    case field(String)
    /// As a field; a path to many records is a list of theirs.
    case column(String)
    indirect case list(RelatedList)
  }

  /// A list of related records.
  package struct RelatedList: Sendable, Hashable {
    package let path: String
    /// Nil for all fields that the user sees.
    package let select: [FieldSelection]?
    package let sort: [ListRequest.SortKey]
    /// Nil for the service's default.
    package let size: Int?
  }

  package let content: Content

  package init(_ content: Content) { self.content = content }

  /// A field of the record itself, or one by a path to one related record.
  public init(_ name: String) { content = .field(name) }

  public init(stringLiteral name: String) { self.init(name) }

  /// The related records that a relation leads to, of each record its own.
  ///
  /// Each is seen as its own table's list would show it to the user: records out of reach are not
  /// in it, and hidden fields do not exist.
  ///
  /// - Parameters:
  ///   - path: the relation; one of a related record is reached by a path (`client.tasks`).
  ///   - select: the fields of the related records; nil for all that the user sees.
  ///   - sort: the order of the list; records that it leaves tied are ordered by their key.
  ///   - size: the most records for each list; nil for the service's default.
  public static func list(
    _ path: String, select: [FieldSelection]? = nil, sort: [ListRequest.SortKey] = [],
    size: Int? = nil
  ) -> FieldSelection {
    FieldSelection(.list(RelatedList(path: path, select: select, sort: sort, size: size)))
  }
}
