import RowscopeModel

/// What a field is to hold: one value, or of a field of many values its members.
///
/// A text is read as the field's type wants it: `"3"` in a field of numbers is 3, `"true"` in a checkbox is checked,
/// `"[3, 7]"` or `"3, 7"` in a field of many values are two members. So a form's texts can be handed on as they are.
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

/// Fields by name with what they are to hold, in the order in which they were given.
///
/// Not a `Dictionary`, for which `é` composed and decomposed are one key: names are looked up by their bytes.
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
