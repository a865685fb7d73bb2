package import RowscopeModel

/// A section of the menu that a user sees at first login.
package struct MenuSection: Sendable {
  /// A number or a text; nil if the document has none.
  package let id: Value?
  package let label: String?
  package let items: [MenuItem]

  package init(id: Value? = nil, label: String? = nil, items: [MenuItem] = []) {
    self.id = id
    self.label = label
    self.items = items
  }
}

/// An item of a ``MenuSection``.
package struct MenuItem: Sendable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A table as a list.
    case object
    /// A table as a kanban.
    case board
    case dashboard
    case page
  }

  /// The name of the table, dashboard or page.
  package let object: Located<String>
  /// Nil if the document has none: the object's own label is shown.
  package let label: String?
  package let kind: Kind

  package init(object: Located<String>, label: String? = nil, kind: Kind) {
    self.object = object
    self.label = label
    self.kind = kind
  }
}
