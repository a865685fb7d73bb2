import RowscopeModel

/// The keys of one object, to find one that is written twice.
struct KeySet {
  /// Few keys are compared one by one; more are hashed, so that an object of any size is read in
  /// linear time.
  private static let linearLimit = 12

  private var hashed: Set<Text> = []

  /// Adds `key`; `members` are those that were read before it. False where one of them has the same
  /// bytes.
  mutating func insert(_ key: String, among members: [JSONNode.Member]) -> Bool {
    if members.count < Self.linearLimit {
      return !members.contains { $0.key.value.hasSameBytes(as: key) }
    }
    if hashed.isEmpty {
      hashed = Set(members.map { Text($0.key.value) })
    }
    return hashed.insert(Text(key)).inserted
  }
}
