import Documents

/// Writes records that are already JSON objects, in one array or one a line, without buffering.
struct JSONFormatter: Sendable {
  private let isArray: Bool
  private var isFirst = true

  init(isArray: Bool) { self.isArray = isArray }

  @inline(__always)
  mutating func append(object: UnsafeBufferPointer<UInt8>, to out: inout ByteBuffer) {
    if isArray { out.append(isFirst ? "[\n" : ",\n") }
    isFirst = false
    out.append(object)
    if !isArray { out.append(UInt8(ascii: "\n")) }
  }

  func end(_ out: inout ByteBuffer) {
    if isArray { out.append(isFirst ? "[]\n" : "\n]\n") }
  }
}
