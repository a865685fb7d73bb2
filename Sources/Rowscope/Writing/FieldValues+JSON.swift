package import Documents
import RecordEngine
import RowscopeModel

extension FieldValues {
  /// The values in a JSON object: `{"title": "Toner", "client": null, "watchers": [3, 7]}`.
  ///
  /// - Throws: `invalid_request`, or the code of the first problem, with its line and column.
  public init(json bytes: [UInt8]) throws(ServiceError) {
    let source = SourceDocument(name: "values", bytes: bytes)
    do throws(Diagnostics) {
      self = try FieldValues(try JSONReader.read(source, as: .strict), in: source)
    } catch {
      throw ServiceError(error, fallback: .invalidRequest)
    }
  }

  private init(_ node: JSONNode, in source: SourceDocument) throws(Diagnostics) {
    var problems = DiagnosticCollector()
    elements = []
    if let members = node.members {
      for member in members {
        guard let value = FieldValue(member.value) else {
          problems.error(
            .wrongType, "a field holds a value or a list of values, not \(Self.kind(member.value))",
            at: member.value.range)
          continue
        }
        append(member.key.value, value)
      }
    } else {
      problems.error(
        .wrongType, "expected an object of fields, found \(node.typeDescription)", at: node.range)
    }
    try problems.throwErrors(in: source)
  }

  private static func kind(_ node: JSONNode) -> String {
    node.elements == nil ? node.typeDescription : "a list with a list or an object in it"
  }
}

extension FieldValue {
  /// Nil for an object, and for a list that contains an object or a list.
  package init?(_ node: JSONNode) {
    if let elements = node.elements {
      let members = elements.compactMap { Value(scalar: $0) }
      guard members.count == elements.count else { return nil }
      self = .members(members)
    } else if let value = Value(scalar: node) {
      self = .value(value)
    } else {
      return nil
    }
  }
}

extension Value {
  /// Nil for a list or an object.
  init?(scalar node: JSONNode) {
    switch node.content {
    case .null: self = .null
    case .bool(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .real(let real): self = .real(real)
    case .string(let string): self = .text(string)
    case .array, .object: return nil
    }
  }
}
