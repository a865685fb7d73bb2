internal import CSQLite
import FilterSQL
import RecordFilter
import RowscopeModel

extension DatabaseCore {
  /// Registers the function that converts stored values of declared types: `rowscope_value(c, ?)`,
  /// the second argument being a conversion's name. Only statements can call it: SQLite refuses it
  /// in views, triggers and the schema.
  func installConversionFunction() {
    sqlite3_create_function_v2(
      handle, QueryCompiler.conversionFunction, 2,
      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nil,
      { context, _, values in
        guard let values, let argument = values[0], let name = values[1] else { return }
        DatabaseCore.convert(argument, name, context)
      }, nil, nil, nil)
  }

  /// Keeps the conversion while a statement runs, so that it is looked up once for all records.
  private final class KeptConversion {
    let conversion: Conversion
    let dates: DateReader?

    init(_ conversion: Conversion) {
      self.conversion = conversion
      dates = DateReader(conversion)
    }
  }

  private static func convert(
    _ argument: OpaquePointer, _ name: OpaquePointer, _ context: OpaquePointer?
  ) {
    guard let value = BorrowedValue(argument) else {
      sqlite3_result_error_nomem(context)
      return
    }
    if let kept = sqlite3_get_auxdata(context, 1) {
      Unmanaged<KeptConversion>.fromOpaque(kept)._withUnsafeGuaranteedRef { kept in
        guard value.storageClass == .text, let dates = kept.dates else {
          set(kept.conversion.converted(value), context)
          return
        }
        // A function returns NULL by itself.
        if let number = dates.number(of: value.bytes) { sqlite3_result_int64(context, number) }
      }
      return
    }
    guard let conversion = conversion(named: name) else {
      sqlite3_result_error(context, "there is no such conversion", -1)
      return
    }
    set(conversion.converted(value), context)
    sqlite3_set_auxdata(
      context, 1, Unmanaged.passRetained(KeptConversion(conversion)).toOpaque(),
      { kept in kept.map { Unmanaged<KeptConversion>.fromOpaque($0).release() } })
  }

  static func conversion(named name: OpaquePointer) -> Conversion? {
    guard let bytes = sqlite3_value_text(name) else { return nil }
    let text = UnsafeBufferPointer(start: bytes, count: Int(sqlite3_value_bytes(name)))
    return ConversionNames.conversion(named: Text(bytes: text))
  }

  private static func set(_ value: Value, _ context: OpaquePointer?) {
    switch value {
    case .null: sqlite3_result_null(context)
    case .integer(let integer): sqlite3_result_int64(context, integer)
    case .real(let real): sqlite3_result_double(context, real)
    case .text(let text):
      text.withBytes { rowscope_result_text(context, $0.baseAddress, UInt64($0.count)) }
    case .blob(let bytes): rowscope_result_blob(context, bytes, UInt64(bytes.count))
    }
  }
}
