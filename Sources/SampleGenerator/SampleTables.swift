internal import RecordStore
import RowscopeModel

/// Writes all tables. Each has its own random numbers, so that no table depends on the size of
/// another.
struct SampleTables {
  static let employeeCount = 1000
  static let teamCount = 50
  static let clientCount = 5000
  static let assetCount = 2000
  static let weekCount = 104

  /// The last day of the sample; the tasks were requested up to this day.
  static let today = Day(2026, 11, 22)

  let rowCount: Int
  let seed: UInt64
  let clients: WordList
  /// ISO dates, by the number of days since `firstDay`.
  let dates: WordList

  static let firstDay = Day(2018, 1, 1)
  static let lastDay = Day(2028, 12, 31)

  init(rowCount: Int, seed: UInt64) {
    self.rowCount = rowCount
    self.seed = seed
    let known = Set(Vocabulary.knownClients)
    let others = Vocabulary.shopNames.flatMap { name in
      Vocabulary.shopKinds.map { kind in "\(kind) \(name)" }
    }
    clients = WordList(
      Array(
        (Vocabulary.knownClients + others.filter { !known.contains($0) })
          .prefix(Self.clientCount)))
    dates = WordList((0...(Self.lastDay - Self.firstDay)).map { (Self.firstDay + $0).iso })
  }

  /// - Precondition: `day` is between `firstDay` and `lastDay`.
  func date(_ day: Day) -> UnsafeBufferPointer<UInt8> { dates[day - Self.firstDay] }

  /// The number of records of each kind that belong to the tasks.
  var watchedTaskCount: Int { rowCount / 4 }
  var commentCount: Int { rowCount / 10 }
  var reminderCount: Int { rowCount / 10 }
  var receivableCount: Int { rowCount / 20 }
  var payableCount: Int { rowCount / 50 }

  func write(
    to builder: borrowing DatabaseBuilder, progress: (SampleDatabase.Progress) -> Void
  ) throws(SampleError) {
    let total =
      Self.regions.count + Self.teamCount + Self.employeeCount + Self.clientCount + rowCount
      + 2 * watchedTaskCount + commentCount + reminderCount + receivableCount + payableCount
      + Self.assetCount + Self.weekCount
    var written = 0
    func report(_ count: Int) throws(SampleError) {
      guard !Task.isCancelled else {
        throw SampleError(.cancelled, "the work was cancelled, and nothing was written")
      }
      written += count
      progress(SampleDatabase.Progress(records: written, total: total))
    }
    try writeRegions(builder, report)
    try writeTeams(builder, report)
    try writeEmployees(builder, report)
    try writeClients(builder, report)
    try writeTasks(builder, report)
    try writeTaskWatchers(builder, report)
    try writeComments(builder, report)
    try writeReminders(builder, report)
    try writeReceivables(builder, report)
    try writePayables(builder, report)
    try writeAssets(builder, report)
    try writeOnCallRota(builder, report)
    for table in [SampleSchema.comments, SampleSchema.reminders] {
      try rethrowing(SampleError.init(_:)) { () throws(StoreError) in
        try builder.createIndexes(of: table)
      }
    }
  }

  /// Takes the number of records written since the last call, and throws if the task was cancelled.
  typealias Report = (Int) throws(SampleError) -> Void

  /// Calls `body` with 0 ..< `count`.
  func forEach(
    _ count: Int, _ report: Report, _ body: (Int) throws(SampleError) -> Void
  ) throws(SampleError) {
    let block = 4096
    for index in 0..<count {
      try body(index)
      if (index + 1) % block == 0 { try report(block) }
    }
    try report(count % block)
  }

  /// The random numbers of one table.
  func random(for table: TableDefinition) -> SplitMix64 {
    var state = seed
    // The FNV-1a hash of the name.
    for byte in table.name.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return SplitMix64(seed: state)
  }
}
