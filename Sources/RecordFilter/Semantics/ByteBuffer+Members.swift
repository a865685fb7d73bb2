package import Documents

extension ByteBuffer {
  /// The members of a many-valued field, as a JSON array: empty where the text is no JSON array.
  package mutating func appendJSON(membersOf text: UnsafeBufferPointer<UInt8>) {
    let start = count
    append(UInt8(ascii: "["))
    let isArray = JSONMembers.forEach(in: text) { element in
      if case .other = element { return }
      // Only the bracket stands before the first.
      if count > start + 1 { append(UInt8(ascii: ",")) }
      switch element {
      case .integer(let integer): appendJSON(integer)
      case .real(let real): appendJSON(real)
      case .text(let member): appendJSON(text: member)
      case .other: break
      }
    }
    // What was seen of a text that is no array counts for nothing.
    if !isArray { truncate(to: start + 1) }
    append(UInt8(ascii: "]"))
  }
}
