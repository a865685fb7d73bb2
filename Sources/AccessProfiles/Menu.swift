public import RecordFilter

/// A section of the menu that a user sees at first login.
public struct MenuSection: Sendable {
  /// A number or a text; nil where the document has none.
  public let id: Value?
  public let label: String?
  public let items: [MenuItem]

  public init(id: Value? = nil, label: String? = nil, items: [MenuItem] = []) {
    self.id = id
    self.label = label
    self.items = items
  }
}

/// An entry of a ``MenuSection``.
public struct MenuItem: Sendable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A table as a list.
    case object
    /// A table as a kanban.
    case board
    case dashboard
    case page
  }

  /// The name of the table, dashboard or page.
  public let object: Located<String>
  /// Nil where the document has none: what is shown has a label of its own.
  public let label: String?
  public let kind: Kind

  public init(object: Located<String>, label: String? = nil, kind: Kind) {
    self.object = object
    self.label = label
    self.kind = kind
  }
}
