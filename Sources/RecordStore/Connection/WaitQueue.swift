/// A first-in, first-out queue of waiting tasks.
struct WaitQueue<Answer: Sendable> {
  typealias Continuation = CheckedContinuation<Result<Answer, StoreError>, Never>

  private var line: [(ticket: UInt64, continuation: Continuation?)] = []
  /// Entries before this index are empty.
  private var head = 0
  private(set) var count = 0
  private var tickets: UInt64 = 0

  var isEmpty: Bool { count == 0 }

  mutating func nextTicket() -> UInt64 {
    tickets += 1
    return tickets
  }

  mutating func append(_ continuation: Continuation, ticket: UInt64) {
    line.append((ticket, continuation))
    count += 1
  }

  /// Amortised O(1).
  mutating func popFirst() -> Continuation? {
    while head < line.count {
      let continuation = line[head].continuation
      line[head].continuation = nil
      head += 1
      if let continuation {
        count -= 1
        compact()
        return continuation
      }
    }
    compact()
    return nil
  }

  /// Removes a task from the middle of the queue; nil if it was served already. O(n) in the number
  /// of waiting tasks.
  mutating func remove(_ ticket: UInt64) -> Continuation? {
    guard let index = line[head...].firstIndex(where: { $0.ticket == ticket }),
      let continuation = line[index].continuation
    else { return nil }
    line[index].continuation = nil
    count -= 1
    return continuation
  }

  private mutating func compact() {
    guard head == line.count || head >= 64 && head * 2 >= line.count else { return }
    line.removeFirst(head)
    head = 0
  }
}
