#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// A file to read again when it may have changed.
struct WatchedFile: Sendable {
  let path: String
  private var stamp: FileStamp

  /// Create it before reading the file, so that the next look detects changes made in between.
  init(_ path: String) {
    self.path = path
    stamp = FileStamp(path)
  }

  enum Finding {
    case same
    /// Unchanged, but its last change is so recent that another one might look the same.
    case unsettled
    case changed
  }

  /// Whether the file is certainly the same as at the last look. One system call.
  var isSame: Bool { stamp.isSettled && FileStamp(path) == stamp }

  /// Whether it is the same file as at the last look, whatever it holds. One system call.
  var isSameFile: Bool { FileStamp(path).isSameFile(as: stamp) }

  /// Compares the file with its last known state. One system call.
  mutating func look() -> Finding {
    let now = FileStamp(path)
    defer { stamp = now }
    if now != stamp { return .changed }
    return stamp.isSettled ? .same : .unsettled
  }

  /// Whether another file has replaced it. One system call.
  mutating func wasReplaced() -> Bool {
    let now = FileStamp(path)
    defer { stamp = now }
    return !now.isSameFile(as: stamp)
  }
}

/// A file's metadata, read without opening it.
private struct FileStamp: Equatable {
  private var device: UInt64 = 0
  /// 0 if there is no file.
  private var inode: UInt64 = 0
  private var size: Int64 = 0
  private var modified = Time()
  /// When content, owner or mode changed; programs cannot set it.
  private var changed = Time()
  /// Whether any later change must have another stamp. File system clocks tick slowly: two changes
  /// within one tick look the same.
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
      // A new file has another stamp in any case.
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
    // Some file systems count in steps of one or two seconds; others tick at least a hundred times
    // a second.
    let tick: Int64 = changed.nanoseconds == 0 ? 2_000_000_000 : 20_000_000
    isSettled = age > tick
  }

  func isSameFile(as other: FileStamp) -> Bool { device == other.device && inode == other.inode }

  static func == (left: FileStamp, right: FileStamp) -> Bool {
    left.isSameFile(as: right) && left.size == right.size && left.modified == right.modified
      && left.changed == right.changed
  }
}
