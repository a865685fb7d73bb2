package import Documents
import RecordEngine
import RowscopeModel
import Workspaces

extension RecordService {
  /// What requests may set beyond a user's name or id, if the process that runs the service trusts
  /// its clients.
  public struct Trust: OptionSet, Sendable, Hashable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `"as"` may be an object, a user as in `users.json`: the client then decides about access.
    public static let user = Trust(rawValue: 1)
    /// `"now"` may be the request's time in Unix seconds.
    public static let clock = Trust(rawValue: 2)
    /// `"narrowed_by"` may name a profile, or a list of them, to which the user's access is narrowed:
    /// see ``User/narrowed(by:)``.
    public static let narrowing = Trust(rawValue: 4)
    /// `"do"` may be `create`, `update` or `delete`, if the service is writable.
    public static let writing = Trust(rawValue: 8)
  }
}

/// A request with its user: the format for services whose caller knows the user, and of `rowscope
/// serve`.
///
/// ```
/// {"as": 7, "object_type": "tasks", "size": 20}
/// {"as": "Ana Schäfer", "object_type": "tasks"}
/// ```
///
/// A request names its user, and the service knows that user's data. It cannot set their profile,
/// seat, user type, teams, attributes or invitations, or the time, unless the process that runs the
/// service allows it: see ``RecordService/Trust``.
package struct UserRequest: Sendable {
  package typealias Trust = RecordService.Trust

  /// The id of a user, or a text that is exactly a user's name or id.
  package let user: Value
  /// The user as described in the request, with ``RecordService/Trust/user``; nil for one of the
  /// service's users.
  package let describedUser: User?
  /// The profiles to which the user's access is narrowed, with ``RecordService/Trust/narrowing``.
  package let narrowedBy: [String]
  /// Unix seconds, with ``RecordService/Trust/clock``; nil for the service's clock.
  package let now: Int64?
  /// What is asked for, without its user.
  package let question: WireQuestion

  /// The list that is asked for; nil where it is something else.
  package var list: ListRequest? {
    if case .list(let list) = question { list } else { nil }
  }

  private static let userKey = "as"
  private static let clockKey = "now"
  private static let narrowingKey = "narrowed_by"

  /// Strict JSON: `"as"`, and the keys of what is asked for, such as those of a ``ListRequest``.
  ///
  /// Complexity: O(n) in the bytes.
  /// - Throws: `invalid_request`, or the code of the first problem, with its line and column.
  package init(json bytes: [UInt8], trusting trust: Trust = []) throws(ServiceError) {
    let source = SourceDocument(name: "request", bytes: bytes)
    try self.init(try source.request(), in: source, on: LineTerms(trust: trust))
  }

  init(
    _ node: JSONNode, in source: SourceDocument, on terms: LineTerms
  ) throws(ServiceError) {
    let trust = terms.trust
    // Any other value than an object gets the same error as in a list request.
    question = try WireQuestion(
      node, in: source,
      ignoring: Set([RequestID.key])
        .union(terms.user == nil ? [Self.userKey] : [])
        .union(trust.contains(.clock) ? [Self.clockKey] : [])
        .union(trust.contains(.narrowing) ? [Self.narrowingKey] : []),
      refusing: terms.user == nil
        ? [:]
        : [Self.userKey: "the first line of this connection said who asks: leave \"as\" out"])
    if question.isWrite, !trust.contains(.writing) { throw .readsOnly }
    do throws(Diagnostics) {
      now = try Self.now(node, in: source, trust)
      narrowedBy = try Self.narrowing(node, in: source, trust)
      if let user = terms.user {
        (self.user, describedUser) = (user.id, user)
        return
      }
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
          .wrongType, #""as" describes a user instead of naming one"#,
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
    // The profile's name is checked when the request is answered.
    var reader = UserReader(profiles: nil, problems: DiagnosticCollector())
    let user = reader.readUser(described)
    try reader.problems.throwErrors(in: source)
    return user
  }

  private static func narrowing(
    _ node: JSONNode, in source: SourceDocument, _ trust: Trust
  ) throws(Diagnostics) -> [String] {
    guard trust.contains(.narrowing), let narrowing = node[narrowingKey] else { return [] }
    let names = narrowing.elements ?? [narrowing]
    // A mistake must not be taken for an access that is not narrowed.
    if let wrong = names.first(where: { $0.string == nil }) ?? (names.isEmpty ? narrowing : nil) {
      throw Diagnostics(
        [
          Diagnostic(
            .wrongType, "expected the name of a profile, found \(wrong.typeDescription)",
            hint: "leave \"narrowed_by\" out for the user's whole access", at: wrong.range)
        ], in: source)
    }
    return names.compactMap(\.string)
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
          .wrongType, "expected a time, found \(now.typeDescription)",
          hint: "\"now\" is a whole number: the seconds since 1970-01-01T00:00:00Z", at: now.range)
      ], in: source)
  }
}

extension UserRequest {
  /// Who a line names, alone or with other keys: what the first line of a connection says.
  ///
  /// - Returns: one of the service's users, yet to be looked up, or the one who is described; nil
  ///   where the line names nobody.
  package static func asker(
    _ node: JSONNode, in source: SourceDocument, trusting trust: Trust
  ) throws(ServiceError) -> User? {
    do throws(Diagnostics) {
      let narrowedBy = try narrowing(node, in: source, trust)
      guard node[userKey] != nil else { return nil }
      let user =
        if let described = try describedUser(node, in: source, trust) { described } else {
          User.inWorkspace(try user(node, in: source))
        }
      return narrowedBy.reduce(user) { $0.narrowed(by: $1) }
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
  }
}

extension SourceDocument {
  /// The tree of a request: strict JSON.
  package func request() throws(ServiceError) -> JSONNode {
    do {
      return try JSONReader.read(self, as: .strict)
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
  }
}

extension UserDirectory {
  /// The user of a request, by exact id or name; an id wins over another user's name. O(1).
  ///
  /// - Throws: `unknown_user`, without revealing other users, also for a name or an id of several
  ///   users.
  func user(asking identifier: Value) throws(ServiceError) -> User {
    let match: Match
    let name: String
    switch identifier {
    case .text(let text):
      name = text.string
      match = text.validString.map { users(exactly: $0) } ?? .none
    case .integer(let id):
      name = String(id)
      match = user(id: identifier)
    case .null, .real, .blob: throw .unnamedUser
    }
    switch match {
    case .one(let user): return user
    case .several: throw .sharedName(name)
    case .sharedID: throw .sharedID(name)
    case .none: throw .unknownUser(name)
    }
  }
}
