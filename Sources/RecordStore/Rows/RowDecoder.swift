internal import CSQLite
import RowscopeModel

/// Decodes a type from a row. See ``RecordDecoder``.
struct RowDecoder: Decoder {
  let reading: RowReading
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    reading.container(keyedBy: type)
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw StoreError(.mismatchedRecord, "a record has named fields, but the type expects a list")
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    let fields = reading.fields
    guard fields.count == 1 else {
      throw StoreError(
        .mismatchedRecord, "the type expects one value, but the record has \(fields.count) fields")
    }
    return try reading.decoder(0, field: fields[0])
  }
}

struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let reading: RowReading
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { reading.fields.compactMap { Key(stringValue: $0) } }

  @inline(__always)
  private func column(_ key: Key) throws -> Int {
    guard let column = try reading.column(of: key.stringValue) else {
      throw StoreError(
        .mismatchedRecord, at: .field(key.stringValue),
        "the records have no such field; make it Optional if it may be missing")
    }
    return column
  }

  @inline(__always)
  private func stored(_ key: Key) throws -> RowscopeCell { try reading.cell(try column(key)) }

  private func cell(_ key: Key) throws -> CellDecoder {
    try reading.decoder(try column(key), field: key.stringValue)
  }

  func contains(_ key: Key) -> Bool { (try? reading.column(of: key.stringValue)) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try stored(key).type == SQLITE_NULL }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cell(key).decode(type) }

  // Fast paths for the three most frequent types: if the storage class matches, no ``CellDecoder``
  // is needed.

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    let cell = try stored(key)
    guard cell.type == SQLITE_TEXT else {
      return try CellDecoder(cell: cell, field: key.stringValue).decode(type)
    }
    let bytes = UnsafeBufferPointer(start: cell.bytes, count: Int(cell.count))
    return UTF8Validation.string(bytes) ?? String(decoding: bytes, as: UTF8.self)
  }

  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    let cell = try stored(key)
    guard cell.type == SQLITE_FLOAT else {
      return try CellDecoder(cell: cell, field: key.stringValue).decode(type)
    }
    return Double(bitPattern: UInt64(bitPattern: cell.bits))
  }

  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try cell(key).decode(type) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    let cell = try stored(key)
    guard cell.type == SQLITE_INTEGER, let integer = Int(exactly: cell.bits) else {
      return try CellDecoder(cell: cell, field: key.stringValue).decode(type)
    }
    return integer
  }

  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try cell(key).decode(type) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try cell(key).decode(type) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try cell(key).decode(type) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try cell(key).decode(type) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try cell(key).decode(type) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try cell(key).decode(type) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try cell(key).decode(type) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try cell(key).decode(type) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try cell(key).decode(type) }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try cell(key).decode(type)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try cell(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try cell(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { RowDecoder(reading: reading) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }
}
