import RecordFilter
import RowscopeModel

/// A comparison of a column with values, split by the storage class of the cell: the integers,
/// reals, texts and blobs that pass. Nulls never pass.
///
/// The affinity has already been applied to the values, so no conversions are needed.
struct StorageClassTest: Sendable {
  /// Sorted and disjoint.
  var integers: [ClosedRange<Int64>]
  var reals: [ClosedRange<Double>]
  var texts: BytesTest
  var blobs: BytesTest

  static let none = StorageClassTest(integers: [], reals: [], texts: .none, blobs: .none)

  /// The values in this order relation to a value.
  init(_ ordering: FieldTest.Ordering, _ value: Value) {
    let isUpward = ordering == .greater || ordering == .greaterOrEqual
    let isStrict = ordering == .less || ordering == .greater
    let everything: [ClosedRange<Int64>] = [.min ... .max]
    let everyReal: [ClosedRange<Double>] = [-.infinity ... .infinity]
    switch value {
    case .null: self = .none
    case .integer, .real:
      let bound = NumberBound(value)
      integers = bound.integers(isUpward, isStrict).map { [$0] } ?? []
      reals = bound.reals(isUpward, isStrict).map { [$0] } ?? []
      texts = isUpward ? .all : .none
      blobs = isUpward ? .all : .none
    case .text(let text):
      integers = isUpward ? [] : everything
      reals = isUpward ? [] : everyReal
      texts = .range(BytesRange(text.bytes, isUpward: isUpward, isStrict: isStrict))
      blobs = isUpward ? .all : .none
    case .blob(let bytes):
      integers = isUpward ? [] : everything
      reals = isUpward ? [] : everyReal
      texts = isUpward ? .none : .all
      blobs = .range(BytesRange(bytes, isUpward: isUpward, isStrict: isStrict))
    }
  }

  /// The values equal to one of these.
  init(oneOf values: [Value]) {
    var points: [ClosedRange<Int64>] = []
    var realPoints: [ClosedRange<Double>] = []
    var strings: [[UInt8]] = []
    var binaries: [[UInt8]] = []
    for value in values {
      switch value {
      case .null: continue
      case .integer, .real:
        let bound = NumberBound(value)
        if let low = bound.integers(true, false), let high = bound.integers(false, false),
          low.lowerBound <= high.upperBound
        {
          points.append(low.lowerBound...high.upperBound)
        }
        if let low = bound.reals(true, false), let high = bound.reals(false, false),
          low.lowerBound <= high.upperBound
        {
          realPoints.append(low.lowerBound...high.upperBound)
        }
      case .text(let text): strings.append(text.bytes)
      case .blob(let bytes): binaries.append(bytes)
      }
    }
    integers = points.merged()
    reals = realPoints.sorted { $0.lowerBound < $1.lowerBound }
    texts = strings.isEmpty ? .none : .oneOf(strings)
    blobs = binaries.isEmpty ? .none : .oneOf(binaries)
  }

  private init(
    integers: [ClosedRange<Int64>], reals: [ClosedRange<Double>], texts: BytesTest, blobs: BytesTest
  ) {
    self.integers = integers
    self.reals = reals
    self.texts = texts
    self.blobs = blobs
  }

  /// The values that pass both tests.
  func intersection(_ other: StorageClassTest) -> StorageClassTest {
    StorageClassTest(
      integers: Self.intersection(integers, other.integers),
      reals: Self.intersection(reals, other.reals),
      texts: texts.intersection(other.texts), blobs: blobs.intersection(other.blobs))
  }

  private static func intersection<Bound: Comparable>(
    _ one: [ClosedRange<Bound>], _ other: [ClosedRange<Bound>]
  ) -> [ClosedRange<Bound>] {
    guard let one = one.first, let other = other.first, one.overlaps(other) else { return [] }
    return [one.clamped(to: other)]
  }
}

/// The byte strings that pass.
enum BytesTest: Sendable {
  case none, all
  case range(BytesRange)
  case oneOf([[UInt8]])

  /// Up to this many strings are tested one after another.
  static let linearLimit = 4

  fileprivate func intersection(_ other: BytesTest) -> BytesTest {
    switch (self, other) {
    case (.none, _), (_, .none): .none
    case (.all, let test), (let test, .all): test
    case (.range(let one), .range(let other)): .range(one.intersection(other))
    case (.oneOf, _), (_, .oneOf): preconditionFailure("only orderings are intersected")
    }
  }

  func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ collation: Collation) -> Bool {
    switch self {
    case .none: return false
    case .all: return true
    case .range(let range): return range.contains(bytes, collation)
    case .oneOf(let strings):
      for string in strings {
        let isEqual = string.withUnsafeBufferPointer {
          collation == .binary
            ? $0.equalsBytes(bytes) : Comparison.order($0, bytes, collation: collation) == 0
        }
        if isEqual { return true }
      }
      return false
    }
  }
}

/// The strings between two bounds, either of which may be missing.
struct BytesRange: Sendable {
  struct Bound: Sendable {
    let bytes: [UInt8]
    let isStrict: Bool
  }

  private(set) var low: Bound?
  private(set) var high: Bound?

  init(_ bytes: [UInt8], isUpward: Bool, isStrict: Bool) {
    let bound = Bound(bytes: bytes, isStrict: isStrict)
    low = isUpward ? bound : nil
    high = isUpward ? nil : bound
  }

  /// The intersection of an upward and a downward range.
  fileprivate func intersection(_ other: BytesRange) -> BytesRange {
    precondition((low == nil || other.low == nil) && (high == nil || other.high == nil))
    var both = self
    both.low = low ?? other.low
    both.high = high ?? other.high
    return both
  }

  func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ collation: Collation) -> Bool {
    if let low {
      let order = low.bytes.withUnsafeBufferPointer {
        Comparison.order(bytes, $0, collation: collation)
      }
      if order < 0 || order == 0 && low.isStrict { return false }
    }
    if let high {
      let order = high.bytes.withUnsafeBufferPointer {
        Comparison.order(bytes, $0, collation: collation)
      }
      if order > 0 || order == 0 && high.isStrict { return false }
    }
    return true
  }
}

extension [ClosedRange<Int64>] {
  /// Sorted, with adjacent ranges joined.
  func merged() -> [ClosedRange<Int64>] {
    var merged: [ClosedRange<Int64>] = []
    for range in sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1
      {
        merged[merged.count - 1] =
          last.lowerBound...Swift.max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
