import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel
import Testing

private func profile(_ text: String) throws(Diagnostics) -> Profile {
  try Profile(document: SourceDocument(name: "profile.json", text: text))
}

/// The codes of all diagnostics of a document: the errors, or else the warnings.
private func problems(_ text: String) -> [String] {
  do throws(Diagnostics) {
    return try profile(text).warnings.map(\.code.rawValue)
  } catch {
    return error.list.map(\.code.rawValue)
  }
}

/// The rights of a grant by their keys.
private func rights(_ grant: Grant) -> Set<String> {
  let rights = [
    ("can_create", grant.canCreate), ("can_edit", grant.canEdit), ("can_delete", grant.canDelete),
    ("create_comment", grant.createComment), ("manage_structure", grant.manageStructure),
    ("keep_in_scope", grant.keepInScope == true),
  ]
  return Set(rights.filter(\.1).map(\.0))
}

@Suite struct ProfileTests {
  @Test func `the whole document`() throws {
    let profile = try profile(
      """
      // What a support agent sees.
      {
        "manage_users": 0, "create_table": true, "create_dashboard": 1,
        "tables_enabled": {
          "tasks": {
            "data": [
              {"field": "owner", "reference": "id_user"},
              {"field": "status", "operator": "!=", "value": "Done"}, /* a comma too many: */
            ],
            "fields_excluded": ["request_date"], "fields_readonly": ["client", "priority"],
            "can_create": 1, "can_edit": 0, "can_delete": true, "create_comment": false,
            "manage_structure": 1, "keep_in_scope": 1
          },
          "reminders": {"*": "*"},
          "*": {}
        },
        "tables_disabled": ["payables"],
        "pages_enabled": {"handbook": "*"}, "pages_disabled": ["*"],
        "dashboards_enabled": {"*": "*"}, "dashboards_disabled": ["sales"],
        "default_tabs": [
          {"id": 1, "label": "Work", "items": [
            {"object": "tasks", "label": "Tasks", "type": "board"},
            {"object": "handbook", "type": "page"}]},
          {"id": "b"}
        ],
        "channel_read_only": [3, "general"],
        "direct_message_users": [], "direct_message_profiles": ["support"]
      }
      """)
    #expect(!profile.manageUsers && profile.createTable && profile.createDashboard)
    let tasks = try #require(profile.grant(forTable: "Tasks"))
    #expect(tasks.conditions.count == 2)
    #expect(tasks.fieldsExcluded.map(\.value) == ["request_date"])
    #expect(tasks.fieldsReadonly.map(\.value) == ["client", "priority"])
    #expect(rights(tasks) == ["can_create", "can_delete", "manage_structure", "keep_in_scope"])
    #expect(profile.tablesEnabled.entries.map(\.name.value) == ["tasks", "reminders"])
    #expect(profile.grant(forTable: "payables") == nil)
    #expect(profile.grant(forTable: "anything").map(rights) == ["can_edit", "create_comment"])
    #expect(!profile.pages.allows("handbook"))
    #expect(profile.dashboards.allows("costs") && !profile.dashboards.allows("SALES"))
    #expect(profile.defaultTabs.map(\.id) == [1, "b"])
    #expect(profile.defaultTabs[0].items.map(\.kind) == [.board, .page])
    #expect(profile.defaultTabs[0].items.map(\.label) == ["Tasks", nil])
    #expect(profile.channelReadOnly.map(\.value) == [3, "general"])
    #expect(profile.directMessageUsers?.map(\.value) == [])
    #expect(profile.directMessageProfiles?.map(\.value) == ["support"])
    #expect(profile.warnings.map(\.code) == [.contradiction])
  }

  @Test func `everything absent is denied, except messages`() throws {
    let profile = try profile("{}")
    #expect(!profile.manageUsers && !profile.createTable && !profile.createDashboard)
    #expect(profile.grant(forTable: "tasks") == nil)
    #expect(!profile.pages.allows("handbook") && !profile.dashboards.allows("sales"))
    #expect(profile.defaultTabs.isEmpty && profile.channelReadOnly.isEmpty)
    #expect(profile.directMessageUsers == nil && profile.directMessageProfiles == nil)
    #expect(profile.warnings.isEmpty)
  }

