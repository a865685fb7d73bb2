import Documents
import RowscopeModel

/// Buffers output and writes it in large chunks.
///
/// The first record is written at once, and each following chunk may be twice as large as the one
/// before, up to 64 KB: slow results show up early, and large ones need few system calls.
struct OutputStream: ~Copyable {
  private var file: OutputFile
  private var buffer: ByteBuffer
  private var threshold = 1
  /// Whether to escape control characters in the data, which a terminal would obey.
  private let escapesControls: Bool

  private static let largest = 65_536

  /// - Parameter beginning: bytes written together with the first record.
  init(
    _ file: consuming OutputFile, escapesControls: Bool = false,
    beginning: consuming ByteBuffer = ByteBuffer(capacity: 0)
  ) {
    buffer = beginning
    self.file = file
    self.escapesControls = escapesControls
    _ = buffer.reserve(Self.largest * 2)
  }

  /// Appends the bytes that `body` adds, whole records only, and writes the buffer if it is full
  /// enough.
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

  /// Writes the rest, and moves a file to its destination.
  consuming func finish() throws(OutputError) {
    try flush()
    try file.finish()
  }
}

/// Makes machine-readable output safe for a terminal.
enum TerminalFilter {
  /// The bytes with control characters escaped (`\u001b`), which is equivalent inside a JSON
  /// string. Line feeds, and carriage returns before them, stay. Only for terminals: pipes and
  /// files get the original bytes.
  static func escaped(_ bytes: UnsafeBufferPointer<UInt8>) -> ByteBuffer {
    var result = ByteBuffer(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() {
      let next = index + 1 < bytes.count ? bytes[index + 1] : 0
      let before = index > 0 ? bytes[index - 1] : 0
      switch byte {
      case 0x0a: result.append(byte)
      case 0x0d where next == 0x0a: result.append(byte)
      case 0..<0x20, 0x7f: appendEscape(byte, to: &result)
      // U+0080 to U+009F in UTF-8, among them the one-character form of ESC [.
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
