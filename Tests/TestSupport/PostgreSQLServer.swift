import Foundation
import Synchronization

/// A PostgreSQL server of the tests' own, on a socket in a temporary folder. It ends with the
/// process: a shell waits for the end of its input.
package final class PostgreSQLServer: Sendable {
  /// The socket's path.
  let socket: String
  private let folder: TemporaryFolder
  private let input: Pipe

  package struct Failure: Error { let message: String }

  /// The one of this process; nil where PostgreSQL is not installed.
  package static let shared: Result<PostgreSQLServer, any Error>? = programs.map { programs in
    Result { try PostgreSQLServer(programs) }
  }

  /// Whether there is none, which is said once.
  package static var isMissing: Bool {
    guard programs == nil else { return false }
    mention.withLock { isSaid in
      if !isSaid { print("without PostgreSQL: what runs on a server is not tested") }
      isSaid = true
    }
    return true
  }

  private static let mention = Mutex(false)

  /// The folder of `initdb` and `postgres`.
  private static let programs: String? = {
    let versions =
      (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
    let folders = versions.sorted { ($0 as NSString).integerValue > ($1 as NSString).integerValue }
    return (folders.map { "/usr/lib/postgresql/\($0)/bin" } + ["/usr/local/bin", "/usr/bin"])
      .first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
  }()

  // It refuses to run as root. The default collation is not that of bytes on purpose.
  private static let script = """
    set -e
    cd "$2"
    run=
    if [ "$(id -u)" = 0 ]; then
      chown nobody .
      run="setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=$2"
    fi
    $run "$1/initdb" -D data --locale-provider=icu --icu-locale=en-US --locale=C.UTF-8 -E UTF8 \
      -A trust -U postgres -N > log 2>&1
    $run "$1/postgres" -D data -k "$2" -c listen_addresses= -c fsync=off -c timezone=Asia/Tokyo \
      >> log 2>&1 &
    server=$!
    read -r line || true
    kill -INT $server
    wait $server || true
    # The tests have ended: nobody else removes the folder.
    cd / && rm -rf "${2:?}"
    """

  private init(_ programs: String) throws {
    folder = try TemporaryFolder()
    input = Pipe()
    socket = folder.path(".s.PGSQL.5432")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", Self.script, "sh", programs, folder.path]
    process.standardInput = input
    try process.run()
    let deadline = ContinuousClock.now + .seconds(60)
    while (try? PostgreSQLClient(self)) == nil {
      guard process.isRunning, ContinuousClock.now < deadline else {
        throw Failure(message: (try? folder.read("log")) ?? "the server did not start")
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }
}
