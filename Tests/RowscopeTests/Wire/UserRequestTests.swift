import AccessProfiles
import RecordFilter
import Rowscope
import RowscopeModel
import Testing

@Suite struct UserRequestTests {
  private func request(_ json: String) throws -> UserRequest {
    try UserRequest(json: Array(json.utf8))
  }

  @Test func theUserIsAnIDOrAName() throws {
    #expect(try request(#"{"as": 7, "object_type": "tasks"}"#).user == 7)
    #expect(try request(#"{"object_type": "tasks", "as": "Ana"}"#).user == "Ana")
    #expect(try request(#"{"as": "7", "object_type": "tasks", "size": 3}"#).list?.size == 3)
  }

  @Test(arguments: [
    (#"{"object_type": "tasks"}"#, "required_key"),
    (#"{"as": null, "object_type": "tasks"}"#, "wrong_type"),
    (#"{"as": 7.0, "object_type": "tasks"}"#, "wrong_type"),
    (#"{"as": true, "object_type": "tasks"}"#, "wrong_type"),
    (#"{"as": ["Ana"], "object_type": "tasks"}"#, "wrong_type"),
    (#"{"as": {"id_user": 7, "profile": "admin"}, "object_type": "tasks"}"#, "wrong_type"),
    (#"{"as": 7, "as": 8, "object_type": "tasks"}"#, "duplicate_key"),
    (#"{"as": 7}"#, "required_key"), ("[]", "invalid_request"), ("7", "invalid_request"),
    (#"{"as": 7, "object_type": "tasks",}"#, "trailing_comma"),
    (#"{"as": 7, "object_type": "tasks"} {}"#, "trailing_text"),
  ])
  func everythingElseIsAnError(json: String, code: String) {
    #expect(throws: ServiceError.self) { try request(json) }
    do { _ = try request(json) } catch { #expect((error as? ServiceError)?.code.rawValue == code) }
  }

  /// A request may not state its user's profile, seat or type, nor the time.
  @Test(
    arguments: [
      "profile", "seat", "user_type", "type", "teams", "attributes", "invitations", "id_user",
      "name", "email", "user", "SEAT",
    ].map { ($0, "a request cannot describe its user") }
      + ["now", "today", "clock"].map { ($0, "a request cannot set the time") }
      + [("AS", "did you mean")])
  func aRequestCannotDescribeItsUser(key: String, hint: String) {
    let json = #"{"as": 7, "object_type": "tasks", "\#(key)": "admin"}"#
    for trust in [UserRequest.Trust(), .user] {
      do {
        _ = try UserRequest(json: Array(json.utf8), trusting: trust)
        Issue.record("it was read")
      } catch {
        #expect(error.code.rawValue == "unknown_key")
        #expect(error.message.contains("unknown key \"\(key)\""))
        #expect(error.hint?.hasPrefix(hint) == true, "\(error)")
      }
    }
  }

  @Test func aUserMayBeDescribedWhereThatIsTrusted() throws {
    let json = #"""
      {"as": {"id_user": 7, "profile": "p", "seat": "business", "user_type": "guest", "teams": [2],
        "attributes": {"a": 1}, "invitations": [{"table": "tasks"}]}, "object_type": "tasks"}
      """#
    let request = try UserRequest(json: Array(json.utf8), trusting: .user)
    #expect(
      request.describedUser
        == User(
          id: 7, profile: "p", seat: "no_code", userType: "guest", teams: [2],
          attributes: ["a": .scalar(1)], invitations: [Invitation(table: "tasks")]))
    #expect(request.user == 7)
    #expect(request.list?.table == "tasks")
    let known = try UserRequest(
      json: Array(#"{"as": 7, "object_type": "tasks"}"#.utf8), trusting: .user)
    #expect(known.describedUser == nil)
    for trust in [UserRequest.Trust(), .clock] {
      #expect(throws: ServiceError.self) {
        try UserRequest(json: Array(json.utf8), trusting: trust)
      }
    }
    for faulty in [
      #"{"profile": "p"}"#, #"{"id_user": 7, "seat": "x"}"#, #"{"id_user": 7, "admin": true}"#,
    ] {
      let json = #"{"as": \#(faulty), "object_type": "tasks"}"#
      #expect(throws: ServiceError.self) {
        try UserRequest(json: Array(json.utf8), trusting: .user)
      }
    }
  }

  @Test func theTimeMayBeGivenWhereThatIsTrusted() throws {
    let json = Array(#"{"as": 7, "object_type": "tasks", "now": 1795338000}"#.utf8)
    #expect(try UserRequest(json: json, trusting: .clock).now == 1_795_338_000)
    for trust in [UserRequest.Trust(), .user] {
      #expect(throws: ServiceError.self) { try UserRequest(json: json, trusting: trust) }
    }
    let word = Array(#"{"as": 7, "object_type": "tasks", "now": "today"}"#.utf8)
    #expect(throws: ServiceError.self) { try UserRequest(json: word, trusting: .clock) }
  }

  @Test func nestingOfAnyDepthIsAnError() {
    let json = #"{"as": 7, "object_type": "tasks", "filters": "#
    for text in [
      String(repeating: "[", count: 100_000),
      json + String(repeating: #"[{"not": "#, count: 10_000),
      json + String(repeating: #"{"a":"#, count: 100_000),
    ] {
      #expect(throws: ServiceError.self) { try request(text) }
    }
  }
}
