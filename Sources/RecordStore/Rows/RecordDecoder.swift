internal import CSQLite
import RowscopeModel

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
/// Make one per query, and use it for all of the query's rows in one task: it caches the position
/// of each key.
package final class RecordDecoder {
  private let reading: RowReading

  /// - Parameter fields: the names of the row's first columns.
  package init(fields: [String]) { reading = RowReading(of: fields) }

  deinit { reading.end() }

  /// - Throws: `mismatchedRecord`, which names the field and the expected type, but never the
  ///   value.
  package func decode<Record: Decodable>(
    _ type: Record.Type, from row: borrowing Row
  ) throws(StoreError) -> Record {
    reading.begin(row.cells)
    defer { reading.endRow() }
    do {
      return try Record(from: RowDecoder(reading: reading))
    } catch let error as StoreError {
      throw error
    } catch let error as DecodingError {
      throw Self.translated(error)
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
