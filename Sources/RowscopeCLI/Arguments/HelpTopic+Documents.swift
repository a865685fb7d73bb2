import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel
import Workspaces

// MARK: - Workspaces

extension HelpTopic {
  private static let dateEncodings =
    "of dates: " + DateEncoding.named.map(\.name).joined(separator: ", ")
    + ", {\"unix\": 100} or a list; absent: iso"

  static let workspaceKeys: [Section] = [
    Section(
      heading: "workspace.json",
      rows: [
        (
          "database",
          "a SQLite database, a folder of CSV files, or {\"catalog\": PATH}; required"
        ), ("catalog", "in \"database\": the tables of a database that is elsewhere"),
        ("profiles", "{NAME: PATH}: the profiles that users may have; or a table of them"),
        ("users", "the path of users.json, the list itself, or a table of them"),
        ("tables", "{NAME: TABLE}: what the database's own schema does not say"),
        ("conditions", "{NAME: [CONDITION]}: conditions that profiles use by their names"),
        ("everywhere", "conditions of every table, one object or a list of them; see below"),
        ("pages", "[NAME]: the existing pages"),
        ("dashboards", "[NAME]: the existing dashboards"),
        ("seats", "{\"limit\": N}: how many seats the plan has"),
        ("limit", "in \"seats\": a whole number, 0 or more"),
        ("$schema", "the path of a JSON Schema, for editors: `rowscope schema --json workspace`"),
        ("null", "[TEXT]: which unquoted cells of CSV files are null, as \"NA\""),
        ("delimiter", "of CSV files: \",\", \";\", \"\\t\" or \"|\"; absent: found out"),
        ("time_zone", "an IANA name, \"UTC\" or an offset as \"-03:00\": when a day begins"),
        ("zone", "the zone of dates without an offset; absent: UTC"),
      ]),
    Section(
      heading: "A condition of every table",
      text: "What does not satisfy it is there for nobody: soft deletion, tenants.",
      rows: [
        ("tables", "[NAME]: the tables; [\"*\"] for all"),
        ("except", "[NAME]: tables that it is not of"),
        ("data", "[CONDITION]: what every record satisfies"),
      ]),
    Section(
      heading: "A table",
      rows: [
        ("label", "the name for people"),
        ("owner_field", "the field, or a path, that holds a record's owner"),
        ("team_field", "the field, or a path, that holds a record's team"),
        ("primary_key", "[COLUMN]: the key, of a CSV file"),
        ("null", "[TEXT]: as for the workspace, of a CSV file"),
        ("delimiter", "as for the workspace, of a CSV file"),
        ("fields", "{NAME: FIELD}"),
      ]),
    Section(
      heading: "A field",
      rows: [
        ("type", "one of " + FieldType.allCases.map(\.rawValue).joined(separator: ", ")),
        ("encoding", dateEncodings),
        (
          "zone",
          "of dates: an IANA name, an offset, or \"local\": the zone of texts without an offset"
        ),
        ("unix", "in an encoding, {\"unix\": N}: a second has N units, a power of ten"),
        ("layout", "of dates: the one form of all texts, as \"YYYY-MM-DD HH:MM:SS[.f]\""),
        ("form", "of UUIDs: \"text\", \"digits\" or \"blob\", if all are stored alike"),
        ("case", "of UUIDs with a form: \"lower\" or \"upper\"; absent: lower"),
        ("separator", "of many values in one text: the character between them"),
        ("member", "of many values: \"any\", \"number\" or \"text\": how they compare"),
        ("ignores_case", "flag, of text: compare without the case of ASCII letters"),
        (
          "relation",
          "{\"table\": NAME, \"field\": FIELD}: what the field, or each member, refers to; a list "
            + "of them for one of several tables"
        ),
        (
          "link",
          "{\"table\": NAME, \"record\": COLUMN, \"member\": COLUMN}: many values in a table"
        ),
        ("developer", "flag: only developer seats may write it"),
        ("column", "the SQL type of a column, of a CSV file"),
      ]),
    Section(
      heading: "A relation, a link",
      rows: [
        ("table", "the other table"),
        ("field", "the field of the other table that this one equals"),
        ("fields", "{FIELD: OTHER}: a composite key, in place of \"field\""),
        ("name", "what paths call the relation, in place of the field's name; in a list required"),
        ("tree", "flag: the relation of a table to itself leads to a record's parent in a tree"),
        ("where", "[CONDITION]: on the related record; one that fails them is none"),
        ("when", "{\"field\": FIELD, \"value\": VALUE}: only of records with this value"),
        ("value", "of \"when\": the value of this table's field"),
        ("record", "the column of the link's table that refers to the record; a list for several"),
        ("member", "the column of the link's table that holds the member"),
      ]),
    Section(
      heading: "users.json",
      text: "A list of users.",
      rows: [
        ("id_user", "a whole number or a text; required"), ("name", "a text"),
        ("email", "a text"),
        ("profile", "the name of a profile; without one the user has no data"),
        ("profiles", "[NAME] in place of it: what one gives, the user has; see the manual"),
        ("seat", Seat.allCases.map(\.name).joined(separator: ", ")),
        ("user_type", UserType.allCases.map(\.name).joined(separator: ", ")),
        ("time_zone", "the user's own, in place of the workspace's"),
        ("teams", "[ID]"), ("attributes", "{NAME: VALUE}: a value or a list of values each"),
        (
          "invitations",
          "[{\"table\": NAME, \"record\": KEY, \"mode\": MODE}]; without \"record\", to the table"
        ),
        ("mode", Invitation.Mode.allCases.map(\.rawValue).joined(separator: ", ")),
      ]),
  ]
}

