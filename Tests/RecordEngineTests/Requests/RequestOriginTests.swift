import RecordFilter
import RowscopeModel
import Testing

@testable import RecordEngine

/// Requests have different fingerprints unless a page of one can continue the other.
@Suite struct RequestOriginTests {
  private static let requests = [
    "", #""search": "a""#, #""search": "b""#, #""sort": "a""#, #""sort": "b""#,
    #""sort": "a desc""#,
    #""sort": "a, b""#, #""sort": "b, a""#,
    #""filters": [{"field": "a", "value": 1}]"#, #""filters": [{"field": "a", "value": 2}]"#,
    #""filters": [{"field": "b", "value": 1}]"#, #""filters": [{"field": "a", "value": "1"}]"#,
    #""filters": [{"field": "a", "operator": "!=", "value": 1}]"#,
    #""filters": [{"field": "a", "operator": "is null"}]"#,
    #""filters": [{"not": {"field": "a", "value": 1}}]"#,
    #""filters": [{"field": "a", "value": 1}, {"field": "b", "value": 1}]"#,
    #""filters": [{"field": "a", "value": 1}, {"field": "b", "value": 1}], "operator": "OR""#,
    #""filters": [{"or": [{"field": "a", "value": 1}, {"field": "b", "value": 1}]}]"#,
    #""filters": [{"and": [{"field": "a", "value": 1}, {"field": "b", "value": 1}]}]"#,
    #""filters": [{"field": "a", "operator": "in", "value": [1, 2]}]"#,
    #""filters": [{"field": "a", "operator": "in", "value": [1, 3]}]"#,
    #""filters": [{"field": "a", "operator": "between", "value": [1, 2]}]"#,
    #""filters": [{"field": "a", "operator": "between", "value": [0, 2]}]"#,
    #""filters": [{"field": "a", "operator": "between", "value": [1, 3]}]"#,
    #""filters": [{"field": "a", "operator": "last days", "value": 7}]"#,
    #""filters": [{"field": "a", "operator": "last days", "value": 8}]"#,
    // The same tests in the same order, grouped differently.
    #""filters": [{"or": [{"and": [{"field": "a", "value": 1}, {"field": "b", "value": 1}]}, {"field": "c", "value": 1}]}]"#,
    #""filters": [{"or": [{"and": [{"field": "a", "value": 1}, {"field": "b", "value": 1}, {"field": "c", "value": 1}]}]}]"#,
    #""filters": [{"or": [{"and": [{"field": "a", "value": 1}]}, {"field": "b", "value": 1}, {"field": "c", "value": 1}]}]"#,
    #""filters": [{"field": "a", "reference": "id_user"}]"#,
    #""filters": [{"field": "a", "reference": "now"}]"#,
  ]

  private func origin(
    _ clause: String = "", user: Value = 1, profile: [UInt8] = [1], table: Name = "t",
    key: [UInt8] = []
  ) throws -> RequestOrigin {
    let separator = clause.isEmpty ? "" : ", "
    return RequestOrigin(
      request: try ListRequest(json: Array(#"{"object_type": "t"\#(separator)\#(clause)}"#.utf8)),
      user: user,
      profile: Fingerprint(profile), table: table, key: key)
  }

  @Test func everyDifferenceChangesTheFingerprint() throws {
    var origins = try Self.requests.map { try origin($0) }
    origins += [
      try origin(user: 2), try origin(user: "1"), try origin(user: .null), try origin(profile: [2]),
      try origin(table: "u"), try origin(key: [1]),
    ]
    #expect(Set(origins.map(\.fingerprint)).count == origins.count)
    for (origin, again) in zip(origins, try Self.requests.map { try self.origin($0) }) {
      #expect(origin.fingerprint == again.fingerprint)
      #expect(origin.fingerprint == origin.fingerprint)
    }
  }

  /// Clauses that may change from page to page.
  @Test(arguments: [#""select": ["a"]"#, #""size": 3"#, #""count": "exact""#])
  func clausesThatDoNotMatter(clause: String) throws {
    #expect(try origin(clause).fingerprint == origin().fingerprint)
  }
}
