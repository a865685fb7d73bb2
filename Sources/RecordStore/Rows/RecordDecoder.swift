internal import CSQLite
internal import RecordFilter

/// Makes values of a `Decodable` type from rows.
///
/// Fields are found by name, as SQLite compares names. Integers fit every integer type that can hold them, and a real
/// without a fraction does too; numbers fit `Double` and `Float`; 0 and 1 fit `Bool`; text fits `String` (each
/// invalid sequence of UTF-8 becomes U+FFFD) and every type that decodes itself from a single value; a blob fits
/// `[UInt8]`, and a JSON array of numbers and texts every other list. NULL, and a field that is not there, fit an Optional.
///
/// Made once for a query and used for all its rows by one task: it remembers where each key is.
package final class RecordDecoder {
  let fields: [String]
  private let columns: [Name: Int]
  /// Apart, and reached by a plain pointer: a field costs a few nanoseconds, of which Swift's checks of who uses an object's
  /// properties would take half.
  private let state: UnsafeMutablePointer<State>

  fileprivate struct State {
    /// The keys in the order in which the type asks for them, which is the same for every record as a rule.
    var remembered: [(key: String, column: Int?)] = []
    var next = 0
    var cells = UnsafeBufferPointer<RowscopeCell>(start: nil, count: 0)
  }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// - Parameter fields: the names of the row's first columns.
  package init(fields: [String]) {
    self.fields = fields
    state = .allocate(capacity: 1)
    state.initialize(to: State())
    columns = Dictionary(
      fields.enumerated().map { (Name($1), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// - Throws: `mismatchedRecord`, which names the field and what was wanted, and never what it holds.
  package func decode<Record: Decodable>(
    _ type: Record.Type, from row: borrowing Row
  ) throws(StoreError) -> Record {
    state.pointee.cells = row.cells
    state.pointee.next = 0
    defer { state.pointee.cells = UnsafeBufferPointer(start: nil, count: 0) }
    do {
      return try Record(from: RowDecoder(state: self))
    } catch let error as StoreError {
      throw error
    } catch let error as DecodingError {
      throw Self.translated(error)
    } catch {
      throw StoreError(.mismatchedRecord, "the record does not fit `\(type)`")
    }
  }

  fileprivate var cells: UnsafeBufferPointer<RowscopeCell> { state.pointee.cells }

  /// O(1), without hashing where keys come in the order of the record before.
  @inline(__always)
  fileprivate func column(of key: String) -> Int? {
    let next = state.pointee.next
    state.pointee.next = next + 1
    if next < state.pointee.remembered.count, state.pointee.remembered[next].key == key {
      return state.pointee.remembered[next].column
    }
    return newColumn(of: key, at: next)
  }

  private func newColumn(of key: String, at place: Int) -> Int? {
    let column = columns[Name(key)]
    if place < state.pointee.remembered.count {
      state.pointee.remembered[place] = (key, column)
    } else {
      state.pointee.remembered.append((key, column))
    }
    return column
  }

  /// The standard library's own descriptions quote values.
  private static func translated(_ error: DecodingError) -> StoreError {
    let (context, detail): (DecodingError.Context?, String) =
      switch error {
      case .typeMismatch(let type, let context): (context, "the value does not fit `\(type)`")
      case .valueNotFound(let type, let context): (context, "there is no value for `\(type)`")
      case .keyNotFound(let key, _): (nil, "the records have no field `\(key.stringValue)`")
      case .dataCorrupted(let context): (context, "the value is none that its type allows")
      @unknown default: (nil, "the record does not fit its type")
      }
    let field = context?.codingPath.last?.stringValue
    return StoreError(.mismatchedRecord, at: field.map { .field($0) }, detail)
  }
}

private struct RowDecoder: Decoder {
  let state: RecordDecoder
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(RowContainer<Key>(state: state))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw StoreError(.mismatchedRecord, "a record has named fields, and the type wants a list")
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    guard state.fields.count == 1 else {
      throw StoreError(
        .mismatchedRecord,
        "the type wants one value, and the record has \(state.fields.count) fields")
    }
    return CellDecoder(cell: state.cells[0], field: state.fields[0])
  }
}

private struct RowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let state: RecordDecoder
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { state.fields.compactMap { Key(stringValue: $0) } }

  private func stored(_ key: Key) throws -> RowscopeCell {
    guard let column = state.column(of: key.stringValue) else {
      throw StoreError(
        .mismatchedRecord, at: .field(key.stringValue),
        "the records have no such field; make it Optional if it need not be there")
    }
    return state.cells[column]
  }

  private func cell(_ key: Key) throws -> CellDecoder {
    CellDecoder(cell: try stored(key), field: key.stringValue)
  }

  func contains(_ key: Key) -> Bool { state.column(of: key.stringValue) != nil }
  func decodeNil(forKey key: Key) throws -> Bool { try stored(key).type == SQLITE_NULL }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try cell(key).decode(type) }

  // The three that most fields are: where the cell is of the type, nothing need be made that could speak of a mismatch.

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    let cell = try stored(key)
    guard cell.type == SQLITE_TEXT else {
      return try CellDecoder(cell: cell, field: key.stringValue).decode(type)
    }
    return String(
      decoding: UnsafeBufferPointer(start: cell.bytes, count: Int(cell.count)), as: UTF8.self)
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

  func superDecoder() throws -> any Decoder { RowDecoder(state: state) }
  func superDecoder(forKey key: Key) throws -> any Decoder { try cell(key) }
}
