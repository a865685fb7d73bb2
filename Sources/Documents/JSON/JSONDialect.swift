/// Which texts are read as JSON.
package enum JSONDialect: Sendable, Hashable {
  /// RFC 8259 and nothing else: what programs send.
  case strict
  /// RFC 8259, `//` and `/* */` comments, and one comma after the last element: what people write.
  case relaxed
}
