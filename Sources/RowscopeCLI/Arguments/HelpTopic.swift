import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel
import Workspaces

/// A topic of `rowscope help` besides the commands: the keys of documents and requests.
enum HelpTopic: String, Sendable, CaseIterable {
  case operators, profile, workspace, catalogs, request, tests

  static let names = allCases.map(\.rawValue)

  struct Section: Sendable {
    let heading: String
    var text: String?
    /// Lines shown unchanged.
    var code: [String] = []
    /// Names and their meanings.
    var rows: [(name: String, meaning: String)] = []
  }

  var summary: String {
    switch self {
    case .operators: "Conditions: the operators and their aliases, groups, paths, references."
    case .profile: "The keys of a profile, and of a grant in it."
    case .workspace: "The keys of workspace.json and of users.json, and the field types."
    case .catalogs: "The keys of a catalog: a database's tables without its records."
    case .request: "The keys of a request for a list or a summary, and its answer."
    case .tests: "The keys of a file of tests: what users are expected to see and do."
    }
  }

  var sections: [Section] {
    switch self {
    case .operators: Self.conditions
    case .profile: Self.profileKeys
    case .workspace: Self.workspaceKeys + Self.userTableKeys
    case .catalogs: Self.catalogKeys
    case .request: Self.requestKeys
    case .tests: Self.testKeys
    }
  }
}

// MARK: - Operators

extension HelpTopic {
  private static let conditions: [Section] = [
    Section(
      heading: "A condition",
      text: "All conditions of a list must hold.",
      code: [
        #"{"field": "priority", "operator": ">=", "value": 3}"#,
        #"{"field": "owner", "reference": "id_user"}"#,
      ],
      rows: [
        ("field", "a field, or a path over relations; required"),
        ("operator", "one of those below; absent: =="),
        ("value", "the value to compare the field with, as the operator takes it"),
        ("reference", "in place of \"value\": something about the user, or the time"),
        (
          "other_field",
          "in place of \"value\": another field of the record, or a path to one record"
        ),
        (
          "type",
          "only in requests, for Jestor's clients: \"list\" splits a text at its commas"
        ),
      ]),
    Section(
      heading: "Operators",
      rows: Operator.allCases.map { ($0.rawValue, $0.explanation) }),
    Section(
      heading: "Groups",
      rows: [
        ("or", "{\"or\": [...]}: one of the conditions holds"),
        ("and", "{\"and\": [...]}: all of them hold"),
        ("not", "{\"not\": {...}}: the condition does not hold, also for null fields"),
      ]),
    Section(
      heading: "A condition by its name",
      rows: [
        ("condition", "in documents: {\"condition\": NAME}, one of the workspace's \"conditions\"")
      ]),
    Section(
      heading: "Fields",
      text:
        "A field of the table, or a path over relations: client.region is the region of the record "
        + "that \"client\" refers to, comments.body the body of one of the comments that refer to "
        + "the record. A path holds if such a related record exists. A path has up to "
        + "\(relationPathLimit) relations."
    ),
    Section(
      heading: "Related records",
      text:
        "Two conditions by one path may hold of two different records. Conditions on one and the "
        + "same record stand in \"where\", and their paths begin at its table.",
      code: [
        #"{"field": "comments", "operator": "some", "where": ["#,
        #"  {"field": "author", "reference": "id_user"}, {"field": "internal", "value": 1}]}"#,
      ],
      rows: [
        ("field", "a path of relations; required"),
        ("operator", "one of those below, in any case; required"),
        ("where", "a list of conditions; required"),
        ("some", "one related record satisfies them all"),
        ("none", "no related record does: the complement of \"some\""),
        ("every", "no related record fails them; true where there is none"),
      ]),
    Section(
      heading: "References",
      rows: Reference.names.compactMap { name in
        Reference(named: name).map { (name, $0.explanation) }
      } + [("attributes.NAME", Reference.attribute("NAME").explanation)]),
    Section(
      heading: "Limits",
      text:
        "Groups nest to \(Condition.nestingLimit) levels, a list has up to "
        + "\(Condition.listLimit) values, a window up to \(Condition.daysLimit) days."),
  ]
}

extension Operator {
  /// Its operand, its meaning and its aliases.
  fileprivate var explanation: String {
    let others = Operator.names.compactMap { name -> String? in
      guard name != rawValue, let meaning = Operator.named(name), meaning.operator == self else {
        return nil
      }
      return meaning.days.map { "\(name) (\($0), without a value)" } ?? name
    }
    let also = others.isEmpty ? "" : ". Also: " + others.joined(separator: ", ")
    return "\(operandShape.explanation): \(meaning)\(also)"
  }

