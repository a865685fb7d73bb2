import Documents
import RecordEngine
package import RowscopeModel

/// What tells the answers of one client apart: `"id"` in a request, repeated in its answer.
package struct RequestID: Sendable {
  static let key = "id"
  /// In bytes.
  private static let longest = 256

  /// As it is written in the answer.
  private let json: String

  /// - Parameter isRequired: whether a request without one is an error.
  /// - Returns: nil for a request without one.
  init?(
    of node: JSONNode, in source: SourceDocument, isRequired: Bool
  ) throws(ServiceError) {
    // What is no object has another error.
    guard node.members != nil else { return nil }
    let hint = #"a whole number or a text of up to \#(Self.longest) bytes: {"id": 1, …}"#
    guard let id = node[Self.key] else {
      guard isRequired else { return nil }
      throw ServiceError(
        Diagnostics(
          [
            Diagnostic(
              .requiredKey, #"a request without "id", by which its answer is known"#, hint: hint,
              at: node.range)
          ], in: source), fallback: .invalidRequest)
    }
    switch id.content {
    case .integer(let number): json = String(number)
    case .string(let text) where text.utf8.count <= Self.longest: json = JSONWriter.string(text)
    case .null, .bool, .real, .string, .array, .object:
      throw ServiceError(
        Diagnostics(
          [Diagnostic(.wrongType, #"this is no "id""#, hint: hint, at: id.range)], in: source),
        fallback: .invalidRequest)
    }
  }

  /// The id of a line that is not JSON, if it begins with one: a client that waits for the answer
  /// is told what is wrong.
  init?(beginningOf line: [UInt8]) {
    var rest = line[...]
    func skip(_ expected: StaticString) -> Bool {
      rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
      let bytes = UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
      guard rest.starts(with: bytes) else { return false }
      rest = rest.dropFirst(bytes.count)
      return true
    }
    guard skip("{"), skip("\"id\""), skip(":"), skip("") else { return nil }
    let number = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2D }
    if let id = Int64(String(decoding: number, as: UTF8.self)) {
      json = String(id)
      return
    }
    guard skip("\"") else { return nil }
    // Any character that would not stand in a text as it is ends it.
    let text = rest.prefix { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    guard text.count <= Self.longest, rest.dropFirst(text.count).first == 0x22 else { return nil }
    json = JSONWriter.string(String(decoding: text, as: UTF8.self))
  }

  /// An answer with the id as its first key.
  func prefixed(to answer: [UInt8]) -> [UInt8] {
    Array("{\"id\":\(json),".utf8) + answer.dropFirst()
  }
}

/// How the lines of one client are taken.
package struct LineTerms: Sendable {
  /// What they may say beyond their user's name or id.
  package var trust: UserRequest.Trust
  /// Who asks in every line; nil if each names its own.
  package var user: User?
  /// Whether each must have an `"id"`.
  package var needsID: Bool

  package init(trust: UserRequest.Trust = [], user: User? = nil, needsID: Bool = false) {
    self.trust = trust
    self.user = user
    self.needsID = needsID
  }
}
