package import FilterMemory
package import RecordStore
package import RowscopeModel

/// Why a table was not loaded into memory.
package enum TableLoadError: Error, CustomStringConvertible {
  /// The columns of this table need more than `limit` bytes.
  case tooLarge(Name, limit: Int)
  case memory(MemoryError)
  case store(StoreError)

  package var description: String {
    switch self {
    case .tooLarge(let table, let limit):
      "the columns of \(table) take more than \(limit) bytes, the most that they may take in memory"
    case .memory(let error): error.description
    case .store(let error): error.description
    }
  }
}
