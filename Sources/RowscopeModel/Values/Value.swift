/// A value of one of SQLite's five storage classes.
///
/// Two values are equal here if they are identical: `.integer(1)` is not `.real(1)`. Conditions
/// compare as SQLite does, by which 1 is 1.0.
public enum Value: Sendable, Hashable {
  /// SQL's NULL; `null` in JSON.
  case null
  /// 64 bits with a sign.
  case integer(Int64)
  /// A double, with the infinities. SQLite makes null of NaN.
  case real(Double)
  /// Bytes, in UTF-8 as a rule.
  case text(Text)
  /// Bytes that are no text; in JSON the string `\x00ff`, in hexadecimal.
  case blob([UInt8])
}

extension Value {
  /// The text of a `String`.
  public static func text(_ string: String) -> Value { .text(Text(string)) }

  /// SQLite has no Boolean: true is 1 and false is 0.
  public static func flag(_ value: Bool) -> Value { .integer(value ? 1 : 0) }

  /// Whether it is ``null``.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  package var storageClass: StorageClass {
    switch self {
    case .null: .null
    case .integer: .integer
    case .real: .real
    case .text: .text
    case .blob: .blob
    }
  }
}

/// SQLite's storage classes. The raw value is the name that its `typeof` gives.
@usableFromInline
package enum StorageClass: String, Sendable, Hashable, CaseIterable {
  case null, integer, real, text, blob
}

extension Value: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringLiteral,
  ExpressibleByBooleanLiteral
{
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A real, also of a literal without a fraction such as `2.0`.
  public init(floatLiteral value: Double) { self = .real(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .text(Text(value)) }
  /// 1 or 0: see ``flag(_:)``.
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}
