/// A share of a service's answers that is checked while the service is in use: the same request is
/// answered by both engines, and a difference is reported.
///
/// ```swift
/// let verification = Verification(share: 0.001) { finding in
///   if case .difference(let difference) = finding { log.critical("\(difference)") }
/// }
/// let service = try RecordService(workspace: workspace, verification: verification)
/// ```
///
/// A check runs after the answer was given, in a task of its own, one at a time; while one runs, no
/// other begins. Tables that are not in memory are loaded for it, which takes about as long as
/// reading them.
public struct Verification: Sendable {
  /// What one check found.
  public enum Finding: Sendable {
    /// Both engines gave the same answer, byte for byte, or the same error.
    case same
    /// They did not: a mistake of this library, to be reported.
    case difference(EngineDifference)
    /// One of the engines could not answer.
    case notCompared(ServiceError)
  }

  /// From 0 to 1. One request in so many is checked, evenly.
  public var share: Double
  /// Told of every check, by the task that did it.
  public var report: @Sendable (Finding) -> Void

  /// A check of this share of the answers: 0.001 for one in a thousand.
  public init(share: Double, report: @escaping @Sendable (Finding) -> Void) {
    self.share = share
    self.report = report
  }
}
