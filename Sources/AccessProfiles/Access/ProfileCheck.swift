package import Documents
package import RecordFilter

/// Finds everything that is wrong with a profile in one run: in the document itself, and against a schema.
package enum ProfileCheck {
  /// The problems of a document, by position, warnings among them.
  ///
  /// What can be read of a document with mistakes is still checked against the schema, so that its misspelt tables and fields
  /// are reported with the rest. Such a profile is good for nothing else, and does not leave here.
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
