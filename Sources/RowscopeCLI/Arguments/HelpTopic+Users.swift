import RowscopeModel
import Workspaces

/// Users and profiles in the workspace's database.
extension HelpTopic {
  static let userTableKeys: [Section] = [
    Section(
      heading: "Users in a table",
      text: "What \"users\" is then, in place of a path. Columns of one table or view.",
      code: [
        #"{"table": "people", "id_user": "id", "name": "full_name", "profile": "role","#,
        #" "where": [{"field": "active", "value": 1}],"#,
        #" "teams": {"table": "memberships", "user": "user_id", "team": "team_id"}}"#,
      ],
      rows: [
        ("table", "the table with a row for each user; required"),
        ("id_user", "the column of the id; required"),
      ]
        + UserTables.Property.allCases.map { ($0.rawValue, "the column of the user's \($0.words)") }
        + [
          ("where", "[CONDITION]: which rows are users; may refer to now and today"),
          ("teams", "a list in a table, of \"team\""),
          ("profiles", "a list in a table, of \"profile\"; beside the column or in place of it"),
          ("attributes", "{NAME: COLUMN}, or {NAME: a list in a table, of \"value\"}"),
        ]),
    Section(
      heading: "A list in a table",
      text: "{\"table\": …, \"user\": …, \"team\": …}: a row for each value of each user.",
      rows: [
        ("table", "the table; required"),
        ("user", "the column that holds the user's id; required"),
        ("team", "the column of a team's id"), ("profile", "the column of a profile's name"),
        ("value", "the column of an attribute's value"),
        ("where", "[CONDITION]: which rows count; may refer to now and today"),
      ]),
    Section(
      heading: "Profiles in a table",
      text: "What \"profiles\" is then, in place of {NAME: PATH}.",
      code: [#"{"table": "roles", "name": "name", "document": "document"}"#],
      rows: [
        ("table", "the table with a row for each profile; required"),
        ("name", "the column of its name; required"),
        ("document", "the column of its document, a text in JSON; required"),
      ]),
  ]
}
