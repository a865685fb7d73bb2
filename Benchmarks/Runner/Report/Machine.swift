import CSQLite
import Foundation

/// The machine that a report was made on.
struct Machine: Codable {
  let processor: String
  let cores: Int
  let memoryGigabytes: Int
  let system: String
  let sqlite: String
  let swift: String

  /// This machine.
  init() {
    let information = ProcessInfo.processInfo
    processor = Self.processorName
    cores = information.processorCount
    memoryGigabytes = Int((Double(information.physicalMemory) / 1e9).rounded())
    system = information.operatingSystemVersionString
    sqlite = String(cString: sqlite3_libversion())
    swift = Self.swiftVersion
  }

  static var swiftVersion: String {
    let version = SQLiteShell.output(["swift", "--version"]) ?? ""
    return version.firstMatch(of: /Swift version ([0-9.]+)/).map { String($0.1) } ?? "unknown"
  }

  private static var processorName: String {
    #if canImport(Darwin)
      SQLiteShell.output(["sysctl", "-n", "machdep.cpu.brand_string"])?
        .trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    #else
      (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
        .firstMatch(of: /model name\s*:\s*(.*)/).map { String($0.1) } ?? "unknown"
    #endif
  }

  var description: String {
    "\(processor), \(cores) cores, \(memoryGigabytes) GB, \(system); "
      + "SQLite \(sqlite), Swift \(swift)"
  }
}
