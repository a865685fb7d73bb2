internal import CSQLite
package import RowscopeModel

/// Makes values of a `Decodable` type from rows.
///
/// Fields are found by name, compared as in SQLite. The conversions:
///
/// - An integer decodes as any integer type that can represent it, and so does a real without a
///   fraction.
/// - A number decodes as `Double` and `Float`, and 0 and 1 also as `Bool`.
/// - Text decodes as `String` (each invalid UTF-8 sequence becomes U+FFFD) and as any type that
///   decodes from a single value.
/// - A blob decodes as `[UInt8]`, and a JSON array of numbers and texts as any other list.
/// - NULL and a missing field decode as nil.
///
/// A field with a declared type is read as answers show it: a checkbox as 0 or 1 whatever text
/// stands for it, a UUID as its canonical text, and a field of many values as the list of its
/// members, which is empty where none are stored. A member that is a text of a number decodes as
/// the number, too.
///
/// Make one per query, and use it for all of the query's rows in one task: it caches the position
/// of each key.
package final class RecordDecoder {
  private let reading: RowReading
  /// Nil if every field is shown as it is stored.
  private var presented: PresentedCells?

  /// - Parameter columns: the row's first columns: their names, and how answers show them.
  package init(columns: [(name: String, presentation: Presentation)]) {
    reading = RowReading(of: columns)
    presented = PresentedCells(columns.map(\.presentation))
  }

  deinit { reading.end() }

  /// - Throws: `mismatchedRecord`, which names the field and the expected type, but never the
  ///   value.
  package func decode<Record: Decodable>(
    _ type: Record.Type, from row: borrowing Row
  ) throws(StoreError) -> Record {
    reading.begin(presented?.show(row) ?? row.cells)
    defer { reading.endRow() }
    return try Self.decoded(type, from: RowDecoder(reading: reading))
  }

  /// Decodes a record that shows related ones: an object for one record, and for a list one with
  /// `items` and `has_more`, or its items alone where the type expects a list.
  package static func decode<Item: Decodable>(
    _ type: Item.Type, from record: Record
  ) throws(StoreError) -> Item {
    try decoded(type, from: NestedRecordDecoder(record: record))
  }

  private static func decoded<Record: Decodable>(
    _ type: Record.Type, from decoder: any Decoder
  ) throws(StoreError) -> Record {
    do {
      return try Record(from: decoder)
    } catch let error as StoreError {
      throw error
    } catch let error as DecodingError {
      throw translated(error)
    } catch {
      throw StoreError(.mismatchedRecord, "the record does not fit `\(type)`")
    }
  }

  /// The standard library's own descriptions quote values.
  private static func translated(_ error: DecodingError) -> StoreError {
    let (context, detail): (DecodingError.Context?, String) =
      switch error {
      case .typeMismatch(let type, let context): (context, "the value does not fit `\(type)`")
      case .valueNotFound(let type, let context): (context, "there is no value for `\(type)`")
      case .keyNotFound(let key, _): (nil, "the records have no field `\(key.stringValue)`")
      case .dataCorrupted(let context): (context, "the value is not valid for its type")
      @unknown default: (nil, "the record does not fit its type")
      }
    let field = context?.codingPath.last?.stringValue
    return StoreError(.mismatchedRecord, at: field.map { .field($0) }, detail)
  }
}
