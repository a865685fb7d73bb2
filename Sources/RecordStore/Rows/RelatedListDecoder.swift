import RowscopeModel

/// Decodes a type from a list of related records: the list, or an object with `items` and
/// `has_more`.
struct RelatedListDecoder: Decoder {
  let page: Page<Record>
  let field: String
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(ListObject(list: self))
  }

  func unkeyedContainer() -> any UnkeyedDecodingContainer { ListItems(list: self) }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw mismatch }

  fileprivate var mismatch: StoreError {
    StoreError(
      .mismatchedRecord, at: .field(field),
      "is a list of related records, but the type expects something else")
  }
}

/// The list as an object.
private struct ListObject<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let list: RelatedListDecoder
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { ["items", "has_more"].compactMap { Key(stringValue: $0) } }

  private func isItems(_ key: Key) -> Bool { key.stringValue == "items" }

  private func isHasMore(_ key: Key) -> Bool {
    key.stringValue == "has_more" || key.stringValue == "hasMore"
  }

  private func mismatch(_ key: Key) -> StoreError {
    guard isItems(key) || isHasMore(key) else {
      return StoreError(
        .mismatchedRecord, at: .field(list.field),
        "is a list of related records: it has items and has_more")
    }
    return list.mismatch
  }

  func contains(_ key: Key) -> Bool { isItems(key) || isHasMore(key) }
  func decodeNil(forKey key: Key) throws -> Bool { false }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    guard isHasMore(key) else { throw mismatch(key) }
    return list.page.hasMore
  }

  func decode(_ type: String.Type, forKey key: Key) throws -> String { throw mismatch(key) }
  func decode(_ type: Double.Type, forKey key: Key) throws -> Double { throw mismatch(key) }
  func decode(_ type: Float.Type, forKey key: Key) throws -> Float { throw mismatch(key) }
  func decode(_ type: Int.Type, forKey key: Key) throws -> Int { throw mismatch(key) }
  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { throw mismatch(key) }
  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { throw mismatch(key) }
  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { throw mismatch(key) }
  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { throw mismatch(key) }
  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { throw mismatch(key) }
  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { throw mismatch(key) }
  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { throw mismatch(key) }
  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { throw mismatch(key) }
  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { throw mismatch(key) }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    guard isItems(key) else { throw mismatch(key) }
    return try T(from: list)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> { throw mismatch(key) }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    guard isItems(key) else { throw mismatch(key) }
    return list.unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { list }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw mismatch(key) }
}

/// The list as its items.
private struct ListItems: UnkeyedDecodingContainer {
  let list: RelatedListDecoder
  private(set) var currentIndex = 0
  var codingPath: [any CodingKey] { [] }
  var count: Int? { list.page.items.count }
  var isAtEnd: Bool { currentIndex >= list.page.items.count }

  init(list: RelatedListDecoder) { self.list = list }

  private var mismatch: StoreError { list.mismatch }

  private mutating func next() throws -> NestedRecordDecoder {
    guard !isAtEnd else {
      throw StoreError(
        .mismatchedRecord, at: .field(list.field), "has fewer records than the type expects")
    }
    currentIndex += 1
    return NestedRecordDecoder(record: list.page.items[currentIndex - 1])
  }

  mutating func decodeNil() -> Bool { false }

  mutating func decode(_ type: Bool.Type) throws -> Bool { throw mismatch }
  mutating func decode(_ type: String.Type) throws -> String { throw mismatch }
  mutating func decode(_ type: Double.Type) throws -> Double { throw mismatch }
  mutating func decode(_ type: Float.Type) throws -> Float { throw mismatch }
  mutating func decode(_ type: Int.Type) throws -> Int { throw mismatch }
  mutating func decode(_ type: Int8.Type) throws -> Int8 { throw mismatch }
  mutating func decode(_ type: Int16.Type) throws -> Int16 { throw mismatch }
  mutating func decode(_ type: Int32.Type) throws -> Int32 { throw mismatch }
  mutating func decode(_ type: Int64.Type) throws -> Int64 { throw mismatch }
  mutating func decode(_ type: UInt.Type) throws -> UInt { throw mismatch }
  mutating func decode(_ type: UInt8.Type) throws -> UInt8 { throw mismatch }
  mutating func decode(_ type: UInt16.Type) throws -> UInt16 { throw mismatch }
  mutating func decode(_ type: UInt32.Type) throws -> UInt32 { throw mismatch }
  mutating func decode(_ type: UInt64.Type) throws -> UInt64 { throw mismatch }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try T(from: try next()) }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    try next().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try next().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try next() }
}
