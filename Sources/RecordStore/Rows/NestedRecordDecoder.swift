internal import CSQLite
import RowscopeModel

/// Decodes a type from a record that shows related ones. See ``RecordDecoder``.
struct NestedRecordDecoder: Decoder {
  let record: Record
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(NestedRecordContainer(record: record))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw StoreError(.mismatchedRecord, "a record has named fields, but the type expects a list")
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    throw StoreError(.mismatchedRecord, "a record has named fields, but the type expects a value")
  }
}

private struct NestedRecordContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let record: Record
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { record.fields.compactMap { Key(stringValue: $0.name) } }

  private func position(_ key: Key) throws -> Int {
    guard let position = record.shape.position(of: key.stringValue) else {
      throw StoreError(
        .mismatchedRecord, at: .field(key.stringValue),
        "the records have no such field; make it Optional if it may be missing")
    }
    return position
  }

  private func related(_ position: Int) -> RelatedRecord {
    record.related.isEmpty ? .none : record.related[position]
  }

  private func cell<Decoded>(
    _ key: Key, _ body: (CellDecoder) throws -> Decoded
  ) throws -> Decoded {
    let position = try position(key)
    switch related(position) {
    case .none: break
    case .one(nil) where !record.values[position].isNull: break
    case .one, .list:
      throw StoreError(
        .mismatchedRecord, at: .field(key.stringValue),
        "holds related records, but the type expects a value")
    }
    return try record.values[position].withCell { cell in
      try body(
        CellDecoder(
          cell: cell, field: key.stringValue, isManyValued: record.fields[position].isManyValued))
    }
  }

  func contains(_ key: Key) -> Bool { record.shape.position(of: key.stringValue) != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    let position = try position(key)
    return switch related(position) {
    case .none, .one(nil): record.values[position].isNull
    case .one, .list: false
    }
  }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
    try cell(key) { try $0.decode(type) }
  }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
    try cell(key) { try $0.decode(type) }
  }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    switch related(try position(key)) {
    case .one(nil) where try decodeNil(forKey: key): throw noRecord(key)
    case .none, .one(nil): try cell(key) { try $0.decode(type) }
    case .one(let record?): try T(from: NestedRecordDecoder(record: record))
    case .list(let page): try T(from: RelatedListDecoder(page: page, field: key.stringValue))
    }
  }

  private func noRecord(_ key: Key) -> StoreError {
    StoreError(
      .mismatchedRecord, at: .field(key.stringValue),
      "holds no related record that the user reaches; make it Optional")
  }

  private func decoder(_ key: Key) throws -> any Decoder {
    switch related(try position(key)) {
    case .one(let record?): NestedRecordDecoder(record: record)
    case .list(let page): RelatedListDecoder(page: page, field: key.stringValue)
    case .one(nil): throw noRecord(key)
    case .none:
      throw StoreError(
        .mismatchedRecord, at: .field(key.stringValue),
        "is one value, but the type expects nested fields")
    }
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try decoder(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try decoder(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { NestedRecordDecoder(record: record) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key) }
}
