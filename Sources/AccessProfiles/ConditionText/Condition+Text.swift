import Documents
package import RowscopeModel

extension Condition {
  /// A condition as people write it: `priority >= 3`, `status in Open, Doing`, `title like toner`,
  /// `owner = @id_user`. See ``WhereParser`` for the grammar.
  ///
  /// Complexity: O(n) in the bytes of the text.
  package init(text: String) throws(ConditionTextError) {
    let json = try WhereParser.standard.parse(text).json
    var problems = DiagnosticCollector()
    let source = SourceDocument(name: "condition", text: json)
    let condition = JSONReader.read(source, as: .strict, reporting: &problems).flatMap {
      ConditionParser(.request).condition($0, reporting: &problems)
    }
    guard let condition, !problems.hasErrors else {
      let first = problems.list.first { $0.severity == .error }
      throw ConditionTextError(
        first?.message ?? "this is not a condition",
        excerpt: Excerpt(text, text.startIndex..<text.endIndex), help: first?.hint)
    }
    self = condition
  }
}
