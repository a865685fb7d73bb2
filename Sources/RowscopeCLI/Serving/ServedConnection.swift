import Rowscope
import RowscopeModel
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One client's connection: the requests that run, and the answers that wait to be sent.
///
/// Answers are sent by the task that made them if the client takes them at once, and otherwise by
/// the server's loop. The loop alone reads and closes it.
final class ServedConnection: Sendable {
  let descriptor: Int32
  private let wakeup: Wakeup
  private let state = Mutex(State())

  /// The most requests of one client that run at the same time.
  static let mostRunning = 16
  /// While more bytes of answers wait for the client to read, no request of it begins.
  static let mostUnsent = 1 << 20
  /// While more bytes of requests are being answered, no request of it begins.
  static let mostAsked = 16 << 20

  /// Whose connection it is.
  enum Phase: Sendable {
    /// The first line has yet to come, or to be answered.
    case arriving
    /// The terms for its requests.
    case open(LineTerms)
    /// It is closed once everything is sent.
    case refused
  }

  fileprivate struct State {
    var phase = Phase.arriving
    var running: [Int: Task<Void, Never>] = [:]
    var started = 0
    /// Bytes of the requests that run.
    var asked = 0
    var unsent: [UInt8] = []
    /// How many of these are sent.
    var sent = 0
    /// Whether the loop waits for a request to end.
    var isAwaited = false
    /// Whether nothing can be sent any more.
    var isLost = false
  }

  init(_ descriptor: Int32, _ wakeup: Wakeup) {
    self.descriptor = descriptor
    self.wakeup = wakeup
  }

  /// What the loop is to do with the connection.
  struct Standing {
    var phase: Phase
    var isIdle: Bool
    var hasUnsent: Bool
    /// Whether another request may begin.
    var takesMore: Bool
    var isLost: Bool
  }

  /// - Parameter isAwaited: whether to wake the loop when a request ends, also if its answer could
  ///   be sent and others may begin.
  func standing(isAwaited: Bool) -> Standing {
    state.withLock { state in
      let takesMore =
        state.running.count < Self.mostRunning && state.asked < Self.mostAsked
        && state.unsent.count - state.sent < Self.mostUnsent
      state.isAwaited = isAwaited || !takesMore
      return Standing(
        phase: state.phase, isIdle: state.running.isEmpty, hasUnsent: !state.unsent.isEmpty,
        takesMore: takesMore, isLost: state.isLost)
    }
  }

  /// Whether its first line has yet to come.
  var hasSaidNothing: Bool {
    state.withLock { state in
      if case .arriving = state.phase { state.running.isEmpty } else { false }
    }
  }

  // MARK: Requests

  /// Begins a request.
  ///
  /// - Parameters:
  ///   - bytes: of the request.
  ///   - answer: makes its answer, and the phase that follows it, if another does.
  func start(
    _ bytes: Int, _ answer: @escaping @Sendable () async -> (answer: [UInt8], next: Phase?)
  ) {
    state.withLock { state in
      let number = state.started
      state.started += 1
      state.asked += bytes
      // It ends after this lock is released, so it finds itself.
      state.running[number] = Task {
        let (answer, next) = await answer()
        end(number, bytes, answer, next)
      }
    }
  }

  private func end(_ number: Int, _ bytes: Int, _ answer: [UInt8], _ next: Phase?) {
    let wakes = state.withLock { state in
      state.running[number] = nil
      state.asked -= bytes
      if let next { state.phase = next }
      state.add(answer, to: descriptor)
      return state.isAwaited || !state.unsent.isEmpty || state.isLost || next != nil
    }
    if wakes { wakeup.call() }
  }

  /// Refuses what comes next.
  ///
  /// - Parameter answer: what the client is told.
  func refuse(_ answer: [UInt8]?) {
    state.withLock { state in
      state.phase = .refused
      if let answer { state.add(answer, to: descriptor) }
    }
  }

  /// Sends what waits, as far as the client takes it.
  func flush() { state.withLock { $0.flush(to: descriptor) } }

  /// Closes it. Requests that run are cancelled, and their answers dropped.
  func shut() {
    let running = state.withLock { state in
      // Before the descriptor's number can be another connection's.
      state.isLost = true
      state.unsent = []
      state.sent = 0
      close(descriptor)
      return Array(state.running.values)
    }
    for task in running { task.cancel() }
  }
}

extension ServedConnection.State {
  fileprivate mutating func add(_ answer: [UInt8], to descriptor: Int32) {
    guard !isLost else { return }
    unsent += answer
    unsent.append(UInt8(ascii: "\n"))
    flush(to: descriptor)
  }

  fileprivate mutating func flush(to descriptor: Int32) {
    while !isLost, sent < unsent.count {
      let count = unsent.withUnsafeBytes { bytes in
        send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, 0)
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN || errno == EWOULDBLOCK {
        // Sent bytes are dropped now and then, so that memory does not grow.
        if sent > ServedConnection.mostUnsent {
          unsent.removeSubrange(..<sent)
          sent = 0
        }
        return
      } else if errno != EINTR {
        isLost = true
      }
    }
    if unsent.capacity > ServedConnection.mostUnsent {
      unsent = []
    } else {
      unsent.removeAll(keepingCapacity: true)
    }
    sent = 0
  }
}

/// Ends the wait of a loop from another thread.
final class Wakeup: Sendable {
  /// Readable once it was called.
  let descriptor: Int32
  private let writing: Int32
  private let isCalled = Atomic(false)

  init() throws(CommandError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw .failed("cannot make a pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    (descriptor, writing) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(writing)
  }

  func call() {
    guard !isCalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
  }

  /// Makes the next call count. What was done before a call that this takes is seen afterwards.
  func take() {
    var bytes: (UInt64, UInt64) = (0, 0)
    while read(descriptor, &bytes, 16) == 16 {}
    _ = isCalled.exchange(false, ordering: .acquiringAndReleasing)
  }
}
