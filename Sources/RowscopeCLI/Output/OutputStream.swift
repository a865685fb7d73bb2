import Documents
import RowscopeModel

/// Bytes on their way to a file, written in large pieces.
///
/// The first record goes out at once and every further piece may be twice as large as the one
/// before, up to 64 KB: what trickles in is seen early, and what streams is written in few calls.
struct OutputStream: ~Copyable {
  private var file: OutputFile
  private var buffer: ByteBuffer
  private var threshold = 1
  /// Control characters left in the data are escaped, since a terminal would obey them.
  private let escapesControls: Bool

  private static let largest = 65_536

  /// - Parameter beginning: written together with the first record.
  init(
    _ file: consuming OutputFile, escapesControls: Bool = false,
    beginning: consuming ByteBuffer = ByteBuffer(capacity: 0)
  ) {
    buffer = beginning
    self.file = file
    self.escapesControls = escapesControls
    _ = buffer.reserve(Self.largest * 2)
  }

  /// Adds what `body` appends, whole records only, and writes if enough has come together.
  @inline(__always)
  mutating func write(_ body: (inout ByteBuffer) -> Void) throws(OutputError) {
    body(&buffer)
    if buffer.count >= threshold { try flush() }
  }

  mutating func write(_ text: String) throws(OutputError) {
    try write { $0.append(utf8: text) }
  }

  mutating func flush() throws(OutputError) {
    if escapesControls { buffer = buffer.withBytes(TerminalFilter.escaped) }
    try buffer.withBytes { bytes throws(OutputError) in
      try Descriptor.write(bytes, to: file.descriptor, named: file.name)
    }
    threshold = min(Self.largest, max(1_024, threshold * 2))
    buffer.removeAll()
  }

  /// Writes the rest, and puts a file in its place.
  consuming func finish() throws(OutputError) {
    try flush()
    try file.finish()
  }
}

/// The last look at machine-readable output before a person's terminal gets it.
enum TerminalFilter {
  /// The bytes with control characters as escapes (`\u001b`), which inside a JSON string is what
  /// they were. Line feeds and carriage returns before them stay. In a pipe or a file nothing is
  /// changed: this is for terminals.
  static func escaped(_ bytes: UnsafeBufferPointer<UInt8>) -> ByteBuffer {
    var result = ByteBuffer(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      let before = index > 0 ? bytes[index - 1] : 0
      switch byte {
      case 0x0a: result.append(byte)
      case 0x0d where next == 0x0a: result.append(byte)
      case 0..<0x20, 0x7f: appendEscape(byte, to: &result)
      // U+0080 to U+009F, among them the one-character form of ESC [, in UTF-8.
      case 0xc2 where (0x80..<0xa0).contains(next): continue
      case 0x80..<0xa0 where before == 0xc2: appendEscape(byte, to: &result)
      default: result.append(byte)
      }
    }
    return result
  }

  private static func appendEscape(_ byte: UInt8, to result: inout ByteBuffer) {
    var text = ""
    Printable.appendEscape(of: Unicode.Scalar(byte), to: &text)
    result.append(utf8: text)
  }
}
