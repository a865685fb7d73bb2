import RowscopeModel

/// The new value of a field: one value, or the members of a field of many values.
///
/// A text is converted to the field's type: `"3"` is 3 in a number field, `"true"` is checked in a
/// checkbox, and `"[3, 7]"` or `"3, 7"` are two members in a field of many values. So the texts of
/// a form can be passed on unchanged.
public enum FieldValue: Sendable, Hashable {
  case value(Value)
  case members([Value])

  public static let null = FieldValue.value(.null)
}

extension FieldValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral
{
  public init(integerLiteral value: Int64) { self = .value(.integer(value)) }
  public init(floatLiteral value: Double) { self = .value(.real(value)) }
  public init(stringLiteral value: String) { self = .value(.text(value)) }
  public init(booleanLiteral value: Bool) { self = .value(.flag(value)) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: Value...) { self = .members(elements) }
}

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

  public init() { elements = [] }

  package init(_ elements: [Element]) { self.elements = elements }

  public init(dictionaryLiteral elements: (String, FieldValue)...) {
    self.elements = elements.map { Element($0.0, $0.1) }
  }

  public var isEmpty: Bool { elements.isEmpty }

  public mutating func append(_ field: String, _ value: FieldValue) {
    elements.append(Element(field, value))
  }
}
