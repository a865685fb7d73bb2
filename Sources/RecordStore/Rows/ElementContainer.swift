internal import CSQLite
import RowscopeModel

/// Decodes the elements of a JSON array in order.
struct ElementContainer: UnkeyedDecodingContainer {
  let elements: [Value]
  let field: String
  /// Whether these are the members of a field of many values.
  private let isManyValued: Bool
  private(set) var currentIndex = 0

  init(elements: [Value], field: String, isManyValued: Bool) {
    self.elements = elements
    self.field = field
    self.isManyValued = isManyValued
  }

  var codingPath: [any CodingKey] { [] }
  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  /// Never: an array with a null is refused earlier.
  mutating func decodeNil() -> Bool { false }

  private mutating func next<Decoded>(
    _ body: (CellDecoder) throws -> Decoded
  ) throws -> Decoded {
    guard !isAtEnd else {
      throw StoreError(
        .mismatchedRecord, at: .field(field), "has fewer elements than the type expects")
    }
    let decoded = try elements[currentIndex].withCell { cell in
      try body(CellDecoder(cell: cell, field: field, isMember: isManyValued))
    }
    currentIndex += 1
    return decoded
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.decode(type) } }
  mutating func decode(_ type: String.Type) throws -> String { try next { try $0.decode(type) } }
  mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.decode(type) } }
  mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.decode(type) } }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.decode(type) } }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.decode(type) } }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try next { try $0.decode(type) }
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try next { try $0.container(keyedBy: type) }
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next { try $0.unkeyedContainer() }
  }

  mutating func superDecoder() throws -> any Decoder {
    throw StoreError(
      .mismatchedRecord, at: .field(field), "holds a list, from which no superclass can be decoded")
  }
}

extension Value {
  /// The value as a cell that borrows it.
  func withCell<Result>(_ body: (RowscopeCell) throws -> Result) throws -> Result {
    var cell = RowscopeCell()
    cell.type = SQLITE_NULL
    func borrowing(_ bytes: UnsafeBufferPointer<UInt8>, _ type: Int32) throws -> Result {
      cell.type = type
      cell.bytes = bytes.baseAddress
      cell.count = Int32(clamping: bytes.count)
      return try body(cell)
    }
    switch self {
    case .null: break
    case .integer(let integer):
      cell.type = SQLITE_INTEGER
      cell.bits = integer
    case .real(let real):
      cell.type = SQLITE_FLOAT
      cell.bits = Int64(bitPattern: real.bitPattern)
    case .text(let text):
      return try text.withBytes { (bytes) throws -> Result in try borrowing(bytes, SQLITE_TEXT) }
    case .blob(let blob):
      return try blob.withUnsafeBufferPointer { (bytes) throws -> Result in
        try borrowing(bytes, SQLITE_BLOB)
      }
    }
    return try body(cell)
  }
}
