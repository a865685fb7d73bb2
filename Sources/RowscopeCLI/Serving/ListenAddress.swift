/// Where a service listens: `unix:PATH` or `tcp:127.0.0.1:PORT`.
enum ListenAddress: Equatable {
  case unix(String)
  /// On this machine alone. Port 0 is any that is free.
  case tcp(port: UInt16)

  /// Over a network the secret and the records could be read on the way.
  static let host = "127.0.0.1"

  init(_ text: String) throws(CommandError) {
    let help = "`--listen` takes unix:PATH, or tcp:\(Self.host):PORT (port 0: any that is free)"
    guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
      throw .usage("\"\(text)\" is no address to listen at", help: help)
    }
    let rest = String(text[text.utf8.index(after: colon)...])
    switch text[..<colon] {
    case "unix" where !rest.isEmpty: self = .unix(rest)
    case "tcp":
      let port = rest.utf8.lastIndex(of: UInt8(ascii: ":")).map { rest[$0...].dropFirst() }
      guard let port, let number = UInt16(port), port.utf8.allSatisfy({ (48...57).contains($0) })
      else { throw .usage("\"\(text)\" has no port", help: help) }
      guard rest.utf8.dropLast(port.utf8.count + 1).elementsEqual(Self.host.utf8) else {
        throw .usage(
          "a service listens at \(Self.host) alone, for programs of this machine",
          help: "for others, put a server that encrypts before it; \(help)")
      }
      self = .tcp(port: number)
    default: throw .usage("\"\(text)\" is no address to listen at", help: help)
    }
  }
}
