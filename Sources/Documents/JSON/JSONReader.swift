/// Reads JSON into a tree that knows where each of its values stands in the document.
///
/// What can be passed over honestly (a duplicate key, a lone surrogate, a number out of range, a
/// comma too many) is reported and reading goes on, so that one run reports everything; any other
/// fault ends the reading. Input of any bytes and any depth gets an answer or a diagnostic.
package enum JSONReader {
  /// How deep containers may be inside one another.
  package static let depthLimit = 512

  /// The document's tree, or nil where its faults leave none. Its problems are added to
  /// `diagnostics`; a tree that comes with errors is only good for finding more of them. O(n).
  package static func read(
    _ source: SourceDocument, as dialect: JSONDialect,
    reporting diagnostics: inout DiagnosticCollector
  ) -> JSONNode? {
    source.bytes.withUnsafeBufferPointer { bytes in
      var parser = JSONParser(bytes: bytes, dialect: dialect, diagnostics: diagnostics)
      defer { diagnostics = parser.diagnostics }
      do throws(Diagnostic) {
        return try parser.parseDocument()
      } catch {
        parser.diagnostics.append(error)
        return nil
      }
    }
  }

  /// The document's tree.
  ///
  /// - Throws: every problem of the document.
  package static func read(
    _ source: SourceDocument, as dialect: JSONDialect
  ) throws(Diagnostics) -> JSONNode {
    var diagnostics = DiagnosticCollector()
    let tree = read(source, as: dialect, reporting: &diagnostics)
    try diagnostics.throwErrors(in: source)
    // No tree without an error: the parser only gives up by throwing one.
    guard let tree else { throw Diagnostics([], in: source) }
    return tree
  }
}
