import Documents

extension ByteBuffer {
  /// A buffer in the memory of vectors, so that ``finish(as:)`` need not copy it.
  static func ofVector() -> ByteBuffer {
    ByteBuffer(capacity: 0) { VectorMemory.allocate($0) }
  }

  /// The bytes as a vector; of a buffer that ``ofVector()`` made. Room that was not used takes no
  /// memory: its pages were never written.
  consuming func finish<Element: BitwiseCopyable & Sendable>(
    as type: Element.Type = Element.self
  ) -> Vector<Element> {
    let (memory, count) = release()
    return Vector(adopting: memory, count: count / MemoryLayout<Element>.stride)
  }
}
