#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A file that is read again when it may have changed.
struct WatchedFile: Sendable {
  let path: String
  private var stamp: FileStamp

  /// To be made before the file is read: what changes in between is then seen at the next look.
  init(_ path: String) {
    self.path = path
    stamp = FileStamp(path)
  }

  enum Finding {
    case same
    /// It looks the same, and was changed so lately that it may look so after another change too.
    case unsettled
    case changed
  }

  /// Compares the file with how it was at the last look. One system call.
  mutating func look() -> Finding {
    let now = FileStamp(path)
    defer { stamp = now }
    if now != stamp { return .changed }
    return stamp.isSettled ? .same : .unsettled
  }

  /// Whether another file stands in the place of the one that was there. One system call.
  mutating func wasReplaced() -> Bool {
    let now = FileStamp(path)
    defer { stamp = now }
    return !now.isSameFile(as: stamp)
  }
}

/// What the system says of a file without opening it.
private struct FileStamp: Equatable {
  private var device: UInt64 = 0
  /// 0 where there is no file.
  private var inode: UInt64 = 0
  private var size: Int64 = 0
  private var modified = Time()
  /// When content, owner or mode changed: nobody can set this one.
  private var changed = Time()
  /// Whether a later change is sure to give another stamp. Clocks of file systems tick slowly: two changes
  /// within one tick look alike.
  let isSettled: Bool

  private struct Time: Equatable {
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0

    init() {}

    init(_ time: timespec) {
      seconds = Int64(time.tv_sec)
      nanoseconds = Int64(time.tv_nsec)
    }
  }

  init(_ path: String) {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else {
      // A file that appears has another stamp in any case.
      isSettled = true
      return
    }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(status.st_ino)
    size = Int64(status.st_size)
    #if canImport(Darwin)
      modified = Time(status.st_mtimespec)
      changed = Time(status.st_ctimespec)
    #else
      modified = Time(status.st_mtim)
      changed = Time(status.st_ctim)
    #endif
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let age =
      (Int64(now.tv_sec) - changed.seconds) * 1_000_000_000
      + Int64(now.tv_nsec) - changed.nanoseconds
    // Some file systems count in seconds, or two of them; the others tick a hundred times a second at least.
    let tick: Int64 = changed.nanoseconds == 0 ? 2_000_000_000 : 20_000_000
    isSettled = age > tick
  }

  func isSameFile(as other: FileStamp) -> Bool { device == other.device && inode == other.inode }

  static func == (left: FileStamp, right: FileStamp) -> Bool {
    left.isSameFile(as: right) && left.size == right.size && left.modified == right.modified
      && left.changed == right.changed
  }
}
