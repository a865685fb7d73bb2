import Documents
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A progress line on standard error. Draws nothing without a terminal.
///
/// It appears after half a second, so not for short runs, is redrawn at most ten times a second,
/// and is erased at the end.
struct ProgressBar: ~Copyable {
  private let content: ProgressLine
  private let terminal: Terminal
  private let isEnabled: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var nextDrawing: ContinuousClock.Instant

  /// Whether a line is currently drawn, for an interruption to erase.
  private static let isDrawn = Atomic(false)
  private static let erasure = "\r\u{1b}[K"

  init(_ content: ProgressLine, on terminal: Terminal, isQuiet: Bool) {
    self.content = content
    self.terminal = terminal
    isEnabled = terminal.canRedraw && !isQuiet
    start = clock.now
    nextDrawing = start + .milliseconds(500)
  }

  /// Updates the progress. This reads the clock, so call it once every few hundred records.
  mutating func update(_ done: Int) {
    guard isEnabled else { return }
    let now = clock.now
    guard now >= nextDrawing else { return }
    nextDrawing = now + .milliseconds(100)
    let line = content.rendered(
      done: done, elapsed: start.duration(to: now), width: (terminal.width ?? 80) - 1)
    Self.isDrawn.store(true, ordering: .relaxed)
    Self.draw(Self.erasure + line, on: terminal.descriptor)
  }

  deinit { Self.erase(from: terminal.descriptor) }

  static func erase(from descriptor: Int32) {
    if isDrawn.exchange(false, ordering: .relaxed) { draw(erasure, on: descriptor) }
  }

  /// A bar that cannot be drawn is no reason to stop.
  private static func draw(_ text: String, on descriptor: Int32) {
    _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }
}

/// The text of a progress bar.
struct ProgressLine: Sendable {
  /// The activity: `Writing tasks`.
  let label: String
  /// The unit counted: `rows`. Nil shows only the percentage.
  let unit: String?
  /// The total number, if known.
  let total: Int?

  /// `Writing tasks ███████▌ 52% 520,000 of 1,000,000 rows 410,000 rows/s 0:01 left`. To fit the
  /// width, parts are dropped from the right, then the bar.
  func rendered(done: Int, elapsed: Duration, width: Int) -> String {
    let seconds = elapsed / .seconds(1)
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let speed = unit.map { "\(Self.grouped(Int(rate))) \($0)/s" }
    guard let total, total > 0 else {
      let count = unit.map { "\(Self.grouped(done)) \($0)" }
      return Self.fitting([label, count, speed].compactMap(\.self), bar: nil, width)
    }
    let share = min(1, Double(done) / Double(total))
    let count = unit.map { "\(Self.grouped(done)) of \(Self.grouped(total)) \($0)" }
    var parts = [label, "\(Int(share * 100))%", count, speed].compactMap(\.self)
    if rate > 0 { parts.append(Self.time(Double(max(0, total - done)) / rate) + " left") }
    return Self.fitting(parts, bar: share, width)
  }

  private static func fitting(_ parts: [String], bar share: Double?, _ width: Int) -> String {
    var parts = parts
    func used(_ parts: [String]) -> Int {
      parts.reduce(0) { $0 + DisplayWidth.columns(of: $1) } + 2 * (parts.count - 1)
    }
    while parts.count > 1, used(parts) > width { parts.removeLast() }
    let room = min(30, width - used(parts) - 2)
    if let share, room >= 5, parts.count > 1 { parts.insert(bar(share, room), at: 1) }
    return TableCell(.text(parts.joined(separator: "  ")), limit: nil).cut(to: max(1, width)).text
  }

  /// A bar in eighths of a character.
  private static func bar(_ share: Double, _ width: Int) -> String {
    let eighths = Int(share * Double(width * 8))
    let whole = String(repeating: "█", count: eighths / 8)
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let partial = parts[eighths % 8]
    return whole + partial + String(repeating: " ", count: width - whole.count - partial.count)
  }

  /// `1234567` as `1,234,567`.
  static func grouped(_ number: Int) -> String {
    var text = ""
    let digits = String(number.magnitude)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return number < 0 ? "-" + text : text
  }

  /// `0:07`, `12:30`, `2:05:00`.
  private static func time(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded(.up))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
