import Dispatch
public import Foundation

extension Process {
  /// Starts it, and ends it by force once it has run for longer than anything does that tests start: the test that waits for it
  /// fails then, and is named, where otherwise all tests would wait for ever.
  public func start() throws {
    try run()
    DispatchQueue.global().asyncAfter(deadline: .now() + 600) { [weak self] in
      guard let self, isRunning else { return }
      kill(processIdentifier, SIGKILL)
    }
  }
}
