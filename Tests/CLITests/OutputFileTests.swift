import Foundation
import TestSupport
import Testing

@testable import RowscopeCLI

@Suite("Output files")
struct OutputFileTests {
  private static let columns = ["a"]

  private func target(_ path: String, _ format: OutputFormat = .csv) -> OutputTarget {
    OutputTarget(
      format: format, path: path, terminal: Terminal(descriptor: 1, environment: [:]),
      style: .plain)
  }

  @Test
  func `a file appears once it is whole`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/out.csv"
      var output = try RowOutput(columns: Self.columns, to: target(path))
      for number in Int64(0)..<100_000 { try output.write([.integer(number)]) }
      #expect(output.count == 100_000)
      #expect(!FileManager.default.fileExists(atPath: path))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
      _ = try output.finish()
      let text = try String(contentsOfFile: path, encoding: .utf8)
      #expect(text == "a\r\n" + (0..<100_000).map { "\($0)\r\n" }.joined())
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.csv"])
    }
  }

  @Test
  func `an unfinished file leaves nothing, and the old one stays`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/out.csv"
      try "old".write(toFile: path, atomically: false, encoding: .utf8)
      do {
        var output = try RowOutput(columns: Self.columns, to: target(path))
        try output.write([.integer(1)])
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.csv"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
    }
  }

  @Test
  func `permissions are kept and a symbolic link is followed`() throws {
    try withTemporaryFolder { folder in
      let (path, link) = (folder + "/out.csv", folder + "/link.csv")
      try "old".write(toFile: path, atomically: false, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "out.csv")
      _ = try RowOutput(columns: Self.columns, to: target(link)).finish()
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "a\r\n")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "out.csv")
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o640)
    }
  }

  @Test
  func `a device is written to, never replaced`() throws {
    _ = try RowOutput(columns: Self.columns, to: target("/dev/null")).finish()
    let type = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type]
    #expect(type as? FileAttributeType == .typeCharacterSpecial)
  }

  @Test
  func `a file that cannot be opened is named`() throws {
    try withTemporaryFolder { folder in
      let missing = #expect(throws: OutputError.self) {
        _ = try RowOutput(columns: Self.columns, to: target(folder + "/none/out.csv")).finish()
      }
      #expect(
        missing?.commandError.message
          == "cannot write \(folder)/none/out.csv: No such file or directory")
      #expect(missing?.commandError.exitCode == .failed)
      #expect(throws: OutputError.self) {
        _ = try RowOutput(columns: Self.columns, to: target(folder)).finish()
      }
    }
  }

  @Test
  func `objects are written unchanged`() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/out.json"
      var output = try ObjectOutput(to: target(path, .json))
      for object in [#"{"a":1}"#, #"{"a":2}"#] {
        // A typed error does not pass through `withUnsafeBufferPointer`.
        try Array(object.utf8).withUnsafeBufferPointer { bytes in
          Result { () throws(OutputError) in try output.write(bytes) }
        }.get()
      }
      #expect(output.count == 2)
      try output.finish()
      #expect(
        try String(contentsOfFile: path, encoding: .utf8) == "[\n{\"a\":1},\n{\"a\":2}\n]\n")
    }
  }
}

/// Runs `body` with an empty folder that is deleted afterwards.
func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = try TemporaryFolder()
  defer { withExtendedLifetime(folder) {} }
  try body(folder.path)
}
