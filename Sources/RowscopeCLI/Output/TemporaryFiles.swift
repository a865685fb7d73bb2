import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The unfinished files of this process, so that an interruption can delete them.
enum TemporaryFiles {
  private static let paths = Mutex<Set<String>>([])

  static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  /// Deletes an unfinished file.
  static func remove(_ path: String) {
    paths.withLock { if $0.remove(path) != nil { unlink(path) } }
  }

  /// Moves a finished file to its destination, replacing what is there. An interruption happens
  /// before or after it, not in between.
  static func move(_ path: String, to destination: String) throws(OutputError) {
    let code: Int32 = paths.withLock {
      guard rename(path, destination) == 0 else { return errno }
      $0.remove(path)
      return 0
    }
    if code != 0 { throw .failed(action: "write \(destination)", code: code) }
  }

  /// Deletes all unfinished files and ends the process; no file can be finished in between.
  static func removeAll(thenExit code: Int32) -> Never {
    paths.withLock {
      for path in $0 { unlink(path) }
      _exit(code)
    }
  }

  /// A name next to `destination`, on the same file system, so that a rename suffices.
  static func path(beside destination: String) -> String {
    let slash = destination.lastIndex(of: "/")
    let folder = slash.map { String(destination[...$0]) } ?? ""
    let name = slash.map { destination[destination.index(after: $0)...] } ?? destination[...]
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    return "\(folder).\(name).\(getpid())-\(random).part"
  }
}
