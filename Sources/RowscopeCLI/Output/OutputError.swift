#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why output could not be written.
enum OutputError: Error, Equatable {
  /// The reader closed the pipe.
  case pipeClosed
  /// The failed action, and the system's error number.
  case failed(action: String, code: Int32)

  var commandError: CommandError {
    switch self {
    case .pipeClosed: .pipeClosed
    case .failed(let action, let code):
      .failed("cannot \(action): \(String(cString: strerror(code)))")
    }
  }
}

enum Descriptor {
  /// Writes all bytes, waiting until the descriptor is ready and retrying after signals.
  static func write(
    _ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32, named name: String
  ) throws(OutputError) {
    switch writeAll(UnsafeRawBufferPointer(bytes), to: descriptor) {
    case 0: return
    case EPIPE: throw .pipeClosed
    case let code: throw .failed(action: "write \(name)", code: code)
    }
  }

  /// - Returns: the system's error number, or 0.
  private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest)
      let count = systemWrite(descriptor, part.baseAddress, part.count)
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN:
        // Standard output may be a pipe that another process made non-blocking.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, -1)
      case let code: return code
      }
    }
    return 0
  }
}

/// `write` under a name that no method shadows.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
