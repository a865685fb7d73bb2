package import Documents
package import RowscopeModel

extension JSONWriter {
  /// A list of conditions in the form that ``ConditionParser`` reads.
  package mutating func write(_ conditions: [Condition]) {
    beginArray()
    for condition in conditions { write(condition) }
    endArray()
  }

  package mutating func write(_ condition: Condition) {
    beginObject()
    switch condition.content {
    case .and(let members):
      key("and")
      write(members)
    case .or(let members):
      key("or")
      write(members)
    case .not(let member):
      key("not")
      write(member)
    case .named(let name):
      key("condition")
      string(name)
    case .related(let related):
      key("field")
      string(related.path.value)
      key("operator")
      string(related.quantifier.value.rawValue)
      key("where")
      write(related.conditions)
    case .test(let test):
      key("field")
      string(test.field.value)
      key("operator")
      string(test.operator.value.rawValue)
      write(test.operand.value)
    }
    endObject()
  }

  private mutating func write(_ operand: ConditionTest.Operand) {
    switch operand {
    case .none: break
    case .reference(let reference):
      key("reference")
      string(reference.description)
    case .otherField(let name):
      key("other_field")
      string(name)
    case .value(let value):
      key("value")
      write(value)
    case .list(let values):
      key("value")
      beginArray()
      for value in values { write(value) }
      endArray()
    case .range(let low, let high):
      key("value")
      beginArray()
      write(low)
      write(high)
      endArray()
    case .days(let days):
      key("value")
      integer(Int64(days))
    }
  }

  private mutating func write(_ value: Value) {
    switch value {
    case .null: null()
    case .integer(let integer): self.integer(integer)
    case .real(let real): self.real(real)
    case .text(let text): string(text.string)
    // JSON has no blobs, so conditions have none.
    case .blob: null()
    }
  }
}
