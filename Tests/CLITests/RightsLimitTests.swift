import Foundation
import RecordFilter
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

/// Every right under every limit, through the command line.
@Suite("Rights and limits")
struct RightsLimitTests {
  /// What remains of a profile that gives everything under a seat, a user type and an invitation,
  /// written out: create, edit, delete, comment, structure, developer fields.
  struct Limit: Sendable, CustomTestStringConvertible {
    let seat: String
    let type: String
    let invitation: String
    let rights: String

    init(_ seat: String, _ type: String, _ invitation: String, _ rights: String) {
      (self.seat, self.type, self.invitation, self.rights) = (seat, type, invitation, rights)
    }

    init(_ seat: String, _ type: String, _ rights: String) {
      self.init(seat, type, "", rights)
    }

    var testDescription: String { "seat \(seat), type \(type), invitation \(invitation)" }

    var user: String {
      var members = ["\"id_user\": 7", "\"profile\": \"everything\""]
      if seat != "-" { members.append("\"seat\": \"\(seat)\"") }
      if type != "-" { members.append("\"user_type\": \"\(type)\"") }
      if !invitation.isEmpty { members.append("\"invitations\": [\(invitation)]") }
      return "[{\(members.joined(separator: ", "))}]"
    }
  }

  private static let submit = #"{"table": "tasks", "mode": "submit"}"#
  private static let view = #"{"table": "tasks", "mode": "submit_and_view"}"#
  private static let edit = #"{"table": "tasks"}"#
  private static let oneToSee = #"{"table": "tasks", "record": 2, "mode": "submit_and_view"}"#
  private static let oneToEdit = #"{"table": "tasks", "record": 2}"#

  static let limits: [Limit] = [
    //      seat         type      invitation  create edit delete comment structure developer
    Limit("-", "-", "yes yes yes yes yes no"),
    Limit("member", "-", "yes yes yes yes no no"),
    Limit("no_code", "-", "yes yes yes yes yes no"),
    Limit("developer", "-", "yes yes yes yes yes yes"),
    Limit("-", "admin", "yes yes yes yes yes no"),
    Limit("member", "admin", "yes yes yes yes no no"),
    Limit("no_code", "admin", "yes yes yes yes yes no"),
    Limit("developer", "admin", "yes yes yes yes yes yes"),
    Limit("-", "user", "yes yes yes yes yes no"),
    Limit("member", "user", "yes yes yes yes no no"),
    Limit("no_code", "user", "yes yes yes yes yes no"),
    Limit("developer", "user", "yes yes yes yes yes yes"),
    Limit("-", "guest", "no no no no no no"),
    Limit("developer", "guest", "no no no no no no"),
    Limit("-", "guest", submit, "yes no no no no no"),
    Limit("-", "guest", view, "yes no no no no no"),
    Limit("-", "guest", edit, "yes yes no no no no"),
    Limit("-", "guest", oneToSee, "no no no no no no"),
    Limit("-", "guest", oneToEdit, "no yes no no no no"),
    Limit("member", "guest", edit, "yes yes no no no no"),
    Limit("no_code", "guest", edit, "yes yes no no no no"),
    Limit("developer", "guest", edit, "yes yes no no no no"),
  ]

