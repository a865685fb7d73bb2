import Dispatch
import Foundation
import Rowscope

@main
struct Benchmarks {
  /// Not an async `main`: that would end the first thread, which valgrind does not support.
  static func main() {
    let isDone = DispatchSemaphore(value: 0)
    Task.detached {
      await run()
      isDone.signal()
    }
    isDone.wait()
  }

  private static func run() async {
    do {
      let options = try Options(Array(CommandLine.arguments.dropFirst()))
      // As the command does. Counts are compared with those of a process that does not.
      if options.repetition == nil { RecordService.disableMemoryStatistics() }
      if options.isHelp {
        print(Options.help)
      } else if options.isListing {
        for entry in Suite.entries { print(entry.name) }
      } else if let counting = options.counting {
        try Run(options).count(counting)
      } else if let repetition = options.repetition {
        try await Run(options).repeating(repetition)
      } else {
        try await Run(options).measure()
      }
    } catch {
      FileHandle.standardError.write(Data("rowscope-benchmarks: \(error)\n".utf8))
      exit(2)
    }
  }
}
