import AccessProfiles
import RecordEngine
import RecordFilter
import RowscopeModel

extension RecordChange {
  /// Whether a field still has the value that the caller expects.
  ///
  /// Texts are compared by bytes, whatever the column's collation, so a change of case is a change.
  /// The order of members does not matter.
  func isUnchanged(_ id: FieldID, _ stored: Value, _ expected: FieldValue) -> Bool {
    let field = table.table[id]
    let check = ValueCheck(field: field, clock: context.clock)
    if field.isManyValued {
      if case .value(let value) = expected, value == stored { return true }
      var isLink = false
      if case .link = field.storage { isLink = true }
      guard let expected = try? check.members(expected) else {
        guard expected == .null else { return false }
        // A link table without rows means no value.
        return stored.isNull || isLink && Self.members(stored).isEmpty
      }
      if stored.isNull { return isLink && expected.isEmpty }
      return Self.members(field.presentation.shown(stored)).map(\.comparable).sorted(
        by: Self.precedes
      )
      .elementsEqual(expected.map(\.comparable).sorted(by: Self.precedes), by: Self.isEqual)
    }
    guard case .value(let given) = expected else { return false }
    if let type = field.type?.resolved(in: context.clock.zone), type != .text, !given.isNull,
      let current = type.value(of: stored), let wanted = type.literal(given)
    {
      return wanted.low == wanted.high
        && Comparison.order(current, wanted.low, collation: .binary) == 0
        || field.presentation.shown(stored) == given
    }
    let value = (try? check.stored(expected)) ?? given
    if value.isNull || stored.isNull { return value.isNull && stored.isNull }
    return Comparison.order(stored, value, affinity: field.affinity, collation: .binary) == 0
  }

  private static func members(_ stored: Value) -> [Value] {
    guard case .text(let text) = stored else { return [] }
    var members: [Value] = []
    let isArray = text.withBytes { bytes in
      JSONMembers.forEach(in: bytes) { element in
        switch element {
        case .integer(let integer): members.append(.integer(integer))
        case .real(let real): members.append(.real(real))
        case .text(let bytes): members.append(.text(Text(bytes: bytes)))
        case .other: break
        }
      }
    }
    return isArray ? members : []
  }

  private static func precedes(_ left: Value, _ right: Value) -> Bool {
    Comparison.order(left, right, collation: .binary) < 0
  }

  private static func isEqual(_ left: Value, _ right: Value) -> Bool {
    Comparison.order(left, right, collation: .binary) == 0
  }
}

extension Value {
  /// Members of a link table have the type of its column: `"3"` and 3 are the same user.
  fileprivate var comparable: Value { asNumberIfText }
}
