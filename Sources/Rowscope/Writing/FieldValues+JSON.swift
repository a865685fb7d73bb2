import AccessProfiles
import Documents
import RecordEngine
import RowscopeModel

extension FieldValues {
  /// The values in a JSON object: `{"title": "Toner", "client": null, "watchers": [3, 7]}`.
  ///
  /// Complexity: O(n) in the bytes.
  /// - Throws: `invalid_request`, or the code of the first problem, with its line and column.
  public init(json bytes: [UInt8]) throws(ServiceError) {
    let source = SourceDocument(name: "values", bytes: bytes)
    self = try rethrowing({ ServiceError($0, fallback: .invalidRequest) }) {
      () throws(Diagnostics) in
      try FieldValues(try JSONReader.read(source, as: .strict), in: source)
    }
  }

  init(_ node: JSONNode, in source: SourceDocument) throws(Diagnostics) {
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
