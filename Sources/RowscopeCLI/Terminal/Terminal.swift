#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One of the process's streams, and whether a person is looking at it.
struct Terminal: Sendable {
  let descriptor: Int32
  let isTerminal: Bool
  /// The columns to write in; nil where the stream is no terminal, since a file has no width and a pipe should lose
  /// nothing.
  let width: Int?
  /// Whether the terminal can move its cursor and show colours.
  private let isCapable: Bool
  private let refusesColour: Bool

  init(descriptor: Int32, environment: [String: String]) {
    self.descriptor = descriptor
    isTerminal = isatty(descriptor) == 1
    width = isTerminal ? Self.width(of: descriptor, environment) : nil
    isCapable = isTerminal && environment["TERM"] != "dumb"
    // https://no-color.org: present and not empty, whatever its value.
    refusesColour = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
  }

  func style(noColour: Bool) -> Style {
    Style(isEnabled: isCapable && !refusesColour && !noColour)
  }

  /// Whether a line can be drawn over.
  var canRedraw: Bool { isCapable }

  /// `COLUMNS` where the user set it, else what the terminal says, else 80.
  private static func width(of descriptor: Int32, _ environment: [String: String]) -> Int {
    if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 80
  }
}
