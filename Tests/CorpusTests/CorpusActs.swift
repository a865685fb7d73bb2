import Documents
import Foundation
import RecordEngine
import Rowscope
import RowscopeModel
import TestSupport

@testable import RecordStore

/// Runs the cases that change a record, each on a database file of its own.
struct CorpusActs {
  private var databases = CorpusDatabase()

  /// What is stored afterwards; after a refusal nothing has changed.
  mutating func answer(
    _ corpusCase: CorpusCase
  ) async throws -> (CorpusAnswer, error: String) {
    let database = try TemporaryDatabase("")
    let image = try databases.image(of: corpusCase)
    try Data(bytes: image.bytes, count: image.count).write(to: URL(fileURLWithPath: database.path))
    let setting = try CorpusSetting(
      writing: corpusCase, to: ConnectionPool(.readWrite(path: database.path), capacity: 1),
      reading: ConnectionPool(.readOnly(path: database.path), capacity: 1))
    let act = try Act(corpusCase)
    let before = try Self.everything(database, act.table)
    do throws(ServiceError) {
      try await setting.service.write(as: setting.user, at: setting.clock) {
        writer throws(ServiceError) in
        try act.run(on: writer)
      }
    } catch {
      guard try Self.everything(database, act.table) == before else {
        throw CorpusError("\(corpusCase.name): a refused act has changed something")
      }
      return (.failure(error.code.rawValue), error: "\(error.code): \(error)")
    }
    let after = try Self.everything(database, act.table)
    let changed = after.filter { !before.contains($0) }
    let removed = before.filter { !after.contains($0) }
    guard changed.count <= 1, removed.count <= 1 else {
      throw CorpusError("\(corpusCase.name): several records have changed")
    }
    let names = try Connection(.readOnly(path: database.path)).temporaryStatement(
      "SELECT * FROM \(act.table.quotedAsIdentifier)", as: .unrestricted
    ).columnNames.map { Text($0) }
    // An edit may leave a record as it was.
    let stored = changed.first ?? (removed.isEmpty ? before.first { act.names($0) } : nil)
    return (
      .stored(stored.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }), error: ""
    )
  }

  private static func everything(_ database: TemporaryDatabase, _ table: String) throws
    -> [[Value]]
  {
    do {
      return try database.rows("SELECT * FROM \(table.quotedAsIdentifier)")
    } catch is StoreError {
      // A table that there is not.
      return []
    }
  }

  private struct Act {
    let kind: String
    let table: String
    let key: [Value]
    let values: FieldValues

    init(_ corpusCase: CorpusCase) throws {
      guard let members = corpusCase["act"]?.members,
        let kind = members.first(where: { ["create", "edit", "delete"].contains($0.key.value) }),
        let table = kind.value.string
      else { throw CorpusError("an act is to create, edit or delete") }
      self.kind = kind.key.value
      self.table = table
      key = try (corpusCase["act"]?["key"]?.elements ?? []).map(Value.init(corpus:))
      var values = FieldValues()
      for member in corpusCase["act"]?["set"]?.members ?? [] {
        if let elements = member.value.elements {
          values.append(member.key.value, .members(try elements.map(Value.init(corpus:))))
        } else {
          values.append(member.key.value, .value(try Value(corpus: member.value)))
        }
      }
      self.values = values
    }

    /// The tables of acts have their key first.
    func names(_ record: [Value]) -> Bool { Array(record.prefix(key.count)) == key }

    func run(on writer: borrowing RecordWriter) throws(ServiceError) {
      switch kind {
      case "create": _ = try writer.create(values, in: table)
      case "edit": _ = try writer.update(key, in: table, set: values)
      default: _ = try writer.delete(key, from: table)
      }
    }
  }
}