  private var meaning: String {
    switch self {
    case .equal: "equal; null finds no value. A field of many values contains it"
    case .notEqual: "not equal, so true if there is no value"
    case .greater: "greater"
    case .greaterOrEqual: "greater or equal"
    case .less: "less"
    case .lessOrEqual: "less or equal"
    case .oneOf: "equal to one of them; an empty list matches nothing"
    case .noneOf: "equal to none of them, so true if there is no value"
    case .between: "low <= field <= high"
    case .notBetween: "outside, or without a value"
    case .contains: "contains the text; % and _ are literal"
    case .notContains: "does not contain it, or has no value"
    case .startsWith: "begins with the text"
    case .notStartsWith: "does not begin with it, or has no value"
    case .endsWith: "ends with the text"
    case .notEndsWith: "does not end with it, or has no value"
    case .isNull: "no value is stored"
    case .isNotNull: "a value is stored"
    case .isEmpty: "no value, or the empty text; for a field of many values, no member"
    case .isNotEmpty: "neither null nor empty"
    case .lastDays: "a date within the last N days, today included"
    case .nextDays: "a date within the next N days, today included"
    case .isUnder: "at this record of a tree, or anywhere below it"
    case .isNotUnder: "not so, or nowhere in the tree"
    }
  }
}

extension Operator.OperandShape {
  fileprivate var explanation: String {
    switch self {
    case .scalar: "one value"
    case .scalarOrNull: "one value or null"
    case .list: "a list, or a text with commas"
    case .scalarOrList: "one value, or a list of them"
    case .range: "[low, high]"
    case .text: "a text"
    case .days: "a whole number"
    case .none: "no value"
    }
  }
}

extension Reference {
  fileprivate var explanation: String {
    switch self {
    case .idUser: "the user's id"
    case .name: "the user's name"
    case .email: "the user's email address"
    case .seat: "the user's seat: member, no_code or developer"
    case .userType: "the user's type: admin, user or guest"
    case .profile: "the name of the user's profile; of several, a list"
    case .teams: "the list of the user's team ids; \"==\" means one of them"
    case .attribute: "an attribute of the user: one value or a list"
    case .now: "the request's time: 2026-11-22T09:00:00Z, or Unix seconds for a field of those"
    case .today: "the request's day: 2026-11-22, or the Unix second at which it begins"
    }
  }
}

// MARK: - Profiles

extension HelpTopic {
  private static let profileKeys: [Section] = [
    Section(
      heading: "A profile",
      text: "JSON with comments and trailing commas. A flag is 0, 1, false or true.",
      rows: Profile.Flag.allCases.map { ($0.rawValue, $0.explanation) } + [
        ("tables_enabled", "{NAME: GRANT}: tables that the user can access; \"*\" for the others"),
        ("tables_disabled", "[NAME]: tables that the user can never access; \"*\" for all"),
        ("pages_enabled", "{NAME: \"*\"}: the pages that the user can open"),
        ("pages_disabled", "[NAME]: pages that the user can never open"),
        ("dashboards_enabled", "{NAME: \"*\"}: the dashboards that the user can open"),
        ("dashboards_disabled", "[NAME]: dashboards that the user can never open"),
        ("default_tabs", "[SECTION]: the menu at the first login"),
        ("$schema", "the path of a JSON Schema, for editors: `rowscope schema --json profile`"),
        ("channel_read_only", "[ID]: chat channels that the user can only read"),
        (
          "direct_message_users",
          "[ID]: users whom the user may message; with neither list, everyone"
        ),
        ("direct_message_profiles", "[NAME]: profiles whose users the user may message"),
      ]),
    Section(
      heading: "A grant",
      text: "\"*\" for everything, or an object. Absent keys have the defaults below.",
      rows: [
        ("*", "\"*\": grants everything, for the other keys to narrow"),
        ("data", "[CONDITION]: the records that the user can access; absent: all"),
        ("edit_data", "[CONDITION]: which of these may be edited; absent: all"),
        ("delete_data", "[CONDITION]: which of these may be deleted; absent: all"),
        ("fields_excluded", "[FIELD]: fields that the user cannot see"),
        ("fields_readonly", "[FIELD]: fields that the user can see but not write"),
        ("presets", "{FIELD: PRESET}: set on the records that the user creates"),
      ] + Grant.Flag.allCases.map { ($0.rawValue, $0.explanation) }),
    Section(
      heading: "A preset",
      text: "Set where the request gives no value; another value is refused.",
      rows: [
        ("value", "a value or a list of values, as the field takes it"),
        ("reference", "in place of a value: what the user or the clock has"),
      ]),
    Section(
      heading: "A section of default_tabs",
      rows: [
        ("id", "a number or a text"), ("label", "what the menu shows"),
        ("items", "[{\"object\": NAME, \"label\": TEXT, \"type\": TYPE}]"),
        ("object", "the table, dashboard or page that an item opens"),
        (
          "type",
          "one of " + MenuItem.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            + "; a table is an object (a list) or a board"
        ),
      ]),
  ]
}

extension Profile.Flag {
  fileprivate var explanation: String {
    switch self {
    case .manageUsers: "flag: add users and change their access; absent: no"
    case .createTable: "flag: create tables; absent: no"
    case .createDashboard: "flag: create dashboards; absent: no"
    }
  }
}

extension Grant.Flag {
  fileprivate var explanation: String {
    switch self {
    case .canCreate: "flag: create records; absent: no"
    case .canEdit: "flag: edit records; absent: yes"
    case .canDelete: "flag: delete records; absent: no"
    case .createComment: "flag: comment on records; absent: yes"
    case .manageStructure: "flag: add, rename and drop fields; absent: no"
    case .keepInScope:
      "flag: what the user writes must satisfy data; absent: yes to create, no to edit"
    }
  }
}
