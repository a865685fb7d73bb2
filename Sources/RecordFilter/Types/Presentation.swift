package import Documents
package import RowscopeModel

extension Field {
  /// How an answer shows the field.
  package var presentation: Presentation {
    if isManyValued {
      if storage == .jsonArray, let separator = members.separator { return .delimited(separator) }
      return .members
    }
    switch type {
    case .checkbox?: return .checkbox
    case .uuid(let form)?: return .uuid(form)
    case .number?, .text?, .time?, .date?, .datetime?, nil: return .stored
    }
  }
}

extension Presentation {
  /// A stored value as an answer shows it. What is none of the type is shown as it is stored. True
  /// and false are 1 and 0 here.
  package func shown(_ value: Value) -> Value {
    switch self {
    case .stored, .members: return value
    case .checkbox: return DeclaredType.checkbox.value(of: value) ?? value
    case .uuid(let form):
      guard case .blob(let bytes)? = DeclaredType.uuid(form).value(of: value) else {
        return value
      }
      return .text(UUIDText.canonical(bytes))
    case .delimited(let separator):
      if value.isNull { return value }
      return value.borrowed(MembersForm(separator: separator).array) ?? .text("[]")
    }
  }
}

extension Record {
  /// A record of stored values, as an answer shows them.
  package init(
    presenting values: [Value], as shape: RecordShape, related: [RelatedRecord] = [],
    may: [RecordAct]? = nil, readonly: [String]? = nil, hidden: [Int] = []
  ) {
    guard shape.isPresented else {
      self.init(
        shape: shape, values: values, related: related, may: may, readonly: readonly,
        hidden: hidden)
      return
    }
    self.init(
      shape: shape, values: zip(shape.fields, values).map { $0.presentation.shown($1) },
      related: related, may: may, readonly: readonly, hidden: hidden)
  }
}

extension ByteBuffer {
  /// A stored value as JSON.
  package mutating func appendJSON(_ value: BorrowedValue, as presentation: Presentation) {
    switch (presentation, value.storageClass) {
    case (_, .null): append("null")
    case (.members, .text): appendJSON(membersOf: value.bytes)
    case (.members, .integer), (.members, .real), (.members, .blob): append("[]")
    case (.stored, .integer): appendJSON(value.integer)
    case (.stored, .real): appendJSON(value.real)
    case (.stored, .text): appendJSON(text: value.bytes)
    case (.stored, .blob): appendJSON(blob: value.bytes)
    case (.checkbox, _):
      switch DeclaredType.checkbox.value(of: value) {
      case .integer(let flag): if flag == 1 { append("true") } else { append("false") }
      default: appendJSON(value, as: .stored)
      }
    case (.uuid(let form), _):
      if case .blob(let bytes)? = DeclaredType.uuid(form).value(of: value) {
        UUIDText.canonical(bytes).withBytes { appendJSON(text: $0) }
      } else {
        appendJSON(value, as: .stored)
      }
    case (.delimited(let separator), _):
      if case .text(let array)? = MembersForm(separator: separator).array(of: value) {
        array.withBytes { append($0) }
      } else {
        append("[]")
      }
    }
  }
}
