import Documents
import RecordEngine
import RecordFilter
import RecordStore
import Rowscope
import RowscopeModel
import Testing

/// Checks every record of a case's table on its own, and compares with the list of all of them.
struct CorpusRecordByRecord {
  private var services = CorpusServices()
  /// The records of the databases, which no case changes.
  private var records: [ObjectIdentifier: [Name: [[String: Value]]]] = [:]

  /// Returns the number of records that were checked.
  mutating func check(_ corpusCase: CorpusCase) async throws -> Int {
    let request = corpusCase["request"]
    guard
      let name = (request?["object_type"] ?? request?["arguments"]?.elements?.first)?.string
    else { return 0 }
    let pool = try services.pool(for: corpusCase)
    let setting: CorpusSetting
    do {
      setting = try services.setting(for: corpusCase)
    } catch is Diagnostics {
      return 0
    }
    let tables = try await tables(in: pool)
    let access: RecordAccess
    let fields: [String]
    let page: Page<Record>
    do throws(ServiceError) {
      access = try await setting.service.recordAccess(
        to: name, as: setting.user, at: setting.clock
      ) { tables[Name($0.table)] }
      // Links are not columns of the table, so the list is asked for the other fields.
      fields = access.shape.fields.map(\.name)
      page = try await setting.service.withSession(as: setting.user, at: setting.clock) {
        reader throws(ServiceError) in
        try reader.list(
          ListRequest(
            table: name, select: fields.isEmpty ? nil : fields.map { FieldSelection($0) },
            size: 500, may: true))
      }
    } catch {
      if case .failure(let code) = corpusCase.expected, code == error.code.rawValue { return 0 }
      // A table that is denied has nothing to check; any other error is one.
      let denials: [ServiceError.Code] = [
        .invalidProfile, .invalidWorkspace, .unknownTable, .unknownUser, .invalidUser,
      ]
      guard denials.contains(error.code) else { throw error }
      return 0
    }
    let records = tables[Name(name)] ?? []
    var shown: [[Value]: Int] = [:]
    for record in records {
      let values = access.fields.map { record[$0] ?? .null }
      let place = "\(corpusCase.name): \(values)"
      let decision = access.decision(on: values)
      if case .undecidable(let doubt) = decision { Issue.record("\(place): \(doubt)") }
      #expect(access.decision(on: record) == decision, "\(place)")
      if let redacted = access.redacted(values) {
        let may = [RecordAct.edit, .delete].filter { access.allows(values, to: $0) }
        shown[Self.shown(redacted, may), default: 0] += 1
        let shownCount = fields.count - redacted.hidden.count
        #expect(access.redacted(record)?.count == shownCount, "\(place)")
      }
      // With fewer fields given, the answer is the same or there is none.
      for missing in access.fields {
        var less = record
        less.removeValue(forKey: missing)
        switch access.decision(on: less) {
        case .undecidable: break
        case let other: #expect(other == decision, "\(place) without \(missing)")
        }
      }
    }
    guard !fields.isEmpty else { return records.count }
    let listed = page.items.reduce(into: [[Value]: Int]()) {
      $0[Self.shown($1, $1.may ?? []), default: 0] += 1
    }
    #expect(page.may == page.items.map { $0.may ?? [] }, "\(corpusCase.name)")
    #expect(shown == listed, "\(corpusCase.name): \(corpusCase.profiles)")
    return records.count
  }

  private static func shown(_ record: Record, _ may: [RecordAct]) -> [Value] {
    record.values + (record.hiddenFields + may.map(\.rawValue)).map { .text(Text($0)) }
  }

  /// Every table with all of its records, by name.
  private mutating func tables(
    in pool: ConnectionPool
  ) async throws -> [Name: [[String: Value]]] {
    if let known = records[ObjectIdentifier(pool)] { return known }
    let connection = try await pool.turn().connection()
    var tables: [Name: [[String: Value]]] = [:]
    for table in try connection.readSchema().schema.tables {
      let name = table.name.string.split(separator: "\"", omittingEmptySubsequences: false)
        .joined(separator: "\"\"")
      let statement = try connection.statement("SELECT * FROM \"\(name)\"", as: .unrestricted)
      let columns = statement.columnNames
      tables[table.name] = try statement.rows().map {
        Dictionary(zip(columns, $0)) { first, _ in first }
      }
    }
    records[ObjectIdentifier(pool)] = tables
    return tables
  }
}
