import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel

/// One case of the corpus, with its file's defaults. The corpus's README says what each key means.
struct CorpusCase: Sendable {
  let name: String
  let source: SourceDocument
  /// The case's own keys first, then the file's.
  private var layers: [JSONNode]

  let walks: Bool
  let expected: CorpusAnswer

  /// The engine's input as JSON texts; nil where the case has none.
  var databaseText: String { "\(text("schema") ?? "[]") \(text("rows") ?? "{}")" }
  var workspaceText: String? { text("workspace") }
  var userText: String { text("user") ?? "{}" }
  private(set) var profileText: String
  private(set) var requestText: String
  let now: String
  /// In which days begin and end, for a user without a time zone of their own.
  let timeZone: String

  init(_ node: JSONNode, defaults: JSONNode, in source: SourceDocument) throws {
    guard let name = node["name"]?.string else { throw CorpusError("a case without a name") }
    self.init(
      name: name, source: source, layers: [node, defaults],
      expected: try CorpusAnswer(expected: node["expect"]))
  }

  private init(name: String, source: SourceDocument, layers: [JSONNode], expected: CorpusAnswer) {
    self.name = name
    self.source = source
    self.layers = layers
    self.expected = expected
    func value(_ key: String) -> JSONNode? { layers.lazy.compactMap { $0[key] }.first }
    walks = value("walk")?.isTrue ?? false
    now = value("now")?.string ?? "2026-11-22T09:00:00Z"
    timeZone =
      value("offset")?.string ?? value("workspace")?["time_zone"]?.string ?? "UTC"
    let profile = value("profile")
    profileText = profile.map { $0.string ?? source.text(of: $0) } ?? "{}"
    requestText = value("request").map { source.text(of: $0) } ?? "{}"
  }

  /// The documents of the profiles, by the names that the user has for them.
  var profiles: [(name: String, text: String)] {
    if let members = self["profiles"]?.members {
      return members.map { ($0.key.value, $0.value.string ?? source.text(of: $0.value)) }
    }
    return [(self["user"]?["profile"]?.string ?? "none", profileText)]
  }

  /// The names of the user's profiles.
  var profileNames: [String] {
    let names = self["user"]?["profiles"]?.elements ?? [self["user"]?["profile"]].compactMap(\.self)
    return names.compactMap(\.string)
  }

  /// Whether it changes a record.
  var isAct: Bool { self["act"] != nil }
  var actText: String { text("act") ?? "" }

  subscript(key: String) -> JSONNode? { layers.lazy.compactMap { $0[key] }.first }

  private func text(_ key: String) -> String? { self[key].map { source.text(of: $0) } }

  /// The case on a database without anything that is hidden from the user.
  var twin: CorpusCase? {
    self["twin"].map {
      CorpusCase(name: name, source: source, layers: [$0] + layers, expected: expected)
    }
  }

  /// The case with the request's filters moved into the grant.
  var asScope: CorpusCase? {
    guard self["filters_as_scope"]?.isTrue == true, let request = self["request"]?.members,
      let filters = self["request"]?["filters"], let table = self["request"]?["object_type"]
    else { return nil }
    let isAny = self["request"]?["operator"]?.string == "OR"
    let data = isAny ? "[{\"or\": \(source.text(of: filters))}]" : source.text(of: filters)
    let others = request.filter { !["filters", "operator"].contains($0.key.value) }
      .map { "\"\($0.key.value)\": \(source.text(of: $0.value))" }
    let expected: CorpusAnswer =
      if case .failure = self.expected { .failure("invalid_profile") } else { self.expected }
    var result = CorpusCase(name: name, source: source, layers: layers, expected: expected)
    result.requestText = "{\(others.joined(separator: ", "))}"
    result.profileText =
      "{\"tables_enabled\": {\(source.text(of: table)): {\"data\": \(data)}}}"
    return result
  }
}

extension JSONNode {
  var isTrue: Bool {
    if case .bool(true) = content { true } else { false }
  }
}

extension SourceDocument {
  /// The bytes that a value was read from.
  func text(of node: JSONNode) -> String { String(decoding: bytes[node.range], as: UTF8.self) }
}
