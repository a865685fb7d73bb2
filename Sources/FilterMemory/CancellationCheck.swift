/// Polls whether a long computation should go on.
///
/// Once it should not, scans end early and their results are discarded.
final class CancellationCheck {
  private let shouldContinue: () -> Bool
  private(set) var isCancelled = false

  init(shouldContinue: @escaping () -> Bool) { self.shouldContinue = shouldContinue }

  /// A check of the clock takes some 50 ns, and a block of a cheap predicate 1 µs.
  static var blocksPerCheck: Int { 16 }

  func poll() -> Bool {
    if !isCancelled { isCancelled = !shouldContinue() }
    return isCancelled
  }
}
