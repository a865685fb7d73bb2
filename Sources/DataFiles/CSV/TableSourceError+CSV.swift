package import RowscopeModel

extension TableSourceError {
  package init(_ error: CSVError) {
    self.init(
      .csv, in: error.file, at: error.line.map { .text(line: $0, column: error.column) },
      error.detail)
  }
}
