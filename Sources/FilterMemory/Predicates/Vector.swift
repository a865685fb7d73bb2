internal import CFilterKernels

/// An immutable run of numbers in memory of its own.
///
/// Unlike with an `Array`, kernels use its pointer without bounds checks, retains or closures.
/// ``VectorMemory/padding`` bytes after the last element are readable (zeros), so that kernels can
/// load whole vectors.
final class Vector<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Sendable because nothing is written after the initialiser.
  let base: UnsafePointer<Element>
  let count: Int
  private let memory: UnsafeMutableRawPointer

  /// - Parameter fill: writes every element.
  init(count: Int, _ fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
    let byteCount = count * MemoryLayout<Element>.stride
    memory = VectorMemory.allocate(byteCount)
    VectorMemory.clearPadding(memory + byteCount)
    let elements = memory.bindMemory(to: Element.self, capacity: count)
    fill(UnsafeMutableBufferPointer(start: elements, count: count))
    base = UnsafePointer(elements)
    self.count = count
  }

  /// Takes ownership of memory allocated by ``VectorMemory`` for at least this many elements.
  init(adopting memory: UnsafeMutableRawPointer, count: Int) {
    self.memory = memory
    self.count = count
    VectorMemory.clearPadding(memory + count * MemoryLayout<Element>.stride)
    base = UnsafePointer(memory.bindMemory(to: Element.self, capacity: count))
  }

  convenience init(_ elements: [Element]) {
    self.init(count: elements.count) { _ = $0.initialize(from: elements) }
  }

  deinit { memory.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element { base[index] }

  var byteCount: Int { count * MemoryLayout<Element>.stride + VectorMemory.padding }
}

/// Allocates memory for vectors.
enum VectorMemory {
  /// The number of readable bytes after the last element: 64 of the widest type.
  static let padding = 512

  private static let largePage = 1 << 21

  /// Large allocations use large pages, if the system has them.
  static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let whole = byteCount + padding
    guard whole >= 2 * largePage else { return .allocate(byteCount: whole, alignment: 64) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: largePage)
    filter_prefer_large_pages(memory, whole)
    return memory
  }

  static func clearPadding(_ end: UnsafeMutableRawPointer) {
    end.initializeMemory(as: UInt8.self, repeating: 0, count: padding)
  }
}