  static let all: Set<String> = [
    "can_create", "can_edit", "can_delete", "create_comment", "manage_structure",
  ]

  static let grants: [(String, Set<String>)] = [
    (#""*""#, all), (#"{"*":"*"}"#, all), ("{}", ["can_edit", "create_comment"]),
    (#"{"can_edit":0}"#, ["create_comment"]),
    (#"{"can_create":1,"create_comment":0}"#, ["can_edit", "can_create"]),
    (#"{"*":"*","can_delete":0}"#, all.subtracting(["can_delete"])),
    (#"{"can_edit":false,"*":"*"}"#, all.subtracting(["can_edit"])),
    (#"{"*":"*","keep_in_scope":1}"#, all.union(["keep_in_scope"])),
    (#"{"*":"*","fields_excluded":["a"],"data":[{"field":"b","value":1}]}"#, all),
  ]

  @Test(arguments: grants)
  func `what a grant gives`(text: String, given: Set<String>) throws {
    // Both for a table of its own and as the grant of all other tables.
    for name in ["tasks", "*"] {
      let profile = try profile("{\"tables_enabled\":{\"\(name)\":\(text)}}")
      let grant = try #require(profile.grant(forTable: "TASKS"))
      #expect(rights(grant) == given)
      #expect(grant.startsFromEverything == text.contains("*"))
      #expect(grant.conditions.count == (text.contains("data") ? 1 : 0))
      #expect(grant.fieldsExcluded.count == (text.contains("excluded") ? 1 : 0))
      #expect(profile.warnings.isEmpty)
    }
  }

  @Test(arguments: [
    (#""tables_enabled":{"*":"*"}"#, true), (#""tables_enabled":{"TASKS":"*"}"#, true),
    (#""tables_enabled":{"other":"*"}"#, false), (#""tables_enabled":{}"#, false),
    (#""tables_enabled":{"*":"*"},"tables_disabled":["Tasks"]"#, false),
    (#""tables_enabled":{"*":"*"},"tables_disabled":["*"]"#, false),
    (#""tables_enabled":{"tasks":"*"},"tables_disabled":["x","*"]"#, false),
    (#""tables_enabled":{"tasks":"*"},"tables_disabled":["task"]"#, true),
    (#""tables_disabled":[]"#, false),
  ])
  func `restrictions are stronger than permissions`(text: String, reached: Bool) throws {
    #expect((try profile("{\(text)}").grant(forTable: "tasks") != nil) == reached)
    let pages = text.replacing("tables_", with: "pages_")
    #expect(try profile("{\(pages)}").pages.allows("tasks") == reached)
    let dashboards = text.replacing("tables_", with: "dashboards_")
    #expect(try profile("{\(dashboards)}").dashboards.allows("tasks") == reached)
  }

  @Test(arguments: [
    (#"{"tables_enabled":["tasks"]}"#, #"write {"tasks": "*"}"#),
    (#"{"tables_enabled":"*"}"#, #"write {"*": "*"}"#),
    (#"{"tables_enabled":{"a":{"data":{"field":"b","value":1}}}}"#, "write [{…}], in brackets"),
    (#"{"tables_enabled":{"a":{"fields_excluded":"b"}}}"#, #"write ["b"]"#),
    (
      #"{"fields_excluded":["b"]}"#,
      #"it is a key of a table's grant: {"tables_enabled": {"TABLE": {"fields_excluded": …}}}"#
    ),
    (
      #"{"tables_enabled":{"a":{"tables_disabled":[]}}}"#,
      #"it is a key of the profile, beside "tables_enabled""#
    ),
  ])
  func `a value of another shape shows how it is meant`(text: String, hint: String) throws {
    do throws(Diagnostics) {
      _ = try profile(text)
      Issue.record("no mistake in \(text)")
    } catch {
      #expect(error.list.map(\.hint) == [hint])
    }
  }

  static let mistakes: [(String, String)] = [
    ("[]", "wrong_type"), ("1", "wrong_type"), ("", "empty_document"),
    (#"{"manage_users":2}"#, "bad_flag"), (#"{"manage_users":"1"}"#, "bad_flag"),
    (#"{"manage_users":null}"#, "bad_flag"), (#"{"manage_users":1.0}"#, "bad_flag"),
    (#"{"Manage_users":1}"#, "unknown_key"), (#"{"tables_enabled":"*"}"#, "wrong_type"),
    (#"{"tables_enabled":["tasks"]}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":1}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":"all"}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":null}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"*":1}}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"x":1}}}"#, "unknown_key"),
    (#"{"tables_enabled":{"a":{"data":{}}}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"fields_excluded":"b"}}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"edit_data":{}}}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"can_delete":1,"delete_data":[{"or":[]}]}}}"#, "empty_group"),
    (#"{"tables_enabled":{"a":{"can_create":1,"presets":["b"]}}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":1}}}}"#, "wrong_type"),
    (#"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{}}}}}"#, "missing_operand"),
    (#"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{"values":1}}}}}"#, "unknown_key"),
    (
      #"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{"value":1,"reference":"name"}}}}}"#,
      "unexpected_operand"
    ),
    (#"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{"value":{}}}}}}"#, "wrong_type"),
    (
      #"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{"reference":"user"}}}}}"#,
      "unknown_reference"
    ),
    (#"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{"reference":7}}}}}"#, "wrong_type"),
    (
      #"{"tables_enabled":{"a":{"can_create":1,"presets":{"b":{"value":1},"B":{"value":1}}}}}"#,
      "duplicate_name"
    ),
    (#"{"tables_enabled":{"a":{"fields_excluded":[1,"b",null]}}}"#, "wrong_type,wrong_type"),
    (#"{"tables_enabled":{"a":{"fields_excluded":["b","B"]}}}"#, "repeated_name"),
    (
      #"{"tables_enabled":{"a":{"fields_excluded":["b"],"fields_readonly":["B"]}}}"#,
      "contradiction"
    ),
    (#"{"tables_enabled":{"a":"*","A":"*"}}"#, "duplicate_name"),
    (#"{"tables_enabled":{"a":"*","a":"*"}}"#, "duplicate_key"),
    (#"{"pages_enabled":{"a":"*","A":"*","É":"*","é":"*"}}"#, "duplicate_name"),
    (#"{"tables_enabled":{}}"#, "empty_map"), (#"{"pages_enabled":{}}"#, "empty_map"),
    (#"{"pages_enabled":{"a":{}}}"#, "wrong_type"), (#"{"pages_enabled":["a"]}"#, "wrong_type"),
    (#"{"tables_disabled":"*"}"#, "wrong_type"), (#"{"tables_disabled":{"*":"*"}}"#, "wrong_type"),
    (#"{"tables_disabled":[1]}"#, "wrong_type"),
    (#"{"tables_disabled":["a","A"]}"#, "repeated_name"),
    (#"{"tables_enabled":{"a":"*"},"tables_disabled":["A"]}"#, "contradiction"),
    (#"{"tables_enabled":{"a":"*"},"tables_disabled":["*"]}"#, "contradiction"),
    (#"{"default_tabs":{}}"#, "wrong_type"), (#"{"default_tabs":[1]}"#, "wrong_type"),
    (#"{"default_tabs":[{"id":1.5}]}"#, "wrong_type"),
    (#"{"default_tabs":[{"lable":"a"}]}"#, "unknown_key"),
    (#"{"default_tabs":[{"items":[{}]}]}"#, "required_key,required_key"),
    (#"{"default_tabs":[{"items":[{"object":"a","type":"list"}]}]}"#, "unknown_item_type"),
    (#"{"default_tabs":[{"items":[{"object":"a","tpye":"page"}]}]}"#, "unknown_key"),
    (#"{"channel_read_only":[null]}"#, "wrong_type"), (#"{"channel_read_only":3}"#, "wrong_type"),
    (#"{"direct_message_users":"*"}"#, "wrong_type"),
    (#"{"direct_message_profiles":[1.5]}"#, "wrong_type"),
  ]

  @Test(arguments: mistakes)
  func `each mistake has its code`(text: String, codes: String) {
    #expect(problems(text).joined(separator: ",") == codes)
  }

  @Test(arguments: [
    (#""can_create":1,"presets":{"b":{"value":1}}"#, 0), (#""presets":{"b":{"value":1}}"#, 1),
    (#""edit_data":[]"#, 0), (#""edit_data":[],"can_edit":0"#, 1), (#""delete_data":[]"#, 1),
    (#""*":"*","delete_data":[],"presets":{}"#, 0),
  ])
  func `narrowing a right that is not given has a warning`(grant: String, count: Int) throws {
    let warnings = try profile("{\"tables_enabled\":{\"a\":{\(grant)}}}").warnings
    #expect(warnings.map(\.code) == Array(repeating: .contradiction, count: count))
  }

  @Test func `ten mistakes are ten diagnostics, each with its line and caret`() throws {
    let text = #"""
      {
        "manage_users": 2,
        "tables_enabled": {
          "tasks": {
            "data": [
              {"field": "owner", "reference": "user_id"},
              {"field": "status", "operator": "betwen", "value": ["a", "b"]},
              {"field": "priority", "operator": "in", "value": 3},
              {"or": []}
            ],
            "field_excluded": ["request_date"],
            "can_edit": "yes"
          },
          "tasks": "*",
          "TASKS": "*"
        },
        "tables_disabled": [7],
      }
      """#
    var diagnostics: Diagnostics?
    do throws(Diagnostics) { _ = try profile(text) } catch { diagnostics = error }
    let found = try #require(diagnostics)
    #expect(
      found.list.map(\.code.rawValue) == [
        "bad_flag", "unknown_reference", "unknown_operator", "wrong_operand", "empty_group",
        "unknown_key", "bad_flag", "duplicate_key", "duplicate_name", "wrong_type",
      ])
    #expect(
      found.list.map { found.source.position(of: $0.range.lowerBound).line } == [
        2, 6, 7, 8, 9, 11, 12, 14, 15, 17,
      ])
    #expect(
      found.description.contains(
        """
        profile.json:11:7: error: unknown key "field_excluded"
                "field_excluded": ["request_date"],
                ^^^^^^^^^^^^^^^^
          did you mean "fields_excluded"?

        """))
    #expect(found.description.split(separator: "\n").filter { $0.contains("^") }.count == 10)
  }

  @Test func `warnings accompany errors, and stand alone only on success`() {
    #expect(problems(#"{"pages_enabled":{},"x":1}"#) == ["empty_map", "unknown_key"])
  }

  @Test func `the newly created profile is what its document says`() throws {
    let profile = Profile.newlyCreated
    let read = try Profile(document: profile.source)
    for profile in [profile, read] {
      #expect(profile.grant(forTable: "any").map(rights) == Self.all)
      #expect(profile.grant(forTable: "any")?.conditions.isEmpty == true)
      #expect(profile.pages.allows("any") && profile.dashboards.allows("any"))
      #expect(!profile.manageUsers && !profile.createTable && !profile.createDashboard)
      #expect(profile.directMessageUsers == nil && profile.directMessageProfiles == nil)
    }
  }

  @Test func `names keep their place`() throws {
    let text = #"{"tables_enabled":{"a":{"fields_excluded":["b"]}},"tables_disabled":["c","*"]}"#
    let profile = try profile(text)
    func written(_ range: Range<Int>?) -> String? {
      range.map { String(decoding: profile.source.bytes[$0], as: UTF8.self) }
    }
    let entry = try #require(profile.tablesEnabled.entry(named: "A"))
    #expect(written(entry.name.range) == "\"a\"")
    #expect(written(entry.grant.range) == #"{"fields_excluded":["b"]}"#)
    #expect(written(entry.grant.fieldsExcluded.first?.range) == "\"b\"")
    #expect(written(profile.tablesDisabled.entry(named: "C")?.range) == "\"c\"")
    #expect(written(profile.tablesDisabled.wildcard) == "\"*\"")
  }
}
