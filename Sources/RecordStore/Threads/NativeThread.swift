#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// A thread of the operating system.
enum NativeThread {
  /// As much as the main thread has: the default is less on some systems.
  private static let stackSize = 8 << 20

  private final class Start {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread that runs `body` and ends.
  ///
  /// - Returns: false if the system allows no further thread.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return false }
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, stackSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let start = Unmanaged.passRetained(Start(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(
        &thread, &attributes,
        { argument in
          Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, start.toOpaque())
    #else
      var thread = pthread_t()
      let code = pthread_create(
        &thread, &attributes,
        { argument in
          if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, start.toOpaque())
    #endif
    guard code == 0 else {
      start.release()
      return false
    }
    return true
  }
}

/// How the system prefers the calling thread to others.
struct ThreadPriority: Equatable {
  private let value: Int

  static var current: Self {
    #if canImport(Darwin)
      Self(value: Int(qos_class_self().rawValue))
    #else
      // On Linux the niceness is a thread's own.
      Self(value: Int(getpriority(thread, 0)))
    #endif
  }

  #if canImport(Glibc)
    private static var thread: __priority_which_t { __priority_which_t(PRIO_PROCESS.rawValue) }
  #elseif canImport(Musl)
    private static var thread: Int32 { PRIO_PROCESS }
  #endif

  /// Offers the calling thread's core to those that wait for it.
  ///
  /// Linux does not always interrupt a thread of a lower priority for one that becomes ready: what
  /// has just used more than its share waits for the next timer interrupt, up to 4 ms.
  static func giveWay() { sched_yield() }

  private static let mark: pthread_key_t = {
    var key = pthread_key_t()
    let code = pthread_key_create(&key, nil)
    precondition(code == 0, "the system allows no further value of threads")
    return key
  }()

  /// Whether ``lower()`` was called on the calling thread.
  static var isLowered: Bool { pthread_getspecific(mark) != nil }

  /// Makes the calling thread yield to all others that have work, for good: raising a priority
  /// takes a privilege.
  static func lower() {
    guard !isLowered else { return }
    pthread_setspecific(mark, UnsafeRawPointer(bitPattern: 1))
    #if canImport(Darwin)
      pthread_set_qos_class_self_np(QOS_CLASS_UTILITY, 0)
    #else
      setpriority(thread, 0, min(getpriority(thread, 0) + 10, 19))
    #endif
  }
}
