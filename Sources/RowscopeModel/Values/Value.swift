/// A value of one of SQLite's five storage classes.
///
/// Two values are equal here if they are identical: `.integer(1)` is not `.real(1)`. Conditions
/// compare as SQLite does, by which 1 is 1.0.
public enum Value: Sendable, Hashable {
  case null
  case integer(Int64)
  case real(Double)
  case text(Text)
  case blob([UInt8])
}

extension Value {
  public static func text(_ string: String) -> Value { .text(Text(string)) }

  /// SQLite has no Boolean: true is 1 and false is 0.
  public static func flag(_ value: Bool) -> Value { .integer(value ? 1 : 0) }

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
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .real(value) }
  public init(stringLiteral value: String) { self = .text(Text(value)) }
  public init(booleanLiteral value: Bool) { self = .flag(value) }
}
