internal import CSQLite
internal import RecordFilter
import RowscopeModel

/// Decodes a type from one cell of a row.
struct CellDecoder: Decoder, SingleValueDecodingContainer {
  let cell: RowscopeCell
  let field: String
  /// Whether answers show the field's value as a list of members.
  var isManyValued = false
  /// Whether the cell is one of these members. One that is a text of a number is also read as the
  /// number: in a list with separators it has no other form, and it compares as one.
  var isMember = false

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  private var storageClass: String {
    switch cell.type {
    case SQLITE_INTEGER: "an integer"
    case SQLITE_FLOAT: "a real"
    case SQLITE_TEXT: "text"
    case SQLITE_BLOB: "a blob"
    default: "NULL"
    }
  }

  private func mismatch<Wanted>(_ type: Wanted.Type) -> StoreError {
    let hint = cell.type == SQLITE_NULL ? "; make it Optional if it may be empty" : ""
    return StoreError(
      .mismatchedRecord, at: .field(field),
      "holds \(storageClass), which does not fit `\(type)`\(hint)")
  }

  private var real: Double { Double(bitPattern: UInt64(bitPattern: cell.bits)) }
  private var bytes: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: cell.bytes, count: Int(cell.count))
  }

  func decodeNil() -> Bool { cell.type == SQLITE_NULL }

  func decode(_ type: Bool.Type) throws -> Bool {
    guard cell.type == SQLITE_INTEGER, cell.bits == 0 || cell.bits == 1 else {
      throw mismatch(type)
    }
    return cell.bits == 1
  }

  func decode(_ type: String.Type) throws -> String {
    guard cell.type == SQLITE_TEXT else { throw mismatch(type) }
    return UTF8Validation.string(bytes) ?? String(decoding: bytes, as: UTF8.self)
  }

  func decode(_ type: Double.Type) throws -> Double {
    switch cell.type {
    case SQLITE_FLOAT: return real
    case SQLITE_INTEGER: return Double(cell.bits)
    default: break
    }
    switch numberOfMember {
    case .integer(let integer)?: return Double(integer)
    case .real(let real)?: return real
    case .null?, .text?, .blob?, nil: throw mismatch(type)
    }
  }

  private var numberOfMember: Value? {
    isMember && cell.type == SQLITE_TEXT ? NumberText.value(of: bytes) : nil
  }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

  private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer {
    let exact: Integer? =
      switch cell.type {
      case SQLITE_INTEGER: Integer(exactly: cell.bits)
      case SQLITE_FLOAT: Integer(exactly: real)
      default:
        switch numberOfMember {
        case .integer(let integer)?: Integer(exactly: integer)
        case .real(let real)?: Integer(exactly: real)
        case .null?, .text?, .blob?, nil: nil
        }
      }
    guard let exact else { throw mismatch(type) }
    return exact
  }

  func decode(_ type: Int.Type) throws -> Int { try integer(type) }
  func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
  func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
  func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
  func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
  func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    if type == [UInt8].self, !isManyValued {
      guard cell.type == SQLITE_BLOB, let blob = Array(bytes) as? T else { throw mismatch(type) }
      return blob
    }
    do {
      return try T(from: self)
    } catch is DecodingError {
      // The standard library's message quotes the value.
      throw StoreError(
        .mismatchedRecord, at: .field(field), "holds \(storageClass) that is not a `\(type)`")
    }
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw StoreError(
      .mismatchedRecord, at: .field(field), "is one value, but the type expects nested fields")
  }

  /// The elements of a JSON array in a text, which is how a many-valued field is stored. The value
  /// of such a field that is no array holds none, and what is neither a number nor a text in one is
  /// no member; elsewhere both are errors.
  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    var elements: [Value] = []
    var isFlat = true
    let isArray =
      cell.type == SQLITE_TEXT
      && JSONMembers.forEach(in: bytes) { element in
        switch element {
        case .integer(let integer): elements.append(.integer(integer))
        case .real(let real): elements.append(.real(real))
        case .text(let text): elements.append(.text(Text(bytes: text)))
        case .other: isFlat = false
        }
      }
    if isManyValued {
      return ElementContainer(
        elements: isArray ? elements : [], field: field, isManyValued: true)
    }
    guard isArray, isFlat else {
      throw StoreError(
        .mismatchedRecord, at: .field(field),
        "holds \(storageClass) that is not a JSON array of numbers and texts")
    }
    return ElementContainer(elements: elements, field: field, isManyValued: false)
  }
}
