import AccessProfiles
public import RecordFilter

/// A list request with the one who asks in it: what a service that trusts its caller to know that sends, and what
/// `rowscope serve` reads.
///
/// ```
/// {"as": 7, "object_type": "tasks", "size": 20}
/// {"as": "Ana Schäfer", "object_type": "tasks"}
/// ```
public struct UserRequest: Sendable {
  /// The id of a user, or a text that is exactly a user's name or id.
  public let user: Value
  public let list: ListRequest

  private static let userKey = "as"

  /// Strict JSON: `"as"`, and the keys of a ``ListRequest``. Nothing else of the user can be said here: neither a
  /// profile nor a seat, and not the time.
  ///
  /// - Throws: `invalid_request`, or the code of the first problem, with its line and column.
  public init(json bytes: [UInt8]) throws(ServiceError) {
    let source = SourceDocument(name: "request", bytes: bytes)
    let node: JSONNode
    do {
      node = try JSONReader.read(source, as: .strict)
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
    // What is no object at all is told as for any request.
    list = try ListRequest(node, in: source, ignoring: [Self.userKey])
    do throws(Diagnostic) {
      user = try Self.user(node)
    } catch {
      throw ServiceError(Diagnostics([error], in: source), fallback: .invalidRequest)
    }
  }

  private static func user(_ node: JSONNode) throws(Diagnostic) -> Value {
    let hint = #"give a user's id, or name: {"as": 7}"#
    guard let user = node[userKey] else {
      throw Diagnostic(.requiredKey, #"a request without "as""#, hint: hint, at: node.range)
    }
    switch user.content {
    case .integer(let id): return .integer(id)
    case .string(let name): return .text(name)
    case .null, .bool, .real, .array, .object:
      throw Diagnostic(
        .wrongType, #""as" is neither a whole number nor a text"#, hint: hint, at: user.range)
    }
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
        .unknownUser, "there is no user \(Diagnostic.quoted(name))",
        hint: "give the id or the whole name of one of the workspace's users")
    }
    return user
  }
}
