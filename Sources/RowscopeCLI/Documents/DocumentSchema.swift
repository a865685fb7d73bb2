import RecordFilter
import RowscopeModel

/// The kinds of documents that have a JSON Schema, for editors that complete and check keys.
///
/// A schema knows the shape of a document and no database: `rowscope check` knows both. It is of
/// draft 7, which every editor takes. The keys' descriptions are those of `rowscope help`.
enum DocumentSchema: String, CaseIterable {
  case profile, workspace, users, catalog, request, tests

  /// The schema as a JSON document.
  var text: String {
    let (body, definitions) =
      switch self {
      case .profile:
        (JSONSchema.profile, JSONSchema.conditions(inRequest: false) + JSONSchema.grants)
      case .workspace:
        (JSONSchema.workspace, JSONSchema.users + JSONSchema.conditions(inRequest: false))
      case .catalog: (JSONSchema.catalog, [])
      case .users: (.list(of: .reference("user")), JSONSchema.users)
      case .tests:
        (
          JSONSchema.tests,
          JSONSchema.users + JSONSchema.conditions(inRequest: true) + JSONSchema.selections
        )
      case .request:
        (JSONSchema.request, JSONSchema.conditions(inRequest: true) + JSONSchema.selections)
      }
    var members: [(String, JSONTree)] = [
      ("$schema", .string("http://json-schema.org/draft-07/schema#")),
      ("title", .string("Rowscope: \(title)")),
    ]
    members += body.members
    members.append(("definitions", .object(definitions.map { ($0.name, $0.schema.tree) })))
    return JSONTree.object(members).text
  }

  private var title: String {
    switch self {
    case .profile: "a profile"
    case .workspace: "workspace.json"
    case .users: "users.json"
    case .catalog: "a catalog"
    case .request: "a request for a list or a summary"
    case .tests: "a file of tests"
    }
  }
}

/// A part of a JSON Schema.
struct JSONSchema: Sendable {
  var members: [(String, JSONTree)]

  var tree: JSONTree { .object(members) }

  /// A part that other parts refer to.
  typealias Definition = (name: String, schema: JSONSchema)

  static let anything = JSONSchema(members: [])
  static let text = type("string")
  static let wholeNumber = type("integer")
  static let flag = choice([.integer(0), .integer(1), .flag(false), .flag(true)])
  static let identifier = JSONSchema(
    members: [("type", .strings(["integer", "string"]))])

  static func type(_ name: String) -> JSONSchema { JSONSchema(members: [("type", .string(name))]) }

  static func choice(_ values: [JSONTree]) -> JSONSchema {
    JSONSchema(members: [("enum", .array(values))])
  }

  static func choice(_ names: [String]) -> JSONSchema { choice(names.map { .string($0) }) }

  /// Names that an editor offers, though others are accepted: in other cases, by aliases.
  static func suggestion(_ names: [String]) -> JSONSchema { either([choice(names), text]) }

  static func list(of item: JSONSchema) -> JSONSchema {
    JSONSchema(members: [("type", .string("array")), ("items", item.tree)])
  }

  /// An object of any keys.
  static func map(to value: JSONSchema) -> JSONSchema {
    JSONSchema(members: [("type", .string("object")), ("additionalProperties", value.tree)])
  }

  static func either(_ schemas: [JSONSchema]) -> JSONSchema {
    JSONSchema(members: [("anyOf", .array(schemas.map(\.tree)))])
  }

  static func reference(_ definition: String) -> JSONSchema {
    JSONSchema(members: [("$ref", .string("#/definitions/\(definition)"))])
  }

  /// An object with these keys and no others.
  ///
  /// - Parameters:
  ///   - topic: the help topic whose words describe the keys, and the heading there.
  ///   - others: what other keys may have; nil for none.
  static func object(
    _ keys: [(String, JSONSchema)], required: [String] = [], topic: HelpTopic,
    _ heading: String, isRoot: Bool = false
  ) -> JSONSchema {
    let meanings = topic.sections.first { $0.heading == heading }?.rows ?? []
    var properties = keys.map { key, schema -> (String, JSONTree) in
      let meaning = meanings.first { $0.name == key }?.meaning
      let description = meaning.map { [("description", JSONTree.string($0))] } ?? []
      return (key, .object(description + schema.members))
    }
    // So that a document can name its schema.
    if isRoot { properties.insert(("$schema", text.tree), at: 0) }
    var members: [(String, JSONTree)] = [
      ("type", .string("object")), ("properties", .object(properties)),
      ("additionalProperties", .flag(false)),
    ]
    if !required.isEmpty { members.append(("required", .strings(required))) }
    return JSONSchema(members: members)
  }
}
