/// The exit codes of the process.
enum ExitCode: Int32, Sendable {
  case done = 0
  /// A negative answer: `check` found errors.
  case negative = 1
  /// The command was not understood.
  case usage = 2
  /// Access denied or not found: one code for both, so that it does not reveal what exists.
  case denied = 3
  /// The database or the output file failed.
  case failed = 4
  /// 128 + SIGINT, as in shells.
  case interrupted = 130
}
