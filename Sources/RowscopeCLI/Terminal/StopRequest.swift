import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A request to stop, for commands that finish their current work first.
///
/// The first signal is only recorded. The second ends the process as usual.
enum StopRequest {
  private struct State {
    /// The two ends of a pipe, once a command expects signals.
    var pipe: (reading: Int32, writing: Int32)?
    var signal: Int32?
  }

  private static let state = Mutex(State())

  /// Starts recording signals.
  ///
  /// - Returns: a descriptor that becomes readable when a signal arrives.
  static func expect() throws(CommandError) -> Int32 {
    let (descriptor, code): (Int32, Int32) = state.withLock { state in
      if let pipe = state.pipe { return (pipe.reading, 0) }
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return (-1, errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      state.pipe = (ends[0], ends[1])
      return (ends[0], 0)
    }
    guard code == 0 else {
      throw .failed("cannot wait for input: \(String(cString: strerror(code)))")
    }
    return descriptor
  }

  /// The signal that arrived; nil if none has.
  static var signal: Int32? { state.withLock { $0.signal } }

  /// Records a signal; false if no command expects one, or it is not the first.
  static func note(_ signal: Int32) -> Bool {
    state.withLock { state in
      guard let pipe = state.pipe, state.signal == nil else { return false }
      state.signal = signal
      var byte: UInt8 = 1
      write(pipe.writing, &byte, 1)
      return true
    }
  }
}
