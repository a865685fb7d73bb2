internal import RecordFilter
import RecordStore
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// A folder of CSV files, one file a table: `tasks.csv` is the table `tasks`.
///
/// Names that begin with a dot are passed over, and so is whatever does not end in `.csv`, without regard to case.
package struct CSVFolder: Sendable {
  package let path: String
  /// In the order of their names' bytes.
  package let tables: [Table]

  package struct Table: Sendable, Hashable {
    package let name: String
    package let path: String
  }

  /// Looks what files there are. None is read.
  ///
  /// - Throws: `unreadable`, `noTables`, `tableName`.
  package init(path: String) throws(CSVError) {
    self.path = path
    let extensionLength = 4
    let names = try Self.entries(of: path).filter { name in
      name.utf8.count > extensionLength && !name.hasPrefix(".")
        && Name(String(name.suffix(extensionLength))) == ".csv"
    }
    let folder = path.hasSuffix("/") ? path : path + "/"
    tables = names.map { Table(name: String($0.dropLast(extensionLength)), path: folder + $0) }
      .sorted { Text($0.name) < Text($1.name) }
    guard !tables.isEmpty else {
      throw CSVError(
        .noTables, file: path,
        "there is no CSV file in this folder; each table needs one, such as `tasks.csv`")
    }
    try checkNames()
  }

  private func checkNames() throws(CSVError) {
    var paths: [Name: String] = [:]
    for table in tables {
      if let other = paths.updateValue(table.path, forKey: Name(table.name)) {
        throw CSVError(
          .tableName, file: table.path,
          "this would be the same table as \(other), since upper and lower case are the same; rename "
            + "one of them")
      }
      if Name(String(table.name.prefix(7))) == "sqlite_" {
        throw CSVError(
          .tableName, file: table.path,
          "SQLite keeps names that begin with `sqlite_` for itself; rename the file")
      }
    }
  }

  private static func entries(of path: String) throws(CSVError) -> [String] {
    guard let folder = opendir(path) else {
      let reason =
        errno == ENOTDIR ? "this is not a folder" : SystemCall.reason(errno)
      throw CSVError(.unreadable, file: path, reason)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 1) { String(validatingCString: $0) }
      }
      // A name that is not UTF-8 can be no table's name.
      if let name { names.append(name) }
    }
    return names
  }
}
