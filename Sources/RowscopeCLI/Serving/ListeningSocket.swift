#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A socket that takes connections, closed at its end.
final class ListeningSocket {
  let descriptor: Int32
  /// Where it listens, as ``ListenAddress`` is written.
  let place: String
  /// Of a Unix socket: its file, which may have been replaced by another meanwhile.
  private let file: SocketFile?

  private static let backlog: Int32 = 128

  /// A Unix socket is for its user alone, from its creation on.
  ///
  /// Call it while no other thread makes files: it changes the process's file mode mask for a
  /// moment.
  init(_ address: ListenAddress) throws(CommandError) {
    switch address {
    case .unix(let path): (descriptor, file, place) = try Self.unix(path)
    case .tcp(let port): (descriptor, file, place) = try Self.tcp(port)
    }
  }

  deinit {
    file?.remove()
    close(descriptor)
  }

  private static func unix(_ path: String) throws(CommandError) -> (Int32, SocketFile?, String) {
    try SocketFile.removeStale(path)
    let descriptor = try Socket.make(AF_UNIX)
    let mask = umask(0o177)
    let code = Socket.withAddress(ofUnix: path) { bind(descriptor, $0, $1) == 0 ? 0 : errno }
    umask(mask)
    guard let code else {
      close(descriptor)
      throw .usage(
        "the path of a socket has up to \(Socket.longestPath) bytes, and this one has "
          + "\(path.utf8.count)",
        help: "a relative path may be shorter")
    }
    guard code == 0, listen(descriptor, backlog) == 0 else {
      let code = code == 0 ? errno : code
      close(descriptor)
      throw .failed("cannot listen at unix:\(path): \(String(cString: strerror(code)))")
    }
    return (descriptor, SocketFile(path), "unix:\(path)")
  }

  private static func tcp(_ port: UInt16) throws(CommandError) -> (Int32, SocketFile?, String) {
    let descriptor = try Socket.make(AF_INET)
    var yes: Int32 = 1
    // A port stays taken for minutes after a service ended otherwise.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, ListenAddress.host, &address.sin_addr)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && listen(descriptor, backlog) == 0
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isOpen else {
      let code = errno
      close(descriptor)
      throw .failed(
        "cannot listen at tcp:\(ListenAddress.host):\(port): \(String(cString: strerror(code)))",
        help: code == EADDRINUSE ? "port 0 is any that is free" : nil)
    }
    return (descriptor, nil, "tcp:\(ListenAddress.host):\(UInt16(bigEndian: address.sin_port))")
  }

  enum Arrival {
    case connection(Int32)
    /// Nobody is waiting.
    case none
    /// The process has as many files open as it may.
    case noRoom
  }

  /// The next connection, which does not block.
  func next() -> Arrival {
    while true {
      let connection = accept(descriptor, nil, nil)
      if connection >= 0 {
        Socket.prepare(connection)
        return .connection(connection)
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noRoom
      default: return .none
      }
    }
  }
}

/// The file of a Unix socket.
private struct SocketFile {
  private let path: String
  private let identity: (device: dev_t, number: ino_t)

  init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.path = path
    identity = (status.st_dev, status.st_ino)
  }

  /// Removes it, unless another service has put its own there.
  func remove() {
    guard let now = SocketFile(path), now.identity == identity else { return }
    unlink(path)
  }

  /// Removes the socket of a service that ended without doing so.
  static func removeStale(_ path: String) throws(CommandError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw .failed(
        "\(path) exists and is not a socket", help: "choose another path for `--listen`")
    }
    let descriptor = try Socket.make(AF_UNIX)
    defer { close(descriptor) }
    let code = Socket.withAddress(ofUnix: path) { connect(descriptor, $0, $1) == 0 ? 0 : errno }
    switch code {
    case ECONNREFUSED: unlink(path)
    // Connections wait to be taken where it has no room for them.
    case 0, EAGAIN:
      throw .failed(
        "another service listens at unix:\(path)", help: "end it, or choose another path")
    case let code:
      throw .failed(
        "cannot tell whether a service listens at unix:\(path): "
          + String(cString: strerror(code ?? EINVAL)))
    }
  }
}

/// What sockets need in C.
enum Socket {
  /// Without the zero at its end.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  /// A stream socket that does not block.
  static func make(_ family: Int32) throws(CommandError) -> Int32 {
    #if canImport(Glibc)
      let descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    #else
      let descriptor = socket(family, SOCK_STREAM, 0)
    #endif
    guard descriptor >= 0 else {
      throw .failed("cannot make a socket: \(String(cString: strerror(errno)))")
    }
    prepare(descriptor)
    return descriptor
  }

  /// Makes it not block, and not pass on to other programs.
  static func prepare(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    // An answer is sent at once, whole; it fails where this is no TCP socket.
    var yes: Int32 = 1
    setsockopt(
      descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  /// Nil if the path is too long.
  static func withAddress<Result>(
    ofUnix path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result? {
    guard path.utf8.count <= longestPath else { return nil }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
