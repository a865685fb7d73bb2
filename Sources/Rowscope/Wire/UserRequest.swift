import Documents
import RecordEngine
import RowscopeModel
import Workspaces

/// A list request with the one who asks in it: what a service that trusts its caller to know that sends, and what
/// `rowscope serve` reads.
///
/// ```
/// {"as": 7, "object_type": "tasks", "size": 20}
/// {"as": "Ana Schäfer", "object_type": "tasks"}
/// ```
///
/// A request names its user, and the service knows what that user is. It says neither their profile, seat, user type, teams,
/// attributes or invitations nor what time it is, unless the process that runs the service allows it: see ``Trust``.
public struct UserRequest: Sendable {
  /// What the process that runs a service lets requests say, where it trusts whoever writes them more than by itself.
  public struct Trust: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `"as"` may be an object, a user as in `users.json`: whoever writes requests decides who may do what.
    public static let user = Trust(rawValue: 1)
    /// `"now"` may be a moment in Unix seconds, for the request to go by.
    public static let clock = Trust(rawValue: 2)
  }

  /// The id of a user, or a text that is exactly a user's name or id.
  public let user: Value
  /// The user as the request describes them, with ``Trust/user``; nil for one whom the service knows.
  public let describedUser: User?
  /// Unix seconds, with ``Trust/clock``; nil for the service's clock.
  public let now: Int64?
  public let list: ListRequest

  private static let userKey = "as"
  private static let clockKey = "now"

  /// Strict JSON: `"as"`, and the keys of a ``ListRequest``.
  ///
  /// - Throws: `invalid_request`, or the code of the first problem, with its line and column.
  public init(json bytes: [UInt8], trusting trust: Trust = []) throws(ServiceError) {
    let source = SourceDocument(name: "request", bytes: bytes)
    let node: JSONNode
    do {
      node = try JSONReader.read(source, as: .strict)
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
    // What is no object at all is told as for any request.
    list = try ListRequest(
      node, in: source,
      ignoring: trust.contains(.clock) ? [Self.userKey, Self.clockKey] : [Self.userKey])
    do throws(Diagnostics) {
      now = try Self.now(node, in: source, trust)
      let described = try Self.describedUser(node, in: source, trust)
      describedUser = described
      if let described {
        user = described.id
      } else {
        user = try Self.user(node, in: source)
      }
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
  }

  private static func user(
    _ node: JSONNode, in source: SourceDocument
  ) throws(Diagnostics) -> Value {
    let hint = #"give a user's id, or name: {"as": 7}"#
    let problem: Diagnostic
    if let user = node[userKey] {
      switch user.content {
      case .integer(let id): return .integer(id)
      case .string(let name): return .text(name)
      case .object:
        problem = Diagnostic(
          .wrongType, #""as" describes a user, and names none"#,
          hint: "a request cannot describe its user: \(hint)", at: user.range)
      case .null, .bool, .real, .array:
        problem = Diagnostic(
          .wrongType, #""as" is neither a whole number nor a text"#, hint: hint, at: user.range)
      }
    } else {
      problem = Diagnostic(
        .requiredKey, #"a request without "as""#, hint: hint, at: node.range)
    }
    throw Diagnostics([problem], in: source)
  }

  private static func describedUser(
    _ node: JSONNode, in source: SourceDocument, _ trust: Trust
  ) throws(Diagnostics) -> User? {
    guard trust.contains(.user), let described = node[userKey], described.members != nil else {
      return nil
    }
    // Which profiles there are is known where the request is answered.
    var reader = UserReader(profiles: nil, problems: DiagnosticCollector())
    let user = reader.readUser(described)
    try reader.problems.throwErrors(in: source)
    return user
  }

  private static func now(
    _ node: JSONNode, in source: SourceDocument, _ trust: Trust
  ) throws(Diagnostics) -> Int64? {
    guard trust.contains(.clock), let now = node[clockKey] else { return nil }
    if case .null = now.content { return nil }
    if let seconds = now.integer { return seconds }
    throw Diagnostics(
      [
        Diagnostic(
          .wrongType, "expected a moment, found \(now.typeDescription)",
          hint: "\"now\" is a whole number: the seconds since 1970-01-01T00:00:00Z", at: now.range)
      ], in: source)
  }
}

extension UserDirectory {
  /// The one who asks, by exactly an id or a name. O(1).
  ///
  /// - Throws: `unknown_user`. It says nothing of who there is.
  func user(asking identifier: Value) throws(ServiceError) -> User {
    let user: User?
    let name: String
    switch identifier {
    case .text(let text):
      name = text.string
      user = text.validString.flatMap { self.user(exactly: $0) }
    case .integer(let id):
      name = String(id)
      user = self.user(id: identifier)
    case .null, .real, .blob:
      throw ServiceError(
        .unknownUser, "a user is named by a whole number or a text, and this is neither")
    }
    guard let user else {
      throw ServiceError(
        .unknownUser, "there is no user \(Printable.quoted(name))",
        hint: "give the id or the whole name of one of the workspace's users")
    }
    return user
  }
}
