import Dispatch
import Foundation
import Synchronization

@testable import AccessProfiles
@testable import DataFiles
@testable import Documents
@testable import RecordEngine
@testable import RecordFilter
@testable import RecordStore
@testable import Rowscope
@testable import RowscopeModel
@testable import Workspaces

/// Code that libFuzzer calls with bytes, and that checks what must hold whatever they are.
///
/// A target holds what all inputs share and none changes: databases, services, users. If a check
/// fails, ``require(_:_:)`` ends the process, and libFuzzer reports the input.
protocol FuzzTarget: Sendable {
  init() throws
  func run(_ input: [UInt8])
}

/// Ends the process with a message if a check fails.
func require(_ holds: Bool, _ message: @autoclosure () -> String) {
  guard !holds else { return }
  FileHandle.standardError.write(Data("does not hold: \(message())\n".utf8))
  abort()
}

/// The targets by the names in `ROWSCOPE_FUZZ_TARGET`.
private let targets: [String: any FuzzTarget.Type] = [
  "profile": ProfileTarget.self, "request": RequestTarget.self, "cursor": CursorTarget.self,
  "csv": CSVTarget.self, "database": DatabaseTarget.self,
]

private let target: any FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["ROWSCOPE_FUZZ_TARGET"] ?? ""
  guard let type = targets[name] else {
    fatalError("ROWSCOPE_FUZZ_TARGET is one of \(targets.keys.sorted().joined(separator: ", "))")
  }
  do {
    return try type.init()
  } catch {
    fatalError("the target cannot be set up: \(error)")
  }
}()

/// The function that libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let target = target
  Stopwatch.begin()
  target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  Stopwatch.end()
  return 0
}

/// The result of an asynchronous function, for a thread that waits for it.
func wait<Result: Sendable>(for body: @escaping @Sendable () async -> Result) -> Result {
  let outcome = Outcome<Result>()
  let isDone = DispatchSemaphore(value: 0)
  Task.detached {
    let value = await body()
    outcome.value.withLock { $0 = value }
    isDone.signal()
  }
  isDone.wait()
  guard let value = outcome.value.withLock({ $0 }) else {
    fatalError("signalled without a result")
  }
  return value
}

private final class Outcome<Result: Sendable>: Sendable {
  let value = Mutex<Result?>(nil)
}

extension RecordService {
  /// The JSON answer to a request in JSON.
  func reply(to request: [UInt8], as user: User) -> Reply {
    wait { Reply(await self.answer(json: request, as: user).json) }
  }

  func reply(to request: ListRequest, as user: User) -> Reply {
    wait { Reply(await self.answer(request, as: user).json) }
  }
}

/// An answer in JSON, whose form has been checked.
struct Reply: Equatable, Sendable {
  let bytes: [UInt8]
  let isPage: Bool

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    isPage = bytes.starts(with: #"{"data":{"items":["#.utf8)
    require(
      isPage || bytes.starts(with: #"{"data":{"message":"#.utf8),
      "neither a page nor an error: \(text)")
    require(!bytes.contains(10), "an answer of more than one line: \(text)")
    require(String(validating: bytes, as: UTF8.self) != nil, "an answer that is not UTF-8: \(text)")
    require(json != nil, "an answer that is not JSON: \(text)")
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Foundation refuses a number too large for a `Double`, as the one written for infinity: here it
  /// is replaced by a smaller one.
  private var json: Any? {
    try? JSONSerialization.jsonObject(
      with: Data(text.replacing("9e999", with: "9e300").utf8))
  }

  private var data: [String: Any] { (json as? [String: Any])?["data"] as? [String: Any] ?? [:] }

  /// The records of a page.
  var items: [[String: Any]] { data["items"] as? [[String: Any]] ?? [] }

  /// The code of an error.
  var code: String? { data["code"] as? String }

  func contains(_ part: String) -> Bool {
    Data(bytes).range(of: Data(part.utf8)) != nil
  }
}

extension ProfileCatalog {
  init(texts: [String: String]) throws {
    self.init(
      try texts.reduce(into: [:]) { profiles, text in
        profiles[text.key] = try Profile(
          document: SourceDocument(name: "\(text.key).json", text: text.value))
      })
  }
}

extension WorkspaceDocument {
  init(text: String) throws {
    try self.init(document: SourceDocument(name: "workspace.json", text: text))
  }
}

extension RequestClock {
  /// 2026-11-22T09:00:00Z, the same for every input.
  static let fixed = RequestClock(now: 1_795_338_000)
}
