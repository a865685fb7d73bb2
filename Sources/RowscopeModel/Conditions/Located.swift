/// A value with the bytes of the document that it was read from.
package struct Located<Value> {
  package let value: Value
  /// Byte offsets into the ``SourceDocument``.
  package let range: Range<Int>

  package init(_ value: Value, at range: Range<Int>) {
    self.value = value
    self.range = range
  }
}

extension Located: Sendable where Value: Sendable {}
extension Located: Equatable where Value: Equatable {}
extension Located: Hashable where Value: Hashable {}
