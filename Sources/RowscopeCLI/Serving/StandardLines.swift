import Documents

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Lines on standard input, each answered on standard output.
struct StandardLines {
  /// Readable once a signal has arrived.
  let stop: Int32
  let escapingControls: Bool

  /// Answers line by line, in order, until the input ends or a signal arrives.
  ///
  /// They are answered one at a time: passing short requests to several threads costs as much as it
  /// gains. For more throughput, listen on a socket.
  ///
  /// - Parameter answer: a line without its line feed; nil for one that has no answer.
  func answer(
    _ answer: (LineBuffer.Line) async -> [UInt8]?
  ) async throws(CommandError) {
    var input = LineReader(STDIN_FILENO, limit: RequestAnswering.lineLimit)
    var output = OutputStream(.standardOutput(), escapesControls: escapingControls)
    while StopRequest.signal == nil {
      guard let line = input.available() else {
        // Flush before waiting: a client may wait for this answer before it sends the next request.
        try Self.flush(&output)
        guard try input.wait(orStopAt: stop) else { break }
        continue
      }
      if let answer = await answer(line) { try Self.write(answer, to: &output) }
    }
    try Self.flush(&output)
  }

  private static func write(
    _ answer: [UInt8], to output: inout OutputStream
  ) throws(CommandError) {
    do throws(OutputError) {
      try output.write { out in
        out.append(answer)
        out.append(UInt8(ascii: "\n"))
      }
    } catch {
      throw error.commandError
    }
  }

  private static func flush(_ output: inout OutputStream) throws(CommandError) {
    do throws(OutputError) {
      try output.flush()
    } catch {
      throw error.commandError
    }
  }
}
