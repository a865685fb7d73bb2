internal import CFilterKernels

/// A run of numbers in memory of its own, which nobody changes while another holds it.
///
/// Unlike with an `Array`, kernels use its pointer without bounds checks, retains or closures.
/// ``VectorMemory/padding`` bytes after the last element are readable (zeros), so that kernels can
/// load whole vectors.
final class Vector<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
  // Sendable because nothing is written after the initialiser, except by the only one who holds it.
  let base: UnsafePointer<Element>
  let count: Int
  /// How many elements there is room for.
  let capacity: Int
  /// Nil once another vector has taken it.
  private var memory: UnsafeMutableRawPointer?

  /// - Parameter fill: writes every element.
  convenience init(count: Int, _ fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
    self.init(count: count, capacity: count, fill)
  }

  /// - Parameter fill: writes every element.
  init(count: Int, capacity: Int, _ fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
    let stride = MemoryLayout<Element>.stride
    let memory = VectorMemory.allocate(capacity * stride)
    VectorMemory.clearPadding(memory + count * stride)
    let elements = memory.bindMemory(to: Element.self, capacity: capacity)
    fill(UnsafeMutableBufferPointer(start: elements, count: count))
    base = UnsafePointer(elements)
    self.count = count
    self.capacity = capacity
    self.memory = memory
  }

  /// Takes the memory of a vector that is not used any more, for a number of elements for which it
  /// has room.
  init(taking other: Vector, count: Int) {
    base = other.base
    capacity = other.capacity
    self.count = count
    memory = other.memory
    other.memory = nil
    if let memory { VectorMemory.clearPadding(memory + count * MemoryLayout<Element>.stride) }
  }

  /// Takes ownership of memory allocated by ``VectorMemory`` for at least this many elements.
  init(adopting memory: UnsafeMutableRawPointer, count: Int) {
    self.memory = memory
    self.count = count
    capacity = count
    VectorMemory.clearPadding(memory + count * MemoryLayout<Element>.stride)
    base = UnsafePointer(memory.bindMemory(to: Element.self, capacity: count))
  }

  convenience init(_ elements: [Element]) {
    self.init(count: elements.count) { _ = $0.initialize(from: elements) }
  }

  deinit { memory?.deallocate() }

  @inline(__always)
  subscript(index: Int) -> Element { base[index] }

  var byteCount: Int { capacity * MemoryLayout<Element>.stride + VectorMemory.padding }
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
