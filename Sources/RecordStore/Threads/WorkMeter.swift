/// Counts the work that a request takes, and stops it where it takes more than its caller's thread
/// should bear.
///
/// The unit is a step: 2,000 instructions of SQLite's virtual machine, which take some 20 µs. It is
/// the same in every run, however busy the machine is. Used only by the task that has the
/// connection.
package final class WorkMeter {
  /// What may run on the caller's thread: some 100 µs.
  package static let fewSteps = 5
  /// A request that takes more, some 2 ms, gives way to all others.
  package static let manySteps = 100
  /// How often it offers its core to them: every 500 µs.
  private static let stepsBetweenYields = 25

  /// The steps since the current work began.
  @exclusivity(unchecked) package private(set) var steps = 0
  /// Whether the work turned out to be too long for the caller's thread. All that it still does
  /// fails.
  @exclusivity(unchecked) package private(set) var isOver = false
  @exclusivity(unchecked) private var place = Place.anywhere
  @exclusivity(unchecked) private var briefRuns: UInt = 0
  /// When the present brief work began, if that is looked at.
  private var briefStart: ContinuousClock.Instant?
  /// Whether the priority of the service's thread was lowered.
  @exclusivity(unchecked) private var isLowered = false
  /// The steps since that thread last gave way.
  @exclusivity(unchecked) private var stepsSinceGivingWay = 0

  private enum Place {
    /// Nothing is known about the thread.
    case anywhere
    case caller
    case serviceThread
  }

  package init() {}

  /// Whether the work runs on the caller's thread, and so must not block it.
  package var isBrief: Bool { place == .caller }

  /// Counts steps. Returns whether the work may continue.
  func take(_ count: Int) -> Bool {
    steps += count
    switch place {
    case .anywhere: break
    case .caller: if steps > Self.fewSteps { isOver = true }
    case .serviceThread:
      if isLowered {
        stepsSinceGivingWay += count
        if stepsSinceGivingWay >= Self.stepsBetweenYields {
          stepsSinceGivingWay = 0
          ThreadPriority.giveWay()
        }
      } else if steps >= Self.manySteps {
        isLowered = true
        ThreadPriority.lower()
      }
    }
    return !isOver
  }

  /// Counts a part of a search in memory, of 65,536 records. Returns whether to continue.
  package func takeBlocks() -> Bool { take(3) }

  /// Gives up, if the work runs on the caller's thread: what comes next is known to take long.
  ///
  /// - Returns: whether it gave up. The caller throws any error then; nobody sees it.
  package func giveUp() -> Bool {
    if place == .caller { isOver = true }
    return isOver
  }

  /// Runs `body` on the calling thread, which it does not block for long.
  ///
  /// - Parameter body: reads only, since it may be run again.
  /// - Returns: nil if it takes more than ``fewSteps`` or would have to wait. It is to be run on a
  ///   service's thread then. What it returned or threw is dropped: an error or an answer that only
  ///   came about because the work was stopped is nobody's.
  package func briefly<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result? {
    beginBriefly()
    do throws(Failure) {
      let result = try body()
      return endBriefly() ? result : nil
    } catch {
      guard endBriefly() else { return nil }
      throw error
    }
  }

  /// Like ``briefly(_:)``, for what is done until ``endBriefly()``.
  package func beginBriefly() {
    begin(.caller)
    briefRuns &+= 1
    if isTimed { briefStart = .now }
  }

  /// - Returns: whether what was done counts; false if it was stopped.
  package func endBriefly() -> Bool {
    defer { end() }
    return !isOver
  }

  /// Whether the time of the present brief work is looked at, too: now and then, since that takes
  /// as long as a part of a short request.
  private var isTimed: Bool { briefRuns & 15 == 0 }

  /// Whether the present brief work took longer than this, as far as it is known.
  package func hasTaken(longerThan duration: Duration) -> Bool {
    guard isTimed, let start = briefStart else { return false }
    return start.duration(to: .now) > duration
  }

  /// Runs `body` on the calling thread, which is one of a service's. After ``manySteps`` the
  /// thread's priority is lowered, or at once if it is known that there will be as many.
  package func atLength<Result, Failure: Error>(
    isLong: Bool = false, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    begin(.serviceThread)
    defer { end() }
    isLowered = isLong
    if isLong { ThreadPriority.lower() }
    return try body()
  }

  private func begin(_ place: Place) {
    self.place = place
    steps = 0
    isOver = false
  }

  private func end() {
    place = .anywhere
    isOver = false
  }
}
