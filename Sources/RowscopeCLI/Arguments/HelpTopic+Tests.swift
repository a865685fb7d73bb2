extension HelpTopic {
  static let testKeys: [Section] = [
    Section(
      heading: "A file of tests",
      text: "tests/NAME.json beside the workspace, which `rowscope test` runs.",
      code: [
        #"{"now": "2026-11-22T09:00:00Z", "tests": ["#,
        #"  {"name": "Bia sees no request dates", "as": 3, "table": "tasks","#,
        #"   "hidden": ["request_date"], "rights": ["edit", "comment"]},"#,
        #"  {"as": "Bia Fontes", "table": "tasks", "record": 35, "readonly": ["client"]},"#,
        #"  {"as": 3, "table": "payables", "denied": true}"#,
        #"]}"#,
      ],
      rows: [
        ("tests", "the tests; required"),
        ("$schema", "the path of a JSON Schema, for editors"),
        ("now", "the time of the tests, with its zone; the clock's if absent"),
        (
          "rows",
          "rows by table, which the tests are run on in place of those of the database: "
            + #"{"tasks": [{"id": 1, "owner": 3}]}"#
        ),
      ]),
    Section(
      heading: "A test",
      rows: [
        ("name", "for its line; the place in the file if absent"),
        ("as", "a user's id or name, or a user as in users.json; required"),
        ("table", "the table that it is about"),
        ("record", "one record of it: its primary key, of several fields a list"),
        ("request", "in place of a table: a request for a list"),
      ]),
    Section(
      heading: "What it expects",
      text: "At least one of these. Lists are complete: what is not in them is not expected.",
      rows: [
        (
          "records",
          "the primary keys of the records that the user sees, in any order; in the request's, "
            + "where it sorts"
        ),
        ("count", "how many they are"),
        ("hidden", "the fields that the user does not see, in the table or the record"),
        ("readonly", "the fields that the user sees and does not write"),
        (
          "rights",
          "in a table: create, edit, delete, comment, manage_structure, manage_developer_fields; of "
            + "a record: edit, delete"
        ),
        ("denied", "true for a table, a record or a request that the user has no access to"),
      ]),
  ]
}
