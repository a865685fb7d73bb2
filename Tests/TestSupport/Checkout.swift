package import Foundation

/// The checkout of the package under test.
package enum Checkout {
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The sample workspace.
  package static let sampleData = root.appendingPathComponent("SampleData").path
}
