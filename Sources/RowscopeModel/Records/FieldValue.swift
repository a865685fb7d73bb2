/// The new value of a field: one value, or the members of a field of many values.
///
/// A text is converted to the field's type: `"3"` is 3 in a number field, `"true"` is checked in a
/// checkbox, and `"[3, 7]"` or `"3, 7"` are two members in a field of many values. So the texts of
/// a form can be passed on unchanged.
public enum FieldValue: Sendable, Hashable {
  /// One value, or null; also a text to be converted to members.
  case value(Value)
  /// The members of a field of many values, in place of those that it has.
  case members([Value])

  /// No value.
  public static let null = FieldValue.value(.null)
}

extension FieldValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral
{
  /// One integer.
  public init(integerLiteral value: Int64) { self = .value(.integer(value)) }
  /// One real.
  public init(floatLiteral value: Double) { self = .value(.real(value)) }
  /// One text.
  public init(stringLiteral value: String) { self = .value(.text(value)) }
  /// 1 or 0, which a checkbox takes.
  public init(booleanLiteral value: Bool) { self = .value(.flag(value)) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: Value...) { self = .members(elements) }
}
