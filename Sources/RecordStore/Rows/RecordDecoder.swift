internal import CSQLite
import RowscopeModel

/// Makes values of a `Decodable` type from rows.
///
/// Fields are found by name, as SQLite compares names. Integers fit every integer type that can hold them, and a real
/// without a fraction does too; numbers fit `Double` and `Float`; 0 and 1 fit `Bool`; text fits `String` (each
/// invalid sequence of UTF-8 becomes U+FFFD) and every type that decodes itself from a single value; a blob fits
/// `[UInt8]`, and a JSON array of numbers and texts every other list. NULL, and a field that is not there, fit an Optional.
///
/// Made once for a query and used for all its rows by one task: it remembers where each key is.
package final class RecordDecoder {
  private let reading: RowReading

  /// - Parameter fields: the names of the row's first columns.
  package init(fields: [String]) { reading = RowReading(of: fields) }

  deinit { reading.end() }

  /// - Throws: `mismatchedRecord`, which names the field and what was wanted, and never what it holds.
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
      case .dataCorrupted(let context): (context, "the value is none that its type allows")
      @unknown default: (nil, "the record does not fit its type")
      }
    let field = context?.codingPath.last?.stringValue
    return StoreError(.mismatchedRecord, at: field.map { .field($0) }, detail)
  }
}
