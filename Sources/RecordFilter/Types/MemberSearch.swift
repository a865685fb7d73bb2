package import RowscopeModel

/// Finds out whether stored values have one of some members.
package final class MemberSearch: Sendable {
  private let form: MembersForm
  private let members: [Value]
  /// The members, where they are many: whole reals as integers, which they equal.
  private let set: Set<Value>?

  /// Up to so many members are compared one by one.
  private static let few = 8

  package init(_ form: MembersForm, _ members: [Value]) {
    self.form = form
    self.members = members
    set = members.count > Self.few ? Set(members.map(\.wholeAsInteger)) : nil
  }

  /// Whether a stored value has one of the members.
  ///
  /// Complexity: linear in the text; allocates for texts with escapes, for members of a declared
  /// type, and where there are many members.
  package func isFound(in stored: BorrowedValue) -> Bool {
    guard !form.isPlain else {
      return stored.storageClass == .text && isFound(in: stored.bytes)
    }
    guard case .text(let array)? = form.array(of: stored) else { return false }
    return array.withBytes { isFound(in: $0) }
  }

  private func isFound(in array: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let set else { return JSONMembers.contain(members, in: array) }
    var isFound = false
    let isArray = JSONMembers.forEach(in: array) { element in
      if !isFound, let value = element.value { isFound = set.contains(value.wholeAsInteger) }
    }
    return isArray && isFound
  }
}

extension Value {
  /// The integer that a real equals, if there is one; any other value as it is.
  package var wholeAsInteger: Value {
    if case .real(let real) = self, let integer = Int64(exactly: real) {
      .integer(integer)
    } else {
      self
    }
  }
}
