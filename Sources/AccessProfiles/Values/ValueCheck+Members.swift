import Documents
package import RecordFilter
package import RowscopeModel

/// Fields of many values.
extension ValueCheck {
  /// The members of a field of many values, without repetitions, in the given order; nil for null.
  ///
  /// - Parameter column: the column of a link table that holds the members; nil for a JSON array.
  package func members(
    _ given: FieldValue, in column: Field? = nil
  ) throws(ValueFault) -> [Value]? {
    let values: [Value]
    switch given {
    case .members(let members): values = members
    case .value(.null): return nil
    case .value(.text(let text)): values = try list(text)
    case .value: throw ValueFault("a list", hint: hint)
    }
    var seen: Set<Value> = []
    var members: [Value] = []
    for value in values {
      let member = try self.member(value, in: column)
      if seen.insert(member).inserted { members.append(member) }
    }
    return members
  }

  /// Reads a text as a list: a JSON array, or values separated by commas.
  private func list(_ text: Text) throws(ValueFault) -> [Value] {
    guard let string = text.validString else { throw ValueFault("a list", hint: hint) }
    if string.utf8.first(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "[") {
      let source = SourceDocument(name: "list", bytes: text.bytes)
      guard let node = try? JSONReader.read(source, as: .strict),
        case .members(let members) = FieldValue(node)
      else { throw ValueFault("a list", hint: hint) }
      return members
    }
    let parts = string.utf8.split(separator: UInt8(ascii: ","))
      .map { String(decoding: $0, as: UTF8.self).trimmingASCIISpaces }
      .filter { !$0.isEmpty }
    return parts.map { part in
      // User ids are usually numbers, and a JSON array distinguishes 3 from "3".
      if field.kind == .users, let number = Int64(part), String(number) == part {
        return .integer(number)
      }
      return .text(part)
    }
  }

  private var hint: String {
    field.kind == .users ? "such as [3, 7]" : #"such as ["red", "blue"]"#
  }

  private func member(_ value: Value, in column: Field?) throws(ValueFault) -> Value {
    switch value {
    case .null: throw ValueFault("a list without null", hint: hint)
    case .blob: throw ValueFault("a list of numbers and texts", hint: hint)
    case .real(let real):
      guard real.isFinite else { throw ValueFault("a list of numbers and texts", hint: hint) }
      if field.kind == .users, Int64(exactly: real) == nil {
        throw ValueFault("a list of users", hint: hint)
      }
    case .text(let text):
      // A JSON text ends at NUL, and SQLite repairs nothing.
      guard text.validString != nil, !text.bytes.contains(0) else {
        throw ValueFault("a list of texts of UTF-8 without NUL")
      }
    case .integer: break
    }
    guard let column else { return value }
    let inList = { (fault: ValueFault) in
      ValueFault("a list, of which each is \(fault.expected)", hint: hint)
    }
    return try rethrowing(inList) { () throws(ValueFault) in
      try ValueCheck(field: column, clock: clock).stored(.value(value))
    }
  }

  /// Members as the column holds them: a JSON array, or a text with separators.
  package func stored(_ members: [Value]) throws(ValueFault) -> Value {
    guard let separator = field.members.separator else { return Self.array(members) }
    var joined: [UInt8] = []
    for member in members {
      guard case .text(let text) = member.asTextIfNumber, !text.bytes.contains(separator),
        !text.string.trimmingASCIISpaces.isEmpty
      else {
        throw ValueFault(
          "a list of texts without \(Printable.quoted(String(UnicodeScalar(separator))))")
      }
      if !joined.isEmpty { joined.append(separator) }
      joined += text.bytes
    }
    return .text(Text(bytes: joined))
  }

  /// Members as a JSON array in canonical form: no spaces, no unnecessary escapes.
  package static func array(_ members: [Value]) -> Value {
    var writer = JSONWriter()
    writer.beginArray()
    for member in members {
      switch member {
      case .integer(let integer): writer.integer(integer)
      case .real(let real): writer.real(real)
      case .text(let text): writer.string(text.string)
      case .null, .blob: continue
      }
    }
    writer.endArray()
    return .text(Text(bytes: writer.bytes))
  }
}
