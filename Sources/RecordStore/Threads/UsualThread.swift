internal import Dispatch
internal import Synchronization

/// A thread of the usual priority, for what threads that give way must not do themselves.
///
/// On Linux a thread inherits the priority of the thread that starts it, and no thread can raise its
/// own. So a thread that gives way starts no other one. Nor does it resume a task: the system may
/// start one of Swift's own threads for that, on which all tasks of the process would give way then.
final class UsualThread: TaskExecutor {
  /// - Precondition: the first call is from a thread of the usual priority.
  static let shared = UsualThread()

  private let signal = DispatchSemaphore(value: 0)
  private let waiting = Mutex<[Work]>([])

  private enum Work: Sendable {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  private init() {
    let isStarted = NativeThread.start { self.serve() }
    if !isStarted { DispatchQueue.global().async { self.serve() } }
  }

  /// Runs `body` on the calling thread, or on this one if that one gives way, and does not wait for
  /// it then.
  static func begin(_ body: @escaping @Sendable () -> Void) {
    if ThreadPriority.isLowered { shared.take(.closure(body)) } else { body() }
  }

  func enqueue(_ job: consuming ExecutorJob) { take(.job(UnownedJob(job))) }

  func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

  private func take(_ work: Work) {
    waiting.withLock { $0.append(work) }
    signal.signal()
  }

  private func serve() {
    while true {
      signal.wait()
      switch waiting.withLock({ $0.removeFirst() }) {
      case .job(let job): job.runSynchronously(on: asUnownedTaskExecutor())
      case .closure(let body): body()
      }
    }
  }
}
