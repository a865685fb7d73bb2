import RowscopeModel

/// Fields by name with their new values, in the given order.
///
/// Not a `Dictionary`, in which composed and decomposed `é` would be the same key: names are
/// compared by bytes.
public struct FieldValues: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Element: Sendable, Hashable {
    package let field: String
    package let value: FieldValue

    package init(_ field: String, _ value: FieldValue) {
      self.field = field
      self.value = value
    }
  }

  package var elements: [Element]

  /// No fields yet.
  public init() { elements = [] }

  package init(_ elements: [Element]) { self.elements = elements }

  public init(dictionaryLiteral elements: (String, FieldValue)...) {
    self.elements = elements.map { Element($0.0, $0.1) }
  }

  /// Whether no field is named.
  public var isEmpty: Bool { elements.isEmpty }

  /// Adds a field after the others. One that is named twice is an error of the write.
  public mutating func append(_ field: String, _ value: FieldValue) {
    elements.append(Element(field, value))
  }
}
