import DataFiles
import RecordFilter
import RowscopeModel
import Workspaces

extension JSONSchema {
  // MARK: Workspaces

  static let workspace = object(
    [
      (
        "database",
        either([
          text,
          object([("catalog", text)], required: ["catalog"], topic: .workspace, "workspace.json"),
        ])
      ), ("profiles", either([map(to: text), profileTable])),
      ("users", either([text, list(of: reference("user")), userTables])),
      ("tables", map(to: table)),
      ("conditions", map(to: reference("conditions"))),
      ("everywhere", either([everywhere, list(of: everywhere)])),
      ("pages", list(of: text)), ("dashboards", list(of: text)), ("null", list(of: text)),
      ("delimiter", delimiter),
      (
        "seats",
        object([("limit", wholeNumber)], topic: .workspace, "workspace.json")
      ),
      ("time_zone", text), ("zone", text),
    ], required: ["database"], topic: .workspace, "workspace.json", isRoot: true)

  private static let everywhere = object(
    [
      ("tables", list(of: text)), ("except", list(of: text)), ("data", reference("conditions")),
    ], required: ["tables", "data"], topic: .workspace, "A condition of every table")

  private static let delimiter = choice(
    CSVDialect.delimiters.map { String(decoding: [$0.byte], as: UTF8.self) })

  private static let table = object(
    [
      ("label", text), ("owner_field", text), ("team_field", text), ("primary_key", list(of: text)),
      ("null", list(of: text)), ("delimiter", delimiter), ("fields", map(to: field)),
    ], topic: .workspace, "A table")

  private static let encoding = either([
    choice(DateEncoding.named.map(\.name)),
    object([("unix", wholeNumber)], required: ["unix"], topic: .workspace, "A field"),
  ])

  private static let relation =
    object(
      [
        ("table", text), ("field", text), ("name", text), ("fields", map(to: text)), ("tree", flag),
        ("where", list(of: reference("condition"))),
        (
          "when",
          object(
            [("field", text), ("value", scalar)], required: ["field", "value"],
            topic: .workspace, "A relation, a link")
        ),
      ],
      required: ["table"], topic: .workspace, "A relation, a link")

  /// What a field may declare; a new key of fields is added here.
  private static let field = object(
    [
      ("type", choice(FieldType.allCases.map(\.rawValue))),
      ("encoding", either([encoding, list(of: encoding)])), ("zone", text), ("layout", text),
      ("form", choice(["text", "digits", "blob"])), ("case", choice(["lower", "upper"])),
      ("separator", text), ("member", choice(["any", "number", "text"])), ("ignores_case", flag),
      (
        "relation",
        either([relation, list(of: relation)])
      ),
      (
        "link",
        object(
          [("table", text), ("record", either([text, list(of: text)])), ("member", text)],
          required: ["table", "record", "member"], topic: .workspace, "A relation, a link")
      ),
      ("developer", flag), ("column", text),
    ], topic: .workspace, "A field")

  // MARK: Users

  /// - Parameter value: the key that names the column of the values.
  private static func userList(_ value: String) -> JSONSchema {
    object(
      [
        ("table", text), ("user", text), (value, text), ("where", reference("conditions")),
      ], required: ["table", "user", value], topic: .workspace, "A list in a table")
  }

  private static let userTables = object(
    [("table", text), ("id_user", text)]
      + UserTables.Property.allCases.map { ($0.rawValue, text) }
      + [
        ("where", reference("conditions")), ("teams", userList("team")),
        ("profiles", userList("profile")),
        ("attributes", map(to: either([text, userList("value")]))),
      ], required: ["table", "id_user"], topic: .workspace, "Users in a table")

  private static let profileTable = object(
    [("table", text), ("name", text), ("document", text)],
    required: ["table", "name", "document"], topic: .workspace, "Profiles in a table")

  private static let scalar = JSONSchema(
    members: [("type", .strings(["string", "number", "boolean", "null"]))])

  /// Absent, as programs write it.
  private static func optional(_ schema: JSONSchema) -> JSONSchema {
    either([schema, type("null")])
  }

  static let users: [Definition] = [
    (
      "user",
      object(
        [
          ("id_user", identifier), ("name", optional(text)), ("email", optional(text)),
          ("profile", optional(text)), ("profiles", optional(list(of: text))),
          ("seat", optional(suggestion(Seat.allCases.map(\.name)))),
          ("time_zone", optional(text)),
          ("user_type", optional(suggestion(UserType.allCases.map(\.name)))),
          ("teams", optional(list(of: identifier))),
          ("attributes", optional(map(to: either([scalar, list(of: scalar)])))),
          ("invitations", optional(list(of: reference("invitation")))),
        ], required: ["id_user"], topic: .workspace, "users.json")
    ),
    (
      "invitation",
      object(
        [
          ("table", text), ("record", either([identifier, list(of: identifier)])),
          ("mode", choice(Invitation.Mode.allCases.map(\.rawValue))),
        ], required: ["table"], topic: .workspace, "users.json")
    ),
  ]
}
