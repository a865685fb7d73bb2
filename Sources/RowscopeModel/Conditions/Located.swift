/// A value with the bytes of the document that it was read from.
public struct Located<Value> {
  public let value: Value
  /// Byte offsets into the ``SourceDocument``.
  public let range: Range<Int>

  public init(_ value: Value, at range: Range<Int>) {
    self.value = value
    self.range = range
  }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