  /// The grants of a profile: everything, everything but one right, and a single right.
  static let grants: [(grant: String, rights: String)] = [
    (#""*""#, "yes yes yes yes yes yes"),
    (#"{"*": "*", "can_create": 0}"#, "no yes yes yes yes yes"),
    (#"{"*": "*", "can_edit": 0}"#, "yes no yes yes yes yes"),
    (#"{"*": "*", "can_delete": 0}"#, "yes yes no yes yes yes"),
    (#"{"*": "*", "create_comment": 0}"#, "yes yes yes no yes yes"),
    (#"{"*": "*", "manage_structure": 0}"#, "yes yes yes yes no no"),
    (#"{"can_edit": 0, "create_comment": 0}"#, "no no no no no no"),
    (#"{"can_edit": 0, "create_comment": 0, "manage_structure": 1}"#, "no no no no yes yes"),
  ]

  private static func workspace(_ user: String, grant: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.sql(
      """
      CREATE TABLE tasks (id INTEGER PRIMARY KEY, owner INTEGER, script TEXT, title TEXT);
      INSERT INTO tasks VALUES (1, 7, 'a', 'x'), (2, 8, 'b', 'y'), (3, NULL, 'c', 'z');
      """, on: "tasks.sqlite")
    try folder.write(#"{"tables_enabled": {"tasks": \#(grant)}}"#, to: "everything.json")
    try folder.write(user, to: "users.json")
    try folder.write(
      """
      {"database": "tasks.sqlite", "users": "users.json",
        "profiles": {"everything": "everything.json"},
       "tables": {"tasks": {"owner_field": "owner", "fields": {"script": {"developer": true}}}}}
      """, to: "workspace.json")
    return folder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  private struct Report: Decodable {
    struct Table: Decodable {
      var fields: [Field]
      var rights: [Right]
    }
    struct Field: Decodable {
      var name: String
      var access: String
    }
    struct Right: Decodable {
      var right: String
      var allowed: Bool
      var decidedBy: Reason?
    }
    struct Reason: Decodable { var rule: String }
    var tables: [Table]
  }

  private static func access(in folder: TemporaryFolder) throws -> Report.Table {
    let outcome = try RowscopeProcess().run(
      "access", "tasks", "--workspace", folder.path, "--as", "7", "--format", "json")
    #expect(outcome.exitCode == 0)
    let report = try Self.decoder.decode(Report.self, from: outcome.output)
    return try #require(report.tables.first)
  }

  private static let names = [
    "create", "edit", "delete", "comment", "manage_structure", "manage_developer_fields",
  ]

  @Test(arguments: limits)
  func `what remains of a profile that gives everything`(limit: Limit) throws {
    let folder = try Self.workspace(limit.user, grant: #""*""#)
    let table = try Self.access(in: folder)
    #expect(table.rights.map(\.right) == Self.names)
    #expect(table.rights.map { $0.allowed ? "yes" : "no" }.joined(separator: " ") == limit.rights)
    // The profile gives everything, so it is never the reason.
    for right in table.rights where !right.allowed {
      let rule = right.decidedBy?.rule ?? ""
      #expect(["seat", "user_type", "invitation"].contains(rule), "\(right.right): \(rule)")
    }
    let script = table.fields.first { $0.name == "script" }
    let writes = limit.rights.split(separator: " ").prefix(2).contains("yes")
    #expect(
      script?.access == (limit.seat == "developer" && writes ? "editable" : "readonly"))
  }

  /// Checks what `access` says: each command works if its right is there, and is denied otherwise.
  @Test(arguments: limits)
  func `commands do what their rights allow and nothing else`(limit: Limit) throws {
    let folder = try Self.workspace(limit.user, grant: #""*""#)
    let rights = Dictionary(
      uniqueKeysWithValues: zip(
        Self.names, limit.rights.split(separator: " ").map { $0 == "yes" }))
    // The record of the invitation, or the user's own.
    let key = limit.invitation.contains("record") ? "2" : "1"
    func run(_ words: String..., right: String, done: Int32 = 0) throws {
      let outcome = try RowscopeProcess().run(
        words + ["--workspace", folder.path, "--as", "7"])
      let expected = rights[right] == true ? done : 3
      #expect(outcome.exitCode == expected, "\(words) \(outcome.messages)")
    }
    try run("create", "tasks", "owner=7", "title=new", right: "create")
    try run("update", "tasks", key, "title=changed", right: "edit")
    // It gets as far as the workspace, which names the field.
    try run("field", "drop", "tasks", "script", right: "manage_developer_fields", done: 1)
    try run("field", "add", "tasks", "extra", "text", right: "manage_structure")
    try run("delete", "tasks", key, right: "delete")
    let rows = try folder.sql("SELECT title FROM tasks ORDER BY id", on: "tasks.sqlite").map {
      $0[0]
    }
    var expected: [String?] = ["x", "y", "z"]
    if rights["edit"] == true { expected[key == "1" ? 0 : 1] = "changed" }
    if rights["delete"] == true { expected.remove(at: key == "1" ? 0 : 1) }
    if rights["create"] == true { expected.append("new") }
    #expect(rows == expected)
  }

  @Test(arguments: limits.indices)
  func `rights are the intersection of grant and limit`(place: Int) throws {
    // The grant of everything was tested above.
    let grants = Array(Self.grants.dropFirst())
    for (text, given) in Extent.share(of: grants, every: 7, from: place) {
      try Self.checkIntersection(Self.limits[place], grant: text, given)
    }
  }

  private static func checkIntersection(
    _ limit: Limit, grant text: String, _ given: String
  ) throws {
    let table = try Self.access(in: Self.workspace(limit.user, grant: text))
    let left = zip(given.split(separator: " "), limit.rights.split(separator: " "))
      .map { (granted: Substring, allowed: Substring) -> String in
        granted == "yes" && allowed == "yes" ? "yes" : "no"
      }
    let expected = left.joined(separator: " ")
    #expect(table.rights.map { $0.allowed ? "yes" : "no" }.joined(separator: " ") == expected)
    for (right, isGiven) in zip(table.rights, given.split(separator: " ")) where isGiven == "no" {
      #expect(["profile", "absent"].contains(right.decidedBy?.rule ?? ""))
    }
  }

  // MARK: Trust

  private static func serve(
    _ request: String, _ options: String..., in folder: TemporaryFolder
  ) throws -> String {
    try folder.write(request + "\n", to: "request")
    return try RowscopeProcess().shell(
      "rowscope serve --workspace '\(folder.path)' \(options.joined(separator: " ")) < "
        + "'\(folder.path)/request'"
    ).text
  }

  private static let guest = #"[{"id_user": 7, "profile": "everything", "user_type": "guest"}]"#
  private static let all =
    #"{"data":{"items":[{"id":1},{"id":2},{"id":3}],"has_more":false}}"# + "\n"

  @Test(arguments: [
    #""seat": "developer""#, #""profile": "everything""#, #""user_type": "admin""#,
    #""type": "admin""#, #""teams": [1]"#, #""attributes": {}"#, #""now": 0"#, #""id_user": 8"#,
    #""invitations": [{"table": "tasks"}]"#,
  ])
  func `a request through serve cannot describe its user`(member: String) throws {
    let folder = try Self.workspace(Self.guest, grant: #""*""#)
    let answer = try Self.serve(
      #"{"as": 7, \#(member), "object_type": "tasks", "select": ["id"]}"#, in: folder)
    #expect(answer.contains(#""code":"unknown_key""#))
    #expect(
      answer.contains(
        member.hasPrefix("\"now\"")
          ? "a request cannot set the time" : "a request cannot describe its user"))
    let described = try Self.serve(
      #"{"as": {"id_user": 7, \#(member)}, "object_type": "tasks", "select": ["id"]}"#, in: folder)
    // A duplicate key is reported first.
    let code = member.contains("id_user") ? "duplicate_key" : "wrong_type"
    #expect(described.contains(#""code":"\#(code)""#))
  }

  @Test func `requests may describe the user where serve trusts them`() throws {
    let folder = try Self.workspace(Self.guest, grant: #""*""#)
    let request =
      #"{"as": {"id_user": 9, "profile": "everything", "user_type": "admin"}, "object_type": "tasks", "select": ["id"]}"#
    #expect(try Self.serve(request, "--trust", "user", in: folder) == Self.all)
    #expect(try Self.serve(request, "--trust", "clock", in: folder).contains("wrong_type"))
    // The profile is one of the workspace's.
    let unknown = try Self.serve(
      request.replacingOccurrences(of: "everything", with: "root"), "--trust", "user", in: folder)
    #expect(unknown.contains(#""code":"invalid_profile""#))

    try folder.sql(
      "CREATE TABLE days (id INTEGER PRIMARY KEY, day TEXT); INSERT INTO days VALUES (1, '2001-09-09')",
      on: "tasks.sqlite")
    try folder.write(
      #"{"tables_enabled": {"days": {"data": [{"field": "day", "reference": "today"}]}}}"#,
      to: "everything.json")
    try folder.write(#"[{"id_user": 7, "profile": "everything"}]"#, to: "users.json")
    let clock = #"{"as": 7, "now": 1000000000, "object_type": "days", "select": ["id"]}"#
    #expect(
      try Self.serve(clock, "--trust", "clock", in: folder)
        == #"{"data":{"items":[{"id":1}],"has_more":false}}"# + "\n")
    #expect(try Self.serve(clock, "--trust", "user", in: folder).contains("unknown_key"))
    #expect(
      try Self.serve(
        clock.replacingOccurrences(of: "\"now\": 1000000000, ", with: ""), "--trust", "clock",
        in: folder) == #"{"data":{"items":[],"has_more":false}}"# + "\n")
  }

  @Test func `a service without users answers described users`() throws {
    let folder = try Self.workspace("[]", grant: #""*""#)
    let request =
      #"{"as": {"id_user": 9, "profile": "everything"}, "object_type": "tasks", "select": ["id"]}"#
    #expect(try Self.serve(request, "--trust", "user", "--trust", "clock", in: folder) == Self.all)
    #expect(try Self.serve(request, in: folder) == "")
  }
}
