import Rowscope
import RowscopeModel

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Answers the requests of many connections, until a signal arrives.
///
/// One loop waits for all sockets and takes lines apart; requests run as tasks, on all cores. So a
/// client that is slow to write or to read holds up nobody.
final class SocketServer {
  private let door: Door
  private let answering: RequestAnswering
  private let stop: Int32
  private let wakeup: Wakeup
  private var listening: ListeningSocket?
  private var clients: [Client] = []
  /// When what is unsent is given up; nil while it serves.
  private var end: ContinuousClock.Instant?
  /// Whether the process has room for another file.
  private var hasRoom = true
  private let chunk = UnsafeMutableRawBufferPointer.allocate(
    byteCount: LineReader.chunk, alignment: 16)

  static let mostClients = 512
  /// How long a client may take for its first line.
  private static let arrivalTime = Duration.seconds(10)
  /// How long a client may take for its last answers.
  private static let endTime = Duration.seconds(5)

  /// A connection with what only the loop knows of it.
  private final class Client {
    let connection: ServedConnection
    var lines = LineBuffer(limit: Door.lineLimit)
    /// When it is closed if its first line has not come.
    let arrivalEnd = ContinuousClock.now + SocketServer.arrivalTime
    /// Whether nothing more is read.
    var isAtEnd = false
    /// What the loop waits for.
    var events: Int16 = 0
    /// Whether its first line has yet to come.
    var isArriving = true

    init(_ connection: ServedConnection) { self.connection = connection }
  }

  init(
    _ address: ListenAddress, _ door: Door, _ answering: RequestAnswering, stop: Int32
  ) throws(CommandError) {
    self.door = door
    self.answering = answering
    self.stop = stop
    wakeup = try Wakeup()
    let socket = try ListeningSocket(address)
    let place = "listening at \(socket.place)"
    // A port that was chosen is known from nowhere else.
    if address == .tcp(port: 0) {
      answering.context.say(place)
    } else {
      answering.context.note(place)
    }
    listening = socket
  }

  deinit { chunk.deallocate() }

  func run() {
    while true {
      if end == nil, StopRequest.signal != nil { beginEnding() }
      if end != nil, clients.isEmpty { return }
      wait()
    }
  }

  /// Takes no more connections and requests. Those that run are finished.
  private func beginEnding() {
    listening = nil
    end = .now + Self.endTime
    for client in clients {
      client.isAtEnd = true
      client.lines = LineBuffer(limit: Door.lineLimit)
    }
    clients = clients.filter(serve)
  }

  private var listeningDescriptor: Int32 { hasRoom ? listening?.descriptor ?? -1 : -1 }

