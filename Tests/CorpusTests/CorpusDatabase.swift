import AccessProfiles
import Documents
import RecordFilter
import RecordStore
import RowscopeModel

/// Makes the databases of cases. Cases with the same tables and rows share one.
struct CorpusDatabase {
  private var pools: [String: ConnectionPool] = [:]

  mutating func pool(for corpusCase: CorpusCase) throws -> ConnectionPool {
    if let pool = pools[corpusCase.databaseText] { return pool }
    let pool = try ConnectionPool(.image(try Self.image(corpusCase)), capacity: 2)
    pools[corpusCase.databaseText] = pool
    return pool
  }

  func image(of corpusCase: CorpusCase) throws -> DatabaseImage { try Self.image(corpusCase) }

  private static func image(_ corpusCase: CorpusCase) throws -> DatabaseImage {
    let connection = try Connection(.inMemory)
    try fill(corpusCase) { sql, values in
      let statement = try connection.statement(sql, as: .unrestricted)
      try statement.bind(values)
      return try statement.rows()
    }
    return try connection.image()
  }

  /// Makes the tables and records of a case.
  ///
  /// - Parameter run: runs one statement and returns its rows.
  static func fill(
    _ corpusCase: CorpusCase, _ run: (String, [Value]) throws -> [[Value]]
  ) throws {
    for statement in corpusCase["schema"]?.elements ?? [] {
      guard let sql = statement.string else { throw CorpusError("\"schema\" is a list of SQL") }
      _ = try run(sql, [])
    }
    for table in corpusCase["rows"]?.members ?? [] {
      let name = table.key.value.quotedAsIdentifier
      let columns = try columns(of: run("PRAGMA table_xinfo(\(name))", []))
      for row in table.value.elements ?? [] {
        let values = try (row.elements ?? []).map(Value.init(corpus:))
        let names = columns.prefix(values.count).joined(separator: ", ")
        let marks = values.map { _ in "?" }.joined(separator: ", ")
        _ = try run("INSERT INTO \(name) (\(names)) VALUES (\(marks))", values)
      }
    }
  }

  /// The columns that values can be inserted into: not the generated ones.
  private static func columns(of rows: [[Value]]) throws -> [String] {
    rows.compactMap { row in
      guard case .text(let name) = row[1], row[6] == .integer(0) else { return nil }
      return name.string.quotedAsIdentifier
    }
  }
}

extension String {
  var quotedAsIdentifier: String {
    "\"\(split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
