package import Documents
package import RowscopeModel

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
  fileprivate init?(scalar node: JSONNode) {
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
