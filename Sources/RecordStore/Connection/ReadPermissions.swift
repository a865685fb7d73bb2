package import RecordFilter
package import RowscopeModel

/// What one statement may read: columns of tables and views, and functions. Everything else is
/// refused, and so is every write.
///
/// This is the second line of defence. The first is that the compiler never names a hidden column.
/// If it ever did, SQLite's authorizer would refuse to prepare the statement.
package struct ReadPermissions: Sendable {
  /// Shared, so that statement keys usually compare by identity.
  private final class Storage: Sendable {
    let events: AuthorizedEvents
    let tables: [Name]

    init(events: AuthorizedEvents, tables: [Name]) {
      self.events = events
      self.tables = tables
    }
  }

  private let storage: Storage

  /// Permits reading these columns, counting the rows of each table named, and calling these
  /// functions.
  ///
  /// Views and table-valued functions (`json_each`) count as tables. A view includes what its body
  /// reads and calls. SQLite reports a row id by the name of its `INTEGER PRIMARY KEY`, or as
  /// `ROWID` if there is none.
  package init(tables: [Name: Set<Name>], functions: Set<Name> = []) {
    var events = AuthorizedEvents()
    for (table, columns) in tables {
      events.insert(.read(table: table.string, column: "", within: nil))
      for column in columns {
        events.insert(.read(table: table.string, column: column.string, within: nil))
      }
    }
    for function in functions { events.insert(.call(function.string, within: nil)) }
    storage = Storage(events: events, tables: tables.keys.sorted { $0.string < $1.string })
  }

  /// Permits reading these fields, counting the rows of their tables and of `tables`, and reading
  /// the columns of `json_each` if that is among the functions.
  ///
  /// - Parameter rowNumbers: whether the row ids of `tables` may be read, under any name.
  package init(
    fields: some Sequence<FieldReference>, tables: some Sequence<TableID> = [], of schema: Schema,
    functions: Set<Name> = [], rowNumbers: Bool = false
  ) {
    var columns: [Name: Set<Name>] = [:]
    for id in tables {
      let table = schema[id]
      var numbers: Set<Name> = []
      if rowNumbers {
        numbers = ["rowid"]
        if table.primaryKey.count == 1 { numbers.insert(table[table.primaryKey[0]].name) }
      }
      columns[table.name, default: []].formUnion(numbers)
    }
    for field in fields {
      let table = schema[field.table]
      columns[table.name, default: []].insert(table[field.field].name)
    }
    if functions.contains("json_each") {
      columns["json_each"] = ["key", "value", "type", "atom", "id", "json", "root"]
    }
    self.init(tables: columns, functions: functions)
  }

  var events: AuthorizedEvents { storage.events }
  var tables: [Name] { storage.tables }
}

extension ReadPermissions: Hashable {
  package static func == (left: ReadPermissions, right: ReadPermissions) -> Bool {
    left.storage === right.storage || left.storage.events == right.storage.events
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(storage.events.fingerprint) }
}

/// What a statement may do while it is prepared and stepped.
package enum Authority: Sendable, Hashable {
  /// Everything. For this package's own statements and an administrator's.
  case unrestricted
  case reading(ReadPermissions)
  case writing(WritePermissions)
}
