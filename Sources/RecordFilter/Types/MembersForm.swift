import Documents
package import RowscopeModel

/// How a column holds the members of a field of many values, and how they compare.
package struct MembersForm: Sendable, Hashable {
  /// The byte between members; nil for a JSON array.
  package var separator: UInt8?
  package var type: MemberType

  package init(separator: UInt8? = nil, type: MemberType = .any) {
    self.separator = separator
    self.type = type
  }

  /// Whether the stored text is the array that is tested.
  package var isPlain: Bool { separator == nil && type == .any }

  /// The members as a JSON array of values of the member type; nil where the value has none.
  package func array(of stored: BorrowedValue) -> Value? {
    var members: [Value] = []
    guard forEach(in: stored, { members.append($0) }) else { return nil }
    return .text(Text(bytes: Self.json(members)))
  }

  static func json(_ members: [Value]) -> [UInt8] {
    var bytes = ByteBuffer(capacity: 64)
    bytes.append(UInt8(ascii: "["))
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch member {
      case .integer(let integer): bytes.appendJSON(integer)
      case .real(let real): NumberText.withJSONBytes(of: real) { bytes.append($0) }
      case .text(let text):
        bytes.append(UInt8(ascii: "\""))
        text.withBytes { text in _ = bytes.appendEscaped(text) }
        bytes.append(UInt8(ascii: "\""))
      case .null, .blob: bytes.append("null")
      }
    }
    bytes.append(UInt8(ascii: "]"))
    return bytes.array
  }

  /// Calls `body` with each member; what is no member of the type is passed as null, since it
  /// counts for the length of a list. False if the value holds no list: what was passed then counts
  /// for nothing.
  package func forEach(in stored: BorrowedValue, _ body: (Value) -> Void) -> Bool {
    guard let separator else {
      guard stored.storageClass == .text else { return false }
      return !stored.bytes.contains(0)
        && JSONMembers.forEach(in: stored.bytes) { body(type.member($0)) }
    }
    switch stored.storageClass {
    case .null, .blob: return false
    case .integer:
      Value.integer(stored.integer).asTextIfNumber.borrowed { split($0, separator, body) }
    case .real: Value.real(stored.real).asTextIfNumber.borrowed { split($0, separator, body) }
    case .text: split(stored, separator, body)
    }
    return true
  }

  private func split(_ text: BorrowedValue, _ separator: UInt8, _ body: (Value) -> Void) {
    for part in text.bytes.split(separator: separator) {
      let start = part.firstIndex { $0 != 0x20 }
      guard let start, let last = part.lastIndex(where: { $0 != 0x20 }) else { continue }
      body(type.member(.text(UnsafeBufferPointer(rebasing: part[start...last]))))
    }
  }
}

/// How the members of a field of many values compare.
package enum MemberType: String, Sendable, Hashable, CaseIterable {
  /// Equal bytes, equal numbers, or a whole number and the text of its digits.
  case any
  /// As numbers, also where they are written as text.
  case number
  /// As text, also where they are written as numbers.
  case text

  fileprivate func member(_ element: JSONMembers.Element) -> Value {
    guard let value = element.value else { return .null }
    return converted(value) ?? .null
  }

  /// The value as one of this type; nil if it is none.
  package func converted(_ value: Value) -> Value? {
    switch self {
    case .any: return value
    case .number: return DeclaredType.number.value(of: value)
    case .text: return DeclaredType.text.value(of: value)
    }
  }

  /// What stands for a value among members: the same for values that are equal as members. NULL
  /// for what is no member of the type.
  package func key(of value: BorrowedValue) -> Value {
    switch self {
    case .any:
      switch value.storageClass {
      case .null: return .null
      case .integer: return .integer(value.integer)
      case .real: return Int64(exactly: value.real).map { .integer($0) } ?? .real(value.real)
      case .blob: return .blob(Array(value.bytes))
      case .text:
        if case .integer(let integer)? = NumberText.value(of: value.bytes),
          NumberText.withBytes(of: integer, { $0.elementsEqual(value.bytes) })
        {
          return .integer(integer)
        }
        return .text(Text(bytes: value.bytes))
      }
    case .number: return DeclaredType.number.value(of: value) ?? .null
    case .text: return DeclaredType.text.value(of: value) ?? .null
    }
  }

  package func key(of value: Value) -> Value { value.borrowed(key) }

  /// The test of a link's member column: whether it is one of these members.
  package func memberTest(_ members: [Value]) -> FieldTest {
    switch self {
    case .any: .isOneOf(members)
    case .number: .converted(.value(.number), .isOneOf(members))
    case .text: .converted(.value(.text), .isOneOf(members))
    }
  }

  /// All stored members that equal one of these values.
  package func equals(_ values: [Value]) -> [Value] {
    guard self == .any else { return values }
    var seen: Set<Value> = []
    return values.flatMap { [$0] + [$0.sameDigits].compactMap { $0 } }
      .filter { seen.insert($0).inserted }
  }
}

extension Value {
  /// For a whole number its digits as text, and for such a text the number.
  fileprivate var sameDigits: Value? {
    switch self {
    case .integer: asTextIfNumber
    case .real(let real): Int64(exactly: real).map { Value.integer($0).asTextIfNumber }
    case .text(let text):
      if case .integer(let integer)? = text.withBytes(NumberText.value),
        Value.integer(integer).asTextIfNumber == self
      {
        .integer(integer)
      } else {
        nil
      }
    case .null, .blob: nil
    }
  }
}
