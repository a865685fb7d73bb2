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
