import RecordFilter
import Rowscope
import Testing

@Suite struct UserRequestTests {
  private func request(_ json: String) throws -> UserRequest {
    try UserRequest(json: Array(json.utf8))
  }

  @Test func theUserIsAnIDOrAName() throws {
    #expect(try request(#"{"as": 7, "object_type": "tasks"}"#).user == 7)
    #expect(try request(#"{"object_type": "tasks", "as": "Ana"}"#).user == "Ana")
    #expect(try request(#"{"as": "7", "object_type": "tasks", "size": 3}"#).list.size == 3)
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

  /// Who asks, what they may and when it is are not the request's to say.
  @Test(arguments: [
    "profile", "seat", "user_type", "type", "now", "today", "teams", "attributes", "id_user", "AS",
  ])
  func aRequestCannotNameWhatItsUserIs(key: String) {
    let json = #"{"as": 7, "object_type": "tasks", "\#(key)": "admin"}"#
    do {
      _ = try request(json)
      Issue.record("it was read")
    } catch {
      let error = error as? ServiceError
      #expect(error?.code.rawValue == "unknown_key")
      #expect(error?.message.contains("unknown key \"\(key)\"") == true)
    }
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
