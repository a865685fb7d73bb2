import Dispatch
public import Foundation

extension Process {
  /// Starts the process, and kills it if it runs longer than any process of the tests should: then
  /// the test that waits for it fails and is named, instead of hanging.
  public func start() throws {
    try run()
    DispatchQueue.global().asyncAfter(deadline: .now() + 600) { [weak self] in
      guard let self, isRunning else { return }
      kill(processIdentifier, SIGKILL)
    }
  }
}
