import RowscopeModel
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
  private static let paths = Mutex<Set<Text>>([])

  static func add(_ path: String) { paths.withLock { _ = $0.insert(Text(path)) } }

  /// Deletes an unfinished file.
  static func remove(_ path: String) {
    paths.withLock { if $0.remove(Text(path)) != nil { unlink(path) } }
  }

  /// Moves a finished file to its destination, replacing what is there. An interruption happens
  /// before or after it, not in between.
  static func move(_ path: String, to destination: String) throws(OutputError) {
    let code: Int32 = paths.withLock {
      guard rename(path, destination) == 0 else { return errno }
      $0.remove(Text(path))
      return 0
    }
    if code != 0 { throw .failed(action: "write \(destination)", code: code) }
  }

  /// Deletes all unfinished files and ends the process; no file can be finished in between.
  static func removeAll(thenExit code: Int32) -> Never {
    paths.withLock {
      for path in $0 { unlink(path.string) }
      _exit(code)
    }
  }

  /// A name next to `destination`, on the same file system, so that a rename suffices.
  static func path(beside destination: String) -> String {
    let slash = destination.utf8.lastIndex(of: UInt8(ascii: "/"))
    let start = slash.map { destination.utf8.index(after: $0) } ?? destination.startIndex
    let (folder, name) = (destination[..<start], destination[start...])
    let random = String(UInt32.random(in: .min ... .max), radix: 36)
    return "\(folder).\(name).\(getpid())-\(random).part"
  }
}
