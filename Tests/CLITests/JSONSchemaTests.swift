import Documents
import Foundation
import RowscopeModel
import TestSupport
import Testing

@testable import RowscopeCLI

/// The JSON Schemas of documents, by a validator of the words that they use.
@Suite struct JSONSchemaTests {
  /// The faults of a document, by their paths.
  private struct Validator {
    let root: [String: Any]

    init(_ schema: DocumentSchema) throws {
      root = try #require(try JSONSchemaTests.value(of: schema.text) as? [String: Any])
    }

    func faults(of value: Any) -> [String] { faults(of: value, by: root, at: "") }

    private func faults(of value: Any, by schema: [String: Any], at path: String) -> [String] {
      var faults: [String] = []
      for (word, argument) in schema {
        switch (word, argument) {
        case ("$schema", _), ("title", _), ("definitions", _), ("description", _): continue
        case ("$ref", let name as String):
          let key = name.replacing("#/definitions/", with: "")
          guard let definition = (root["definitions"] as? [String: Any])?[key] as? [String: Any]
          else { return ["\(path): there is no definition \(key)"] }
          faults += self.faults(of: value, by: definition, at: path)
        case ("type", let name as String):
          if !Self.has(value, type: name) { faults.append("\(path): not of type \(name)") }
        case ("type", let names as [String]):
          if !names.contains(where: { Self.has(value, type: $0) }) {
            faults.append("\(path): of no type of \(names)")
          }
        case ("enum", let choices as [Any]):
          if !choices.contains(where: { Self.areEqual($0, value) }) {
            faults.append("\(path): no choice")
          }
        case ("anyOf", let schemas as [[String: Any]]):
          let all = schemas.map { self.faults(of: value, by: $0, at: path) }
          if !all.contains([]) { faults.append("\(path): fits nothing: \(all)") }
        case ("items", let item as [String: Any]):
          for (index, element) in (value as? [Any] ?? []).enumerated() {
            faults += self.faults(of: element, by: item, at: "\(path)/\(index)")
          }
        case ("required", let keys as [String]):
          guard let object = value as? [String: Any] else { continue }
          faults += keys.filter { object[$0] == nil }.map { "\(path): no \($0)" }
        case ("properties", let properties as [String: [String: Any]]):
          for (key, member) in value as? [String: Any] ?? [:] {
            if let property = properties[key] {
              faults += self.faults(of: member, by: property, at: "\(path)/\(key)")
            }
          }
        case ("additionalProperties", let argument):
          let known = (schema["properties"] as? [String: Any] ?? [:]).keys
          for (key, member) in value as? [String: Any] ?? [:] where !known.contains(key) {
            if let other = argument as? [String: Any] {
              faults += self.faults(of: member, by: other, at: "\(path)/\(key)")
            } else {
              faults.append("\(path): unknown key \(key)")
            }
          }
        default: faults.append("\(path): the validator does not know \(word)")
        }
      }
      return faults
    }

    private static func has(_ value: Any, type: String) -> Bool {
      switch type {
      case "string": value is String
      case "array": value is [Any]
      case "object": value is [String: Any]
      case "null": value is Null
      case "boolean": value is Bool
      case "number": value is Int64 || value is Double
      case "integer": value is Int64
      default: false
      }
    }

    private static func areEqual(_ left: Any, _ right: Any) -> Bool {
      if let left = left as? String { return left == right as? String }
      if let left = left as? Bool { return left == right as? Bool }
      return left as? Int64 != nil && left as? Int64 == right as? Int64
    }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private struct Null {}

  /// A document with comments, as Swift's own values: true is not 1 there.
  private static func value(of text: String) throws -> Any {
    func value(_ node: JSONNode) -> Any {
      switch node.content {
      case .null: Null()
      case .bool(let flag): flag
      case .integer(let integer): integer
      case .real(let real): real
      case .string(let string): string
      case .array(let elements): elements.map(value)
      case .object(let members):
        Dictionary(members.map { ($0.key.value, value($0.value)) }, uniquingKeysWith: { $1 })
      }
    }
    return value(try JSONReader.read(SourceDocument(name: "document", text: text), as: .relaxed))
  }

  private static func document(_ path: String) throws -> Any {
    try value(of: String(contentsOf: root.appending(path: path), encoding: .utf8))
  }

  private static func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
      .filter { $0.hasSuffix(".json") }.map { folder + "/" + $0 }
  }

  @Test func `every document of the sample fits its schema`() throws {
    var documents: [(DocumentSchema, String)] = [
      (.workspace, "SampleData/workspace.json"), (.users, "SampleData/users.json"),
    ]
    documents += try Self.names(in: "SampleData/profiles").map { (.profile, $0) }
    documents += try Self.names(in: "SampleData/requests").map { (.request, $0) }
    documents += try Self.names(in: "SampleData/tests").map { (.tests, $0) }
    #expect(documents.count > 20)
    for (schema, path) in documents {
      #expect(try Validator(schema).faults(of: Self.document(path)) == [], "\(path)")
    }
  }

