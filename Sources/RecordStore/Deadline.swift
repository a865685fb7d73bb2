/// The moment after which an answer is of no use any more.
///
/// It covers everything that is done for one request on a connection: waiting for the connection,
/// waiting for locks, preparing and stepping.
public struct Deadline: Sendable, Hashable {
  /// Nil means never.
  public let instant: ContinuousClock.Instant?

  public init(_ instant: ContinuousClock.Instant?) { self.instant = instant }

  public static let never = Deadline(nil)

  /// So long from now.
  public static func after(_ duration: Duration) -> Deadline {
    Deadline(ContinuousClock.now.advanced(by: duration))
  }

  public var hasPassed: Bool {
    guard let instant else { return false }
    return ContinuousClock.now >= instant
  }
}
