import Foundation

/// A progress bar on standard error. Draws nothing unless that is a terminal.
final class Progress {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private var label = ""
  private var total = 0.0
  private var done = 0.0
  private var lastDrawing = ContinuousClock.now

  func begin(_ label: String, total: Double) {
    self.label = label
    self.total = total
    done = 0
    draw()
  }

  func name(_ label: String) { self.label = label }

  func add(_ amount: Double) { set(done + amount) }

  func set(_ done: Double) {
    self.done = done
    guard lastDrawing.duration(to: .now) > .milliseconds(100) else { return }
    draw()
  }

  private func draw() {
    guard isTerminal else { return }
    lastDrawing = .now
    let share = total > 0 ? min(1, done / total) : 0
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    write("\r\u{1B}[K\(bar) \(Int(share * 100))%  \(label)")
  }

  /// Removes the bar.
  func end() {
    if isTerminal { write("\r\u{1B}[K") }
  }

  /// Prints a message above the bar.
  func say(_ text: String) {
    end()
    write(text + "\n")
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
