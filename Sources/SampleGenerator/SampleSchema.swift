internal import RecordStore

/// The tables of the sample workspace, with the columns of its CSV files, and what these cannot
/// say: the keys of other tables. A task is deleted with its watchers and comments, which are
/// indexed by it.
enum SampleSchema {
  static let regions = TableDefinition(
    "regions",
    columns: [
      id, text("code"), text("name"), text("hub"), text("time_zone"),
    ], primaryKey: [0])

  static let teams = TableDefinition(
    "teams",
    columns: [id, text("name"), integer("region_id"), integer("lead"), text("email")],
    primaryKey: [0],
    foreignKeys: [key(2, to: "regions"), key(3, to: "employees")])

  static let employees = TableDefinition(
    "employees",
    columns: [
      id, text("name"), text("email"), integer("team"), integer("manager"), text("region"),
      text("job_title"), text("hired_on"), real("salary"),
    ], primaryKey: [0],
    foreignKeys: [key(3, to: "teams"), key(4, to: "employees")])

  static let clients = TableDefinition(
    "clients",
    columns: [
      id, text("name"), text("region"), text("city"), text("tax_id"), text("phone"),
      real("credit_limit"), text("since"), integer("account_manager"), text("tags"), text("note"),
    ], primaryKey: [0],
    foreignKeys: [key(8, to: "employees")])

  static let tasks = TableDefinition(
    "tasks",
    columns: [
      id, text("title"), integer("owner"), integer("team"), text("status"), integer("priority"),
      text("client"), real("amount"), text("request_date"), text("due_date"), text("note"),
    ], primaryKey: [0],
    foreignKeys: [key(2, to: "employees"), key(3, to: "teams")])

  static let taskWatchers = TableDefinition(
    "task_watchers", columns: [integer("task"), integer("user")], primaryKey: [0, 1],
    foreignKeys: [key(0, to: "tasks", .cascading), key(1, to: "employees")])

  static let comments = TableDefinition(
    "comments",
    columns: [
      id, integer("task"), integer("author"), integer("created_at"), integer("internal"),
      text("body"),
    ], primaryKey: [0],
    foreignKeys: [key(1, to: "tasks", .cascading), key(2, to: "employees")],
    indexes: [[1]])

  static let reminders = TableDefinition(
    "reminders",
    columns: [
      id, text("title"), integer("owner"), integer("task"), integer("remind_at"),
      text("participants"), text("channel"), integer("done"),
    ], primaryKey: [0],
    foreignKeys: [key(2, to: "employees"), key(3, to: "tasks", .settingNull)],
    indexes: [[3]])

  static let payables = TableDefinition(
    "payables",
    columns: [
      id, text("supplier"), text("description"), text("invoice"), real("amount"),
      text("due_date"), text("paid_on"), integer("approved_by"),
    ], primaryKey: [0],
    foreignKeys: [key(7, to: "employees")])

  static let receivables = TableDefinition(
    "receivables",
    columns: [
      id, integer("client_id"), text("description"), real("amount"), text("issued_on"),
      text("due_date"), text("paid_on"), text("status"),
    ], primaryKey: [0],
    foreignKeys: [key(1, to: "clients")])

  static let assets = TableDefinition(
    "assets",
    columns: [
      text("serial"), text("name"), integer("assigned_to"), text("bought_on"), real("cost"),
      text("tags"), text("script"),
    ], primaryKey: [0],
    foreignKeys: [key(2, to: "employees")])

  static let onCallRota = TableDefinition(
    "on-call rota",
    columns: [
      text("week of"), text("group"), integer("1st"), integer("2nd \"backup\""), real("R$/night"),
      text("observação"),
    ], primaryKey: [0],
    foreignKeys: [key(2, to: "employees"), key(3, to: "employees")])

  private static let id = integer("id")

  /// A column with the id of a record of another table.
  private static func key(
    _ column: Int, to table: String, _ deletion: TableDefinition.ForeignKey.Deletion = .refused
  ) -> TableDefinition.ForeignKey {
    .init([column], table: table, parents: ["id"], deletion: deletion)
  }

  private static func integer(_ name: String) -> TableDefinition.Column { .init(name, "INTEGER") }
  private static func real(_ name: String) -> TableDefinition.Column { .init(name, "REAL") }
  private static func text(_ name: String) -> TableDefinition.Column { .init(name, "TEXT") }
}