// MARK: - Requests

extension HelpTopic {
  static let requestKeys: [Section] = [
    Section(
      heading: "A request",
      text: "Strict JSON: no comments, no trailing commas. A key that is null counts as absent.",
      code: [
        #"{"object_type": "tasks", "select": ["id", "title"], "sort": "due_date desc","#,
        #" "filters": [{"field": "priority", "operator": ">=", "value": 3}], "size": 20}"#,
      ],
      rows: [
        ("object_type", "the table; required"),
        (
          "select",
          "[FIELD]: the fields of the answer, with paths (client.name, client.*) and lists of "
            + "related records; absent: all visible fields"
        ),
        ("filters", "[CONDITION]: see `rowscope help operators`"),
        ("operator", "AND or OR: how the filters are joined; absent: AND"),
        ("search", "a text that one of the visible text fields contains, ignoring ASCII case"),
        ("sort", "\"due_date desc, title\"; then the primary key, so that the order is total"),
        ("size", "records of a page, from 1; absent: 100; at most 500"),
        ("$schema", "the path of a JSON Schema, for editors: `rowscope schema --json request`"),
        (
          "arguments",
          "in place of the keys, as Jestor's clients send them: [object_type, filters, size, page, "
            + "sort, select, fetch_type, operator]"
        ),
        ("page", "from 1"), ("after", "the cursor of the previous page, in place of \"page\""),
        ("count", ListRequest.Counting.allCases.map(\.rawValue).joined(separator: ", ")),
        (
          "may",
          "true: the answer says what the user may do with each record, in a list beside "
            + "\"items\": [\"edit\", \"delete\"]"
        ),
        (
          "scope",
          "true: the answer has a fingerprint of what the user's rules make of the request, for the "
            + "key of a cache"
        ),
        (
          "group_by",
          "[GROUPING]: the answer is a summary, with groups in place of records; \"sort\" names what "
            + "it shows"
        ),
        (
          "aggregates",
          "[AGGREGATE]: what a summary has of each group, or of all records; absent: [\"count\"]"
        ),
      ]),
    Section(
      heading: "A grouping",
      text: "The name of a field, or a period of a date.",
      code: [#"{"field": "due_date", "by": "month"}"#],
      rows: [
        ("field", "a field, or a path to one record; required"),
        ("by", SummaryRequest.Period.allCases.map(\.rawValue).joined(separator: ", ")),
        ("as", "the name in the answer; absent: due_date_month"),
      ]),
    Section(
      heading: "An aggregate",
      text: "\"count\", the number of records, or what is computed of a field.",
      code: [#"{"function": "sum", "field": "amount", "as": "total"}"#],
      rows: [
        (
          "function",
          SummaryRequest.Aggregate.Function.allCases.map(\.rawValue).joined(separator: ", ")
        ),
        ("field", "a field, or a path to one record"),
        ("as", "the name in the answer; absent: sum_amount"),
      ]),
    Section(
      heading: "A list of related records",
      code: [
        #"{"path": "comments", "select": ["text", "author.name"], "sort": "id desc", "size": 3}"#
      ],
      rows: [
        ("path", "the relation: comments, or client.tasks; required"),
        ("select", "as that of a request; absent: all visible fields"),
        ("sort", "as that of a request; absent: the primary key"),
        ("size", "the most records of each list, from 1; absent: 100; at most 500"),
      ]),
    Section(
      heading: "Other requests",
      code: [#"{"do": "get", "object_type": "tasks", "key": 7, "select": ["id", "title"]}"#],
      rows: [
        (
          "do",
          WireQuestion.Act.allCases.map(\.rawValue).joined(separator: ", ")
            + "; absent: list, or summarize"
        ),
        ("key", "of get, may, update, delete: the primary key, or a list of its values"),
        ("values", "of create, update: an object of fields"),
        ("if_unchanged", "of update, delete: values that fields must still have"),
        ("all", "of update, delete: true for all records, in place of key, filters and search"),
      ]),
    Section(
      heading: "With `rowscope serve`",
      rows: [
        ("as", "the user's id or whole name; with --trust user, a user as in users.json"),
        ("id", "a whole number or a text, repeated in the answer; required with --listen"),
        ("now", "with --trust clock, the time in Unix seconds"),
        ("narrowed_by", "with --trust narrowing, a profile that narrows the access, or a list"),
      ]),
    Section(
      heading: "An answer",
      code: [
        #"{"data":{"items":[{"id":7,"title":"Toner"}],"has_more":true,"next":"CURSOR"}}"#,
        #"{"data":{"message":"unknown field \"titel\" in table \"tasks\"","#,
        #" "code":"unknown_field"}}"#,
      ]),
  ]
}
