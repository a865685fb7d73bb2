#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A standard stream, and whether it is a terminal.
struct Terminal: Sendable {
  let descriptor: Int32
  let isTerminal: Bool
  /// The width in columns; nil if the stream is not a terminal: files have no width, and pipes must
  /// not lose data.
  let width: Int?
  /// Whether the terminal can move its cursor and show colours.
  private let isCapable: Bool
  private let refusesColour: Bool

  init(descriptor: Int32, environment: [String: String]) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    width = isTerminal ? Self.width(of: descriptor, environment) : nil
    isCapable = isTerminal && environment["TERM"] != "dumb"
    // https://no-color.org: set and not empty, whatever its value.
    refusesColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
  }

  func style(noColour: Bool) -> Style {
    Style(isEnabled: isCapable && !refusesColour && !noColour)
  }

  /// Whether a line can be redrawn.
  var canRedraw: Bool { isCapable }

  /// `COLUMNS` if it is set, otherwise the terminal's width, otherwise 80.
  private static func width(of descriptor: Int32, _ environment: [String: String]) -> Int {
    if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 80
  }
}
