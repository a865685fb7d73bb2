/// Whether the answer is still wanted: asked now and then by whatever takes long.
///
/// Once it is not, scans end early, and what they found is thrown away.
final class CancellationCheck {
  private let isWanted: () -> Bool
  private(set) var hasStruck = false

  init(isWanted: @escaping () -> Bool) { self.isWanted = isWanted }

  /// A look at the clock takes some 50 ns, and a block of a cheap predicate 1 µs.
  static var blocksPerLook: Int { 16 }

  func isDue() -> Bool {
    if !hasStruck { hasStruck = !isWanted() }
    return hasStruck
  }
}
