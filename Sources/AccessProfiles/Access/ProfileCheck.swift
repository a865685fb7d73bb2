package import Documents
package import RecordFilter

/// Finds all mistakes of a profile in one run: in the document itself, and against a schema.
package enum ProfileCheck {
  /// The problems of a document by position, warnings included.
  ///
  /// The readable parts of a faulty document are checked against the schema too, so that misspelt
  /// tables and fields are reported in the same run. Such a partial profile is never used for
  /// anything else.
  package static func diagnostics(of document: SourceDocument, schema: Schema) -> Diagnostics {
    var reader = ProfileReader()
    guard let tree = JSONReader.read(document, as: .relaxed, reporting: &reader.diagnostics) else {
      return Diagnostics(reader.diagnostics.list, omitted: reader.diagnostics.omitted, in: document)
    }
    reader.read(tree)
    let draft = Profile(reader.parts, warnings: [], in: document)
    for problem in PreparedProfile(draft, schema: schema).problems {
      reader.diagnostics.append(problem)
    }
    return Diagnostics(reader.diagnostics.list, omitted: reader.diagnostics.omitted, in: document)
  }
}
