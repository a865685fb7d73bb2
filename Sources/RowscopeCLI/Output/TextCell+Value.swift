import RowscopeModel

extension TextCell {
  init(_ outcome: FieldOutcome) {
    switch outcome {
    case .value(let value): self.init(value)
    case .null: self = .null
    case .hidden: self = .hidden
    }
  }

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .integer(let integer): self = .integer(integer)
    case .real(let real): self = .real(real)
    case .text(let text): self = text.validString.map(TextCell.text) ?? .malformedText(text.bytes)
    case .blob(let bytes): self = .blob(bytes)
    }
  }
}
