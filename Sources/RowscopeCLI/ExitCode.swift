/// What the process says to the one that started it.
enum ExitCode: Int32, Sendable {
  case done = 0
  /// A negative answer: `check` found errors.
  case negative = 1
  /// The command was not understood.
  case usage = 2
  /// Access denied, or not found: one answer for both, so that existence does not leak.
  case denied = 3
  /// It could not be done: the database, or the file written to, failed.
  case failed = 4
  /// 128 + SIGINT, as shells count.
  case interrupted = 130
}
