@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// CSV files. A file that is read and written again, with commas, reads the same, and writing it
/// again gives the same bytes. A table made of it answers the same from SQLite and from memory, or both refuse it.
final class CSVTarget: FuzzTarget {
  /// Columns of these names are declared; the types of others are inferred.
  private static let types = [
    "n": "NUMERIC", "r": "REAL", "i": "INTEGER", "c": "TEXT COLLATE NOCASE", "b": "",
  ]
  private static let user = User(id: 1, profile: "p")

  private let profiles: ProfileCatalog

  init() throws {
    profiles = try ProfileCatalog(texts: ["p": Desk.everything])
  }

  func run(_ input: [UInt8]) {
    // As the loader finds the delimiter; a file that it refuses, no engine may take.
    let load = try? CSVTableLoad(
      CSVFile(name: "t", bytes: input), name: "t", declaration: .init(), columnLimit: 2_000)
    guard let table = try? Table(input, load?.dialect ?? CSVDialect()) else {
      require(load == nil, "an unreadable file can be loaded")
      require((try? service(inMemory: input, .init())) == nil, "an unreadable file can be loaded")
      return
    }
    for lineEnd in ["\n", "\r\n"] {
      let written = table.written(lineEnd)
      guard let again = try? Table(written) else {
        require(
          false, "what was written cannot be read: \(String(decoding: written, as: UTF8.self))")
        return
      }
      require(again == table, "the written file reads differently: \(again)\n\(table)")
      require(again.written(lineEnd) == written, "written differently the second time")
    }
    guard input.count <= 4_096 else { return }
    var declaration = CSVTableDeclaration()
    for name in table.header where Self.types[name] != nil {
      declaration.columnTypes[Name(name)] = Self.types[name]
    }
    let stored = try? service(inSQLite: input, declaration)
    let held = try? service(inMemory: input, declaration)
    require((stored == nil) == (held == nil), "only one of the two accepts the file")
    guard let stored, let held else { return }
    let request = ListRequest(table: "t", size: 500, count: .exact)
    let (reply, other) = (
      stored.reply(to: request, as: Self.user), held.reply(to: request, as: Self.user)
    )
    require(reply == other, "in SQLite and in memory:\n\(reply.text)\n\(other.text)")
    require(reply.isPage, "a table that cannot be listed: \(reply.text)")
    require(
      reply.items.count == min(table.records.count, 500),
      "\(table.records.count) records: \(reply.text)")
  }

  private func service(
    inSQLite input: [UInt8], _ declaration: CSVTableDeclaration
  ) throws -> RecordService {
    let builder = try DatabaseBuilder(file: nil)
    let load = try CSVTableLoad(
      CSVFile(name: "t", bytes: input), name: "t", declaration: declaration,
      columnLimit: builder.columnLimit)
    try load.store(in: builder, progress: { _ in })
    return RecordService(
      pool: try ConnectionPool(.image(try builder.image()), capacity: 1), profiles: profiles,
      clock: { .fixed })
  }

  private func service(
    inMemory input: [UInt8], _ declaration: CSVTableDeclaration
  ) throws -> RecordService {
    var tables = MemoryTables()
    try tables.add("t", csv: input, declaration: declaration)
    return try RecordService(tables: tables, profiles: profiles, clock: { .fixed })
  }

  /// The cells of a file, as bytes.
  private struct Table: Equatable {
    var header: [String]
    var records: [[[UInt8]?]] = []

    init(_ bytes: [UInt8], _ dialect: CSVDialect = CSVDialect()) throws {
      var reader = try CSVReader(CSVFile(name: "t", bytes: bytes), dialect)
      header = reader.header
      while try reader.next() {
        records.append(header.indices.map { reader.cell($0).map(Array.init) })
      }
    }

    /// Every cell in quotes, but for those that are missing.
    func written(_ lineEnd: String) -> [UInt8] {
      let names: [[UInt8]?] = header.map { Array($0.utf8) }
      var bytes: [UInt8] = []
      for cells in [names] + records {
        for (index, cell) in cells.enumerated() {
          if index > 0 { bytes.append(UInt8(ascii: ",")) }
          guard let cell else { continue }
          let quote = UInt8(ascii: "\"")
          bytes.append(quote)
          for byte in cell { bytes += byte == quote ? [quote, quote] : [byte] }
          bytes.append(quote)
        }
        bytes += Array(lineEnd.utf8)
      }
      return bytes
    }
  }
}
