internal import RecordFilter
import RecordStore
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// A folder of CSV files, one for each table: `tasks.csv` is the table `tasks`.
///
/// Files whose names begin with a dot, or do not end in `.csv` in any case, are ignored.
package struct CSVFolder: Sendable {
  package let path: String
  /// In the byte order of their names.
  package let tables: [Table]

  package struct Table: Sendable, Hashable {
    package let name: String
    package let path: String
  }

  /// Lists the files without reading them.
  ///
  /// - Parameter endings: what the names of files end in, in any case.
  /// - Throws: `unreadable`, `noTables`, `tableName`.
  package init(path: String, endings: [String] = [".csv"]) throws(CSVError) {
    self.path = path
    let folder = path.hasByteSuffix("/") ? path : path + "/"
    tables = try Self.entries(of: path)
      .compactMap { file in
        Self.tableName(ofFile: file, endings).map { Table(name: $0, path: folder + file) }
      }
      .sorted { Text($0.name) < Text($1.name) }
    guard !tables.isEmpty else {
      throw CSVError(
        .noTables, file: path,
        "there is no file of \(endings.joined(separator: ", ")) in this folder; each table needs one, "
          + "such as `tasks.csv`")
    }
    try checkNames()
  }

  /// The name of the table in a file; nil for a file that is none.
  private static func tableName(ofFile name: String, _ endings: [String]) -> String? {
    guard !name.hasBytePrefix(".") else { return nil }
    for ending in endings {
      let suffix = name.unicodeScalars.suffix(ending.unicodeScalars.count)
      guard Name(String(suffix)) == Name(ending), suffix.startIndex > name.startIndex else {
        continue
      }
      return String(name.unicodeScalars[..<suffix.startIndex])
    }
    return nil
  }

  private func checkNames() throws(CSVError) {
    var paths: [Name: String] = [:]
    for table in tables {
      if let other = paths.updateValue(table.path, forKey: Name(table.name)) {
        throw CSVError(
          .tableName, file: table.path,
          "this is the same table as \(other), as names ignore case; rename one of them")
      }
      if Name(String(table.name.unicodeScalars.prefix(7))) == "sqlite_" {
        throw CSVError(
          .tableName, file: table.path,
          "SQLite reserves names that begin with `sqlite_`; rename the file")
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
      // A table name must be UTF-8.
      if let name { names.append(name) }
    }
    return names
  }
}
