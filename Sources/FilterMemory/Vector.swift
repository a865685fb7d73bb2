/// A run of plain numbers in memory of its own, which does not change once it is made.
///
/// The kernels run over its pointer, without bounds checks, retains or closures; that is why it is not an `Array`. There are
/// 64 readable bytes (zeros) behind the last element, so that a kernel may load whole vectors.
final class Vector<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Sendable because nothing writes after the initialiser has returned.
  let base: UnsafePointer<Element>
  let count: Int
  private let memory: UnsafeMutableRawPointer

  /// - Parameter fill: writes every element.
  init(count: Int, _ fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
    let byteCount = count * MemoryLayout<Element>.stride
    memory = .allocate(byteCount: byteCount + 64, alignment: 64)
    (memory + byteCount).initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    let elements = memory.bindMemory(to: Element.self, capacity: count)
    fill(UnsafeMutableBufferPointer(start: elements, count: count))
    base = UnsafePointer(elements)
    self.count = count
  }

  /// Takes over memory that was allocated for the elements and 64 bytes more.
  init(adopting memory: UnsafeMutableRawPointer, count: Int) {
    self.memory = memory
    self.count = count
    (memory + count * MemoryLayout<Element>.stride)
      .initializeMemory(as: UInt8.self, repeating: 0, count: 64)
    base = UnsafePointer(memory.bindMemory(to: Element.self, capacity: count))
  }

  convenience init(_ elements: [Element]) {
    self.init(count: elements.count) { _ = $0.initialize(from: elements) }
  }

  deinit { memory.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element { base[index] }

  var byteCount: Int { count * MemoryLayout<Element>.stride + 64 }
}
