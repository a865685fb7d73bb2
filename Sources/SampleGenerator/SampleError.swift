package import RecordStore

/// Why a sample database could not be made.
package struct SampleError: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Kind: Sendable, Hashable {
    /// There is a file at the path, and it was not said that it may be replaced.
    case fileExists
    /// A negative number of records, or more than a sample is made of.
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
