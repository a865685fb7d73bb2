/// The time by which a request must be answered.
///
/// It covers everything done for the request on a connection: waiting for the connection and for
/// locks, preparing and stepping.
package struct Deadline: Sendable, Hashable {
  /// Nil means never.
  package let instant: ContinuousClock.Instant?

  package init(_ instant: ContinuousClock.Instant?) { self.instant = instant }

  package static let never = Deadline(nil)

  /// A deadline this long from now.
  package static func after(_ duration: Duration) -> Deadline {
    Deadline(ContinuousClock.now.advanced(by: duration))
  }

  package var hasPassed: Bool {
    guard let instant else { return false }
    return ContinuousClock.now >= instant
  }
}
