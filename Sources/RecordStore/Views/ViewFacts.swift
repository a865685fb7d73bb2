internal import CSQLite
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// What SQLite reports when it prepares a query on a view.
struct ViewFacts {
  struct Read {
    let key: ColumnKey
    let within: Name?
  }

  struct Column {
    let name: Name
    let declaredType: String
    /// The table column behind this one, if SQLite traces it.
    let base: ColumnKey?
  }

  let name: Name
  /// One entry per use of a column. An empty column stands for a table of which no column is read.
  let reads: [Read]
  let columns: [Column]

  var tables: Set<Name> { Set(reads.map(\.key.table)) }

  /// Nil if a column's name is not valid UTF-8.
  init?(_ name: Name, core: DatabaseCore) throws(StoreError) {
    self.name = name
    var found: [Column]?
    let events = try core.viewEvents(name.string, selecting: "*") { statement in
      found = Self.columns(of: statement)
    }
    guard let found else { return nil }
    columns = found
    reads = events.compactMap { event in
      guard case .read(let table, let column, let within) = event,
        within != nil || Name(table) != name
      else { return nil }
      return Read(
        key: ColumnKey(table: Name(table), column: Name(column)), within: within.map { Name($0) })
    }
  }

  static func columns(of statement: OpaquePointer) -> [Column]? {
    var columns: [Column] = []
    for index in 0..<sqlite3_column_count(statement) {
      guard let name = sqlite3_column_name(statement, index),
        let name = String(validatingCString: name)
      else { return nil }
      let table = ColumnMetadata.table(statement, index)
      let column = ColumnMetadata.origin(statement, index)
      let base: ColumnKey? =
        if let table, let column {
          ColumnKey(table: Name(String(cString: table)), column: Name(String(cString: column)))
        } else { nil }
      let type = sqlite3_column_decltype(statement, index).map { String(cString: $0) }
      columns.append(Column(name: Name(name), declaredType: type ?? "", base: base))
    }
    return columns
  }
}

/// Two functions that a build of SQLite may lack (`SQLITE_ENABLE_COLUMN_METADATA`). Without them
/// the affinity and collation of a view's columns are unknown, and so is the meaning of a condition
/// on them.
enum ColumnMetadata {
  /// Tests override it.
  @TaskLocal static var isAvailable = tableFunction != nil && originFunction != nil

  typealias Function =
    @convention(c) (OpaquePointer?, Int32) -> UnsafePointer<CChar>?

  private static let tableFunction = lookUp("sqlite3_column_table_name")
  private static let originFunction = lookUp("sqlite3_column_origin_name")

  static func table(_ statement: OpaquePointer, _ column: Int32) -> UnsafePointer<CChar>? {
    tableFunction?(statement, column)
  }

  static func origin(_ statement: OpaquePointer, _ column: Int32) -> UnsafePointer<CChar>? {
    originFunction?(statement, column)
  }

  private static func lookUp(_ name: String) -> Function? {
    #if canImport(Darwin)
      let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: -2), name)
    #elseif canImport(Glibc)
      let symbol = dlsym(nil, name)
    #endif
    // A statement belongs to one library of SQLite, of which a process may have several.
    guard let symbol, rowscope_is_of_library(symbol) != 0 else { return nil }
    return unsafeBitCast(symbol, to: Function.self)
  }
}
