import RecordFilter
import RowscopeModel

/// A small schema with one of everything that the compiler treats specially.
enum Samples {
  static let tasks = TableID(0)
  static let clients = TableID(1)
  static let regions = TableID(2)
  static let watchers = TableID(3)
  static let overview = TableID(4)

  static let id = FieldID(0)
  static let title = FieldID(1)
  static let owner = FieldID(2)
  static let status = FieldID(3)
  static let code = FieldID(4)
  static let note = FieldID(5)
  static let tags = FieldID(6)
  static let client = FieldID(7)
  static let watching = FieldID(8)
  static let due = FieldID(9)
  static let odd = FieldID(10)

  static let schema = Schema(tables: [
    Table(
      name: "tasks",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "title", affinity: .text, isNullable: false),
        Field(name: "owner", affinity: .integer),
        Field(name: "status", affinity: .text),
        Field(name: "code", affinity: .text, collation: .nocase),
        Field(name: "note", affinity: .text, collation: .rtrim),
        Field(name: "tags", affinity: .text, kind: .tags, storage: .jsonArray),
        Field(name: "client", affinity: .integer),
        Field(
          name: "watchers", kind: .users,
          storage: .link(
            Link(
              table: watchers, pairs: [ColumnPair(near: id, far: FieldID(0))], member: FieldID(1)))),
        Field(name: "due", affinity: .text, kind: .date(.iso)),
        Field(name: "odd \" name", affinity: .numeric),
      ], primaryKey: [id]),
    Table(
      name: "clients",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "region", affinity: .integer),
        Field(name: "name", affinity: .text),
      ], primaryKey: [FieldID(0)], indexedFields: [FieldID(0)]),
    Table(
      name: "regions",
      fields: [
        Field(name: "id", affinity: .integer, isNullable: false),
        Field(name: "name", affinity: .text),
      ], primaryKey: [FieldID(0)], indexedFields: [FieldID(0)]),
    Table(
      name: "task_watchers",
      fields: [
        Field(name: "task", affinity: .integer), Field(name: "user", affinity: .integer),
      ]),
    Table(
      name: "overview", kind: .view,
      fields: [
        Field(name: "name", affinity: .text, collation: .nocase), Field(name: "sum"),
      ]),
  ])
}
