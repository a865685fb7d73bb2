internal import CSQLite
package import RecordFilter
package import RowscopeModel

/// Why the database itself lets no record of a table be created, edited or deleted: its CHECKs,
/// indexes, generated columns, triggers or foreign keys need something that this process does not
/// have. For administrators: it names what is missing.
package struct WriteObstacle: Sendable, Hashable, CustomStringConvertible {
  package enum Change: String, Sendable, Hashable, CaseIterable {
    case create
    /// Create a record that leaves a field to its default.
    case createWithDefaults
    case edit, delete
  }

  /// In the order of ``Change/allCases``.
  package let changes: [Change]
  /// What is missing; nil if SQLite does not tell.
  private let cause: String?

  fileprivate init(changes: [Change], cause: String?) {
    self.changes = changes
    self.cause = cause
  }

  /// `its records cannot be created or edited: that needs …`
  package var description: String {
    let verbs = changes.map { change in
      switch change {
      case .create: "created"
      case .createWithDefaults: "created without a value for each field"
      case .edit: "edited"
      case .delete: "deleted"
      }
    }
    let list = verbs.dropLast().joined(separator: ", ") + (verbs.count > 1 ? " or " : "")
    return "its records cannot be \(list)\(verbs.last ?? ""): that needs "
      + (cause ?? "something that is missing")
  }
}

extension Connection {
  /// What keeps the records of each table from being written, with one entry for each cause.
  /// Nothing is written to find that out, so a connection that only reads can tell.
  ///
  /// Complexity: O(n) in the tables; some tens of microseconds for each.
  package func writeObstacles(of schema: Schema) throws(StoreError) -> [Name: [WriteObstacle]] {
    var obstacles: [Name: [WriteObstacle]] = [:]
    let checks = try CheckTrial(core)
    for table in schema.tables where table.kind == .table {
      let columns = Set(
        table.fields.filter { $0.storage == .column || $0.storage == .jsonArray }.map(\.name))
      let trials: [(WriteObstacle.Change, WritePermissions.Change)] = [
        (.create, .insert(into: table.name, columns: columns)),
        (.createWithDefaults, .insert(into: table.name, columns: [])),
        (.edit, .update(table.name, columns: columns)), (.delete, .delete(from: table.name)),
      ]
      var failed: [(change: WriteObstacle.Change, cause: String?)] = []
      for (change, trial) in trials where change != .edit || !columns.isEmpty {
        do throws(StoreError) {
          _ = try core.changeEvents(trial)
          // A connection that only reads does not parse CHECKs. An update evaluates only those of
          // the columns that it changes.
          if change == .create, let cause = try checks.missing(in: table.name) {
            failed.append((change, cause.description))
          }
        } catch {
          guard error.kind == .schemaMismatch else { throw error }
          let isKnown = change == .createWithDefaults && failed.contains { $0.change == .create }
          if !isKnown { failed.append((change, error.absence?.description)) }
        }
      }
      let causes = failed.map(\.cause)
      for (index, cause) in causes.enumerated() where causes.firstIndex(of: cause) == index {
        obstacles[table.name, default: []].append(
          WriteObstacle(
            changes: failed.filter { $0.cause == cause }.map(\.change), cause: cause))
      }
    }
    return obstacles
  }
}

/// Prepares the definitions of tables that have a CHECK in an empty database.
private final class CheckTrial {
  private let definitions: [Name: String]
  private let scratch: DatabaseCore?

  init(_ core: DatabaseCore) throws(StoreError) {
    let found = try Connection(core: core).statement(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%check%'",
      as: .unrestricted
    ).rows()
    var definitions: [Name: String] = [:]
    for row in found {
      guard case .text(let name) = row[0], case .text(let sql) = row[1],
        let name = name.validString, let sql = sql.validString
      else { continue }
      definitions[Name(name)] = sql
    }
    self.definitions = definitions
    guard !definitions.isEmpty else {
      scratch = nil
      return
    }
    let opening = Opening(source: .inMemory, configuration: .init(statementCapacity: 0))
    let scratch = try opening.open()
    // As in a definition that is read from a file.
    _ = rowscope_set_flag(scratch.handle, SQLITE_DBCONFIG_DQS_DDL, 1)
    self.scratch = scratch
  }

  /// What the definition of a table needs and this process does not have; nil if nothing.
  func missing(in table: Name) throws(StoreError) -> Absence? {
    guard let scratch, let definition = definitions[table] else { return nil }
    do throws(StoreError) {
      _ = try scratch.prepare(definition, armed: .unrestricted, isKept: false)
      return nil
    } catch {
      // SQLite reads a definition that is in a file less strictly, so other errors mean nothing.
      return error.absence.flatMap { $0.kind == .function || $0.kind == .collation ? $0 : nil }
    }
  }
}