  /// Waits until something can be done, and does it.
  private func wait() {
    var polled = [
      pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0),
      pollfd(fd: end == nil ? stop : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listeningDescriptor, events: Int16(POLLIN), revents: 0),
    ]
    let first = polled.count
    for client in clients {
      polled.append(pollfd(fd: client.connection.descriptor, events: client.events, revents: 0))
    }
    guard poll(&polled, nfds_t(polled.count), timeout) >= 0 else { return }
    hasRoom = true
    let isCalled = polled[0].revents != 0
    if isCalled { wakeup.take() }
    var place = first
    let now = ContinuousClock.now
    clients = clients.filter { client in
      let revents = polled[place].revents
      place += 1
      if revents & Int16(POLLOUT) != 0 { client.connection.flush() }
      if revents & client.events & Int16(POLLIN) != 0 {
        receive(from: client)
      } else if revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
        client.connection.shut()
        return false
      }
      let isOverdue =
        now > (end ?? .now + .seconds(1)) || client.isArriving && now > client.arrivalEnd
      return revents != 0 || isCalled || isOverdue ? serve(client) : true
    }
    if polled[2].revents != 0 { takeConnections() }
  }

  /// In milliseconds.
  private var timeout: Int32 {
    if end != nil { return 100 }
    if !hasRoom { return 1_000 }
    guard let next = clients.lazy.filter(\.isArriving).map(\.arrivalEnd).min() else { return -1 }
    let left = (next - .now).components
    return Int32(clamping: left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000 + 1)
  }

  private func receive(from client: Client) {
    let count = recv(client.connection.descriptor, chunk.baseAddress, chunk.count, 0)
    if count > 0 {
      client.lines.append(UnsafeRawBufferPointer(rebasing: chunk[..<count]))
    } else if count == 0 || errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR {
      // A line without its end may be half of one: it is no request.
      client.isAtEnd = true
    }
  }

  /// Begins what can begin.
  ///
  /// - Returns: false where the connection was closed.
  private func serve(_ client: Client) -> Bool {
    let connection = client.connection
    var standing = connection.standing(isAwaited: client.isAtEnd)
    var hasLine = true
    while hasLine, !standing.isLost {
      switch standing.phase {
      case .arriving: hasLine = standing.isIdle && welcome(client)
      case .open(let terms):
        client.isArriving = false
        client.lines.limit = RequestAnswering.lineLimit
        hasLine = standing.takesMore && answerNext(of: client, on: terms)
      case .refused:
        client.isAtEnd = true
        hasLine = false
      }
      standing = connection.standing(isAwaited: client.isAtEnd)
    }
    let isLate =
      standing.isIdle
      && (client.isArriving && .now > client.arrivalEnd || .now > (end ?? .now + .seconds(1)))
    if standing.isLost || isLate || client.isAtEnd && standing.isIdle && !standing.hasUnsent {
      connection.shut()
      return false
    }
    var isReading = !client.isAtEnd && standing.takesMore
    if case .arriving = standing.phase { isReading = isReading && standing.isIdle }
    client.events =
      (isReading ? Int16(POLLIN) : 0) | (standing.hasUnsent ? Int16(POLLOUT) : 0)
    return true
  }

  /// - Returns: whether there was a line.
  private func answerNext(of client: Client, on terms: LineTerms) -> Bool {
    guard let line = client.lines.next() else {
      client.lines.makeRoom()
      return false
    }
    var size = 0
    if case .text(let text) = line { size = text.count }
    let answering = answering
    client.connection.start(size) { (await answering.answer(line, on: terms), nil) }
    return true
  }

  // MARK: Arrivals

  private func takeConnections() {
    var arrivals = 0
    while arrivals < 64, let socket = listening {
      arrivals += 1
      switch socket.next() {
      case .none: return
      case .noRoom:
        hasRoom = false
        return
      case .connection(let descriptor):
        let connection = ServedConnection(descriptor, wakeup)
        let client = Client(connection)
        if clients.count >= Self.mostClients, !dropOneThatArrives() {
          connection.refuse(
            ServiceError(
              .limitExceeded, "the service has \(Self.mostClients) connections, the most it takes",
              hint: "close one, or send more requests through each"
            ).wireAnswer)
          connection.shut()
        } else if serve(client) {
          clients.append(client)
        }
      }
    }
  }

  /// Makes room by closing the connection that has waited longest with its first line.
  private func dropOneThatArrives() -> Bool {
    // Who has said who they are may be welcome already, before the loop learns of it.
    let arriving = clients.indices.filter {
      clients[$0].isArriving && clients[$0].connection.hasSaidNothing
    }
    guard let oldest = arriving.min(by: { clients[$0].arrivalEnd < clients[$1].arrivalEnd })
    else { return false }
    clients.remove(at: oldest).connection.shut()
    return true
  }

  /// Looks at the first line of a connection.
  ///
  /// - Returns: whether there was one.
  private func welcome(_ client: Client) -> Bool {
    let connection = client.connection
    let line = client.lines.next()
    guard line != nil || client.lines.isTooLong else {
      client.lines.makeRoom()
      return client.lines.isTooLong
    }
    do throws(Door.Refusal) {
      guard case .text(let text) = line else { throw .foreign }
      let answering = answering
      let user = try door.user(in: text, trusting: answering.trust)
      connection.start(text.count) { await answering.welcome(user) }
    } catch {
      switch error {
      case .foreign:
        answering.context.note("a connection was closed: its first line is not that of a client")
        connection.refuse(nil)
      case .told(let error):
        answering.context.note("a connection was refused: \(error.message)")
        connection.refuse(error.wireAnswer)
      }
    }
    return true
  }
}

extension RequestAnswering {
  /// Looks up who has connected, who stays that user: the name that they gave may later be somebody
  /// else's.
  fileprivate func welcome(_ user: User?) async -> ([UInt8], ServedConnection.Phase?) {
    func open(_ user: User?) -> ServedConnection.Phase {
      .open(LineTerms(trust: trust, user: user, needsID: true))
    }
    guard let user, user.isToBeLookedUp else { return (Door.welcome(user), open(user)) }
    do throws(ServiceError) {
      let found = try await service.user(user.id)
      return (Door.welcome(found), open(.inWorkspace(found.id).narrowed(as: user)))
    } catch {
      context.note("a connection was refused: \(error.message)")
      return (error.wireAnswer, .refused)
    }
  }
}
