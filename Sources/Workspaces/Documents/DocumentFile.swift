package import Documents
import RowscopeModel

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

/// Reads the files that people write: workspaces, users, profiles.
package enum DocumentFile {
  /// The largest document that is read, in bytes.
  package static let sizeLimit = 16 << 20

  /// What is at a path.
  package enum Entry { case missing, folder, file }

  package static func entry(at path: String) -> Entry {
    var status = stat()
    // Without permission to look, say it is a file: opening it will report why it cannot be read.
    guard isWellFormed(path), stat(path, &status) == 0 else {
      return isWellFormed(path) && errno == EACCES ? .file : .missing
    }
    return status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
  }

  /// Reads a whole file. A pipe (`/dev/stdin`, `<(…)`) is read to its end.
  package static func read(_ path: String) throws(WorkspaceError) -> SourceDocument {
    guard isWellFormed(path) else { throw WorkspaceError(.noSuchFile, path: path) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(errno, path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno, path) }
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw WorkspaceError(.isAFolder, path: path)
    }

    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(max(Int(status.st_size), 0), sizeLimit))
    var code: Int32 = 0
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { buffer in
      while bytes.count <= sizeLimit {
        let count = systemRead(descriptor, buffer)
        if count < 0, errno == EINTR { continue }
        if count < 0 { code = errno }
        guard count > 0 else { break }
        bytes.append(contentsOf: buffer[..<count])
      }
    }
    guard code == 0 else { throw failure(code, path) }
    guard bytes.count <= sizeLimit else { throw WorkspaceError(.tooLarge, path: path) }
    return SourceDocument(name: path, bytes: bytes)
  }

  /// Whether the path is free of NUL, at which the system would cut it.
  private static func isWellFormed(_ path: String) -> Bool {
    !path.isEmpty && !path.utf8.contains(0)
  }

  private static func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer)
    -> Int
  {
    #if canImport(Darwin)
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  private static func failure(_ code: Int32, _ path: String) -> WorkspaceError {
    switch code {
    case ENOENT, ENOTDIR: WorkspaceError(.noSuchFile, path: path)
    case EISDIR: WorkspaceError(.isAFolder, path: path)
    default: WorkspaceError(.unreadable, path: path)
    }
  }
}

/// Joins and splits paths as text; the system resolves `.` and `..`.
package enum DocumentPath {
  /// `path` relative to `folder`; an absolute path is returned unchanged.
  package static func join(_ folder: String, _ path: String) -> String {
    if folder.isEmpty || path.hasBytePrefix("/") { return path }
    return folder.hasByteSuffix("/") ? folder + path : "\(folder)/\(path)"
  }

  /// The folder of a file; empty for a path without one.
  package static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The file's name without its folder and last extension.
  package static func stem(of path: String) -> String {
    let file = name(of: path)
    guard let dot = file.utf8.lastIndex(of: UInt8(ascii: ".")), dot != file.startIndex else {
      return file
    }
    return String(file[..<dot])
  }

  /// The file's name without its folder.
  package static func name(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
    return String(path[path.utf8.index(after: slash)...])
  }
}
