#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The destination of a command's data: standard output, or a file that appears complete or not at
/// all.
///
/// A file is written under a temporary name in the same folder and renamed by ``finish()``. An
/// unfinished file is deleted.
struct OutputFile: ~Copyable {
  let descriptor: Int32
  /// The name in messages.
  let name: String
  /// Nil if the descriptor is written directly.
  private var replacement: (temporary: String, destination: String)?
  private var isOwned: Bool

  private init(
    descriptor: Int32, name: String, replacement: (temporary: String, destination: String)? = nil,
    isOwned: Bool
  ) {
    self.descriptor = descriptor
    self.name = name
    self.replacement = replacement
    self.isOwned = isOwned
  }

  static func standardOutput() -> OutputFile {
    OutputFile(descriptor: STDOUT_FILENO, name: "standard output", isOwned: false)
  }

  /// A file to write, replacing an existing one. Its permissions are kept, symbolic links are
  /// followed, and special files (`/dev/null`, a named pipe) are written directly.
  static func file(_ path: String) throws(OutputError) -> OutputFile {
    var status = stat()
    let exists = stat(path, &status) == 0
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    if exists, !isRegular {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .failed(action: "write \(path)", code: errno) }
      return OutputFile(descriptor: descriptor, name: path, isOwned: true)
    }
    let destination = exists ? resolved(path) : path
    // Check first: renaming over a read-only file would succeed.
    if exists, access(destination, W_OK) != 0 {
      throw .failed(action: "write \(path)", code: errno)
    }
    let temporary = TemporaryFiles.path(beside: destination)
    TemporaryFiles.add(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      TemporaryFiles.remove(temporary)
      throw .failed(action: "write \(path)", code: code)
    }
    if exists { fchmod(descriptor, status.st_mode & 0o7777) }
    return OutputFile(
      descriptor: descriptor, name: path, replacement: (temporary, destination), isOwned: true)
  }

  /// Closes the file and moves it to its destination.
  consuming func finish() throws(OutputError) {
    guard isOwned else { return }
    isOwned = false
    if close(descriptor) != 0 { throw .failed(action: "write \(name)", code: errno) }
    guard let (temporary, destination) = replacement else { return }
    try TemporaryFiles.move(temporary, to: destination)
  }

  deinit {
    if isOwned { close(descriptor) }
    if let replacement { TemporaryFiles.remove(replacement.temporary) }
  }

  private static func resolved(_ path: String) -> String {
    guard let buffer = realpath(path, nil) else { return path }
    defer { free(buffer) }
    return String(cString: buffer)
  }
}
