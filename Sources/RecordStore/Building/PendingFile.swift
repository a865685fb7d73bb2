#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// A file being written next to its destination. It is removed if it goes out of scope before the
/// move; a killed process leaves `NAME.partial-…`.
package final class PendingFile {
  /// The destination.
  package let path: String
  package let temporaryPath: String
  private let isReplacing: Bool
  private var isInPlace = false

  /// Creates an empty file.
  ///
  /// - Parameter isReplacing: whether the move may replace a file at `path`.
  /// - Throws: `cannotOpen`, `readOnly`, `diskFull`.
  package init(path: String, isReplacing: Bool) throws(StoreError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw StoreError(
        .cannotOpen, at: .database(path: path), "not a valid path: it is empty or contains a NUL")
    }
    self.path = path
    self.isReplacing = isReplacing
    var attempt = 0
    while true {
      let candidate = "\(path).partial-\(getpid())" + (attempt == 0 ? "" : "-\(attempt)")
      if Self.createFile(candidate) {
        temporaryPath = candidate
        return
      }
      guard errno == EEXIST, attempt < 100 else { throw Self.error(errno, path: path) }
      attempt += 1
    }
  }

  deinit {
    if !isInPlace { unlink(temporaryPath) }
  }

  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// Syncs the bytes to disk and gives the file its name, both or neither.
  func moveIntoPlace() throws(StoreError) {
    try synchronise()
    if !isReplacing {
      // Unlike a rename, a link never replaces a file that was created in the meantime.
      if link(temporaryPath, path) == 0 {
        unlink(temporaryPath)
        isInPlace = true
        return
      }
      // Some file systems have no links; there, a check followed by a rename is the best option.
      guard errno != EEXIST, !Self.exists(path) else { throw Self.error(EEXIST, path: path) }
    }
    guard rename(temporaryPath, path) == 0 else { throw Self.error(errno, path: path) }
    isInPlace = true
  }

  private func synchronise() throws(StoreError) {
    let descriptor = Self.open(temporaryPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.error(errno, path: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw Self.error(errno, path: path) }
  }

  private static func createFile(_ path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    close(descriptor)
    return true
  }

  private static func open(_ path: String, _ flags: Int32) -> Int32 {
    #if canImport(Darwin)
      Darwin.open(path, flags, 0o666)
    #elseif canImport(Glibc)
      Glibc.open(path, flags, 0o666)
    #endif
  }

  private static func error(_ code: Int32, path: String) -> StoreError {
    let kind: StoreError.Kind =
      switch code {
      case ENOSPC, EDQUOT: .diskFull
      case EROFS: .readOnly
      case EIO: .ioError
      default: .cannotOpen
      }
    return StoreError(kind, at: .database(path: path), SystemCall.reason(code))
  }
}