  /// Whether the engine takes a document is what the corpus says: those of an answer fit the schema.
  @Test func `every document of the corpus that is answered fits its schema`() throws {
    let validators = try (
      profile: Validator(.profile), workspace: Validator(.workspace), users: Validator(.users),
      request: Validator(.request)
    )
    var count = 0
    for path in try Self.names(in: "Tests/Corpus") {
      let file = try #require(try Self.document(path) as? [String: Any])
      for var entry in file["cases"] as? [[String: Any]] ?? [] {
        entry.merge(file.filter { $0.key != "cases" }) { own, _ in own }
        guard (entry["expect"] as? [String: Any])?["error"] == nil else { continue }
        let name = "\(path): \(entry["name"] ?? "")"
        count += 1
        if let profile = entry["profile"] as? [String: Any] {
          #expect(validators.profile.faults(of: profile) == [], "\(name)")
        }
        if let request = entry["request"] {
          #expect(validators.request.faults(of: request) == [], "\(name)")
        }
        if let user = entry["user"] {
          #expect(validators.users.faults(of: [user]) == [], "\(name)")
        }
        if var workspace = entry["workspace"] as? [String: Any] {
          workspace["database"] = "x"
          #expect(validators.workspace.faults(of: workspace) == [], "\(name)")
        }
      }
    }
    #expect(count > 1000)
  }

  @Test(arguments: [
    (DocumentSchema.profile, #"{"tables_enable": {}}"#), (.profile, #"{"manage_users": 2}"#),
    (.profile, #"{"tables_enabled": {"t": {"data": [{"fild": "a"}]}}}"#),
    (.profile, #"{"tables_enabled": {"t": {"data": [{"or": [], "and": []}]}}}"#),
    (.profile, #"{"tables_enabled": {"t": {"fields_excluded": "a"}}}"#),
    (.workspace, "{}"), (.workspace, #"{"database": "x", "table": {}}"#),
    (.workspace, #"{"database": "x", "tables": {"t": {"fields": {"f": {"type": "string"}}}}}"#),
    (.workspace, #"{"database": "x", "tables": {"t": {"fields": {"f": {"relation": "x"}}}}}"#),
    (.users, #"[{"name": "Ana"}]"#), (.users, #"[{"id_user": 1.5}]"#),
    (.users, #"[{"id_user": 1, "teams": [[1]]}]"#), (.users, "{}"),
    (.catalog, #"{"statements": []}"#), (.catalog, #"{"catalog": "sqlite", "tables": [{}]}"#),
    (.tests, #"{"tests": [{"as": 3, "hiden": []}]}"#), (.tests, #"{"tests": [{"table": "t"}]}"#),
    (.request, #"{"object": "t"}"#), (.request, #"{"object_type": "t", "filters": {}}"#),
  ])
  func `a mistake does not fit`(schema: DocumentSchema, text: String) throws {
    #expect(try Validator(schema).faults(of: Self.value(of: text)) != [])
  }

  @Test func `every key of the readers is in a schema`() throws {
    let schemas = DocumentSchema.allCases.map(\.text).joined()
    let keys = /enum (\w*Key|Flag): String, [^{]*\{([^}]*)/
    var count = 0
    for file in try ManualReferenceTests.sources() {
      for match in file.text.matches(of: keys) {
        for key in ManualReferenceTests.names(of: match.2) {
          count += 1
          #expect(schemas.contains("\"\(key)\": {"), "\(key) of \(file.name) is in no schema")
        }
      }
    }
    #expect(count > 60)
  }

  @Test(arguments: DocumentSchema.allCases)
  func `the command prints a schema`(schema: DocumentSchema) throws {
    let outcome = try RowscopeProcess().run("schema", "--json", schema.rawValue)
    #expect(outcome.exitCode == 0)
    #expect(outcome.text == schema.text)
  }

  @Test func `documents may name their schema`() throws {
    let folder = try TemporaryFolder([
      "workspace.json": """
      {"$schema": "w.json", "database": "d", "profiles": {"p": "p.json"},
       "users": [{"id_user": 1, "profile": "p"}]}
      """,
      "p.json": #"{"$schema": "p.json", "tables_enabled": {"*": "*"}}"#, "d/t.csv": "id\n1\n",
    ])
    let rowscope = RowscopeProcess()
    #expect(try rowscope.run("check", "--workspace", folder.path).exitCode == 0)
    let line = #"{"as": 1, "$schema": "r.json", "object_type": "t"}"#
    let answer = try rowscope.run("serve", "-q", "--workspace", folder.path, input: line + "\n")
    #expect(answer.text == #"{"data":{"items":[{"id":1}],"has_more":false}}"# + "\n")
    try folder.write(#"{"$schema": 1, "tables_enabled": {"*": "*"}}"#, to: "p.json")
    #expect(try rowscope.run("check", "--workspace", folder.path).exitCode == 1)
  }
}
