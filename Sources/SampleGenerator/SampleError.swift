package import RecordStore

/// Why a sample database could not be created.
package struct SampleError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// The file exists, and may not be replaced.
    case fileExists
    /// The number of records is negative or too large.
    case rowCount
    case cancelled
    case store(StoreError.Kind)
  }

  package let kind: Kind
  package let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  init(_ error: StoreError) {
    self.init(.store(error.kind), error.description)
  }
}
