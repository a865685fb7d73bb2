import Documents
import Rowscope
import RowscopeModel

/// Who may connect: what the first line of a connection must say.
///
/// ```
/// {"as": 7, "secret": "…"}
/// ```
struct Door: Sendable {
  /// What a client must know; nil where the file system decides who may connect.
  let password: [UInt8]?
  /// Whether each request may name its own user.
  let namesUsers: Bool

  /// The most bytes of a first line.
  static let lineLimit = 1 << 16

  private static let secretKey = "secret"

  /// Why a connection is refused.
  enum Refusal: Error {
    /// The first line is of another protocol: a browser can be made to send to any port. Nothing is
    /// answered.
    case foreign
    case told(ServiceError)
  }

  /// The user of a connection, yet to be looked up; nil if each request names its own.
  func user(
    in line: [UInt8], trusting trust: UserRequest.Trust
  ) throws(Refusal) -> User? {
    let source = SourceDocument(name: "first line", bytes: line)
    guard let node = try? source.request(), let members = node.members else { throw .foreign }
    // Before anything else is said.
    if let password {
      let given = node[Self.secretKey]?.string.map { Array($0.utf8) } ?? []
      guard Self.isSame(given, password) else {
        throw .told(
          ServiceError(
            .denied, "the \"secret\" of the first line is missing or wrong",
            hint: "it is the text in the file of `--secret-file`"))
      }
    }
    let keys = ["as", Self.secretKey] + (trust.contains(.narrowing) ? ["narrowed_by"] : [])
    if let other = members.first(where: { member in
      !keys.contains { member.key.value.hasSameBytes(as: $0) }
    }) {
      throw .told(
        ServiceError(
          .init(rawValue: "unknown_key"),
          "unknown key \(Printable.quoted(other.key.value)) in the first line",
          hint: "it says who asks: {\"as\": 7}; requests follow"))
    }
    do throws(ServiceError) {
      if let user = try UserRequest.asker(node, in: source, trusting: trust) { return user }
    } catch {
      throw .told(error)
    }
    guard namesUsers else {
      throw .told(
        ServiceError(
          .init(rawValue: "required_key"), "the first line does not say who asks",
          hint: "{\"as\": 7}; where the service runs with `--trust naming`, each request may"))
    }
    guard node["narrowed_by"] == nil else {
      throw .told(
        ServiceError(
          .invalidRequest, "the first line narrows the access of nobody",
          hint: "give \"narrowed_by\" beside \"as\""))
    }
    return nil
  }

  /// Compares in a time that depends on the length of `given` alone.
  static func isSame(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
    var difference = given.count == secret.count ? 0 : 1 as UInt8
    for (index, byte) in given.enumerated() {
      difference |= byte ^ secret[index % secret.count]
    }
    return difference == 0
  }
}

extension Door {
  /// What a connection is told whose first line is right.
  static func welcome(_ user: User?) -> [UInt8] {
    var answer = JSONWriter()
    answer.beginObject()
    answer.key("data")
    answer.beginObject()
    if let user {
      answer.user(user)
    } else {
      answer.key("user")
      answer.null()
    }
    answer.key("rowscope")
    answer.string(Program.version)
    answer.endObject()
    answer.endObject()
    return answer.bytes
  }
}
