import Documents
import RowscopeModel

/// Reads a workspace's JSON tree and collects the problems.
struct WorkspaceReader {
  let source: SourceDocument
  var problems: DiagnosticCollector

  struct Draft {
    var database: Located<String>?
    var profiles: [WorkspaceDocument.ProfileDeclaration] = []
    var users: WorkspaceDocument.UsersDeclaration = .none
    var tables: [TableDeclaration] = []
    var csv = CSVTextDeclaration()
    var pages: [Name] = []
    var dashboards: [Name] = []
    var seatLimit: Located<Int>?
    var utcOffset = 0
  }

  private enum Key: String, CaseIterable {
    case database, profiles, users, tables, pages, dashboards, seats, delimiter
    case timeZone = "time_zone"
    case nulls = "null"
  }

  /// Returns nil if the root is not an object.
  mutating func read(_ root: JSONNode) -> Draft? {
    guard let members = KeyedMembers<Key>(root, as: "a workspace", reporting: &problems) else {
      return nil
    }
    var draft = Draft()
    let hint = "name a database file, or a folder of CSV files"
    if let node = members.required(.database, hint: hint, reporting: &problems) {
      draft.database = path(node, as: "the path of a database or of a folder of CSV files")
    }
    if let node = members[.profiles] {
      for member in problems.object(node, as: "a map of names to paths") ?? [] {
        // Keep a profile with a faulty path: users may refer to it.
        let path = path(member.value, as: "the path of a profile")
        draft.profiles.append(
          .init(name: member.key, path: path ?? Located("", at: member.value.range)))
      }
    }
    if let node = members[.users] {
      draft.users = users(node, profiles: draft.profiles.map(\.name.value))
    }
    if let node = members[.tables] { draft.tables = tables(node) }
    draft.csv = csvText(nulls: members[.nulls], delimiter: members[.delimiter])
    if let node = members[.pages] { draft.pages = names(node, of: "page") }
    if let node = members[.dashboards] { draft.dashboards = names(node, of: "dashboard") }
    if let node = members[.seats] { draft.seatLimit = seatLimit(node) }
    if let node = members[.timeZone] { draft.utcOffset = utcOffset(node) ?? 0 }
    return draft
  }

  private mutating func path(_ node: JSONNode, as expected: String) -> Located<String>? {
    guard let path = problems.string(node, as: expected) else { return nil }
    if path.value.isEmpty || path.value.utf8.contains(0) {
      let fault = path.value.isEmpty ? "is empty" : "holds a NUL"
      problems.error(.badPath, "the path \(fault)", hint: "give \(expected)", at: path.range)
      return nil
    }
    return path
  }

  private mutating func users(
    _ node: JSONNode, profiles: [String]
  ) -> WorkspaceDocument.UsersDeclaration {
    switch node.content {
    case .array:
      var reader = UserReader(profiles: profiles, problems: problems)
      reader.read(node)
      problems = reader.problems
      return .list(UserDirectory(reader, in: source))
    case .string:
      return path(node, as: "the path of a list of users").map { .file($0) } ?? .none
    case .null, .bool, .integer, .real, .object:
      problems.wrongType(node, expected: "the path of a list of users, or the list itself")
      return .none
    }
  }

  private mutating func names(_ node: JSONNode, of things: String) -> [Name] {
    var seen: Set<Name> = []
    for name in problems.names(node, of: things) ?? []
    where !seen.insert(Name(name.value)).inserted {
      repeated(name, as: things)
    }
    return (node.elements ?? []).compactMap(\.string).map { Name($0) }
  }

  private enum SeatsKey: String, CaseIterable { case limit }

  /// `{"limit": 20}`. Without the key there is no limit.
  private mutating func seatLimit(_ node: JSONNode) -> Located<Int>? {
    guard
      let limit = KeyedMembers<SeatsKey>(node, as: "the plan's seats", reporting: &problems)?[
        .limit]
    else { return nil }
    if let count = limit.integer.flatMap(Int.init(exactly:)), count >= 0 {
      return Located(count, at: limit.range)
    }
    problems.wrongType(
      limit, expected: "a number of seats", hint: "a limit is a whole number of 0 or more")
    return nil
  }

  private mutating func utcOffset(_ node: JSONNode) -> Int? {
    guard let name = problems.string(node, as: "a time zone") else { return nil }
    if let offset = UTCOffset.seconds(name.value) { return offset }
    problems.error(
      .unsupportedTimeZone, "the time zone \(Printable.quoted(name.value)) is not supported",
      hint: "give \"UTC\", or a fixed offset from it, as \"-03:00\" or \"+05:30\"", at: name.range)
    return nil
  }

  /// Reports a repeated name; names are compared without ASCII case.
  mutating func repeated(_ name: Located<String>, as things: String) {
    problems.error(
      .duplicateName, "the \(things) \(Printable.quoted(name.value)) is named twice",
      hint: "names are the same without regard to case; leave one out", at: name.range)
  }
}

/// Time zones with a fixed offset from UTC.
enum UTCOffset {
  /// The seconds east of UTC for `UTC`, `Z` or `±hh:mm`; nil for any other text.
  static func seconds(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    if bytes == Array("UTC".utf8) || bytes == Array("Z".utf8) { return 0 }
    guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
      bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
    else { return nil }
    let digits = [1, 2, 4, 5].map { Int(bytes[$0]) - Int(UInt8(ascii: "0")) }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    let hours = digits[0] * 10 + digits[1]
    let minutes = digits[2] * 10 + digits[3]
    guard hours < 24, minutes < 60 else { return nil }
    let seconds = (hours * 60 + minutes) * 60
    return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
  }
}
