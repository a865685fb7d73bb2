package import Foundation

/// Where the package lies whose tests these are.
package enum Checkout {
  package static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The sample workspace.
  package static let sampleData = root.appendingPathComponent("SampleData").path
}
