internal import RecordStore

extension SampleTables {
  /// `Done`, the first, has 40%; the others share the rest.
  private static let statuses = ["Done", "To do", "Doing", "Waiting", "Blocked"]

  func writeTasks(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.tasks)
    var random = random(for: SampleSchema.tasks)
    let things = WordList(Vocabulary.things)
    let troubles = WordList(Vocabulary.troubles)
    let openings = WordList(Vocabulary.openings)
    let middles = WordList(Vocabulary.middles)
    let endings = WordList(Vocabulary.endings)
    let statuses = WordList(Self.statuses)
    try forEach(rowCount, report) { (index) throws(SampleError) in
      record.integer(index + 1)
      let (thing, trouble, number) = (
        things.random(&random), troubles.random(&random), random.inRange(100...9999)
      )
      record.text {
        $0.append(thing)
        $0.append(" ")
        $0.append(trouble)
        $0.append(" ")
        $0.append(number)
      }
      record.integer(random.inRange(1...Self.employeeCount))
      record.integer(random.inRange(1...Self.teamCount))
      record.text(
        statuses[random.chance(percent: 40) ? 0 : random.inRange(1...statuses.count - 1)])
      record.integer(random.inRange(1...5))
      record.text(clients.random(&random))
      record.cents(random.below(500_000))
      let requested = Self.today + -random.below(1000)
      record.text(date(requested))
      record.text(date(requested + random.inRange(1...60)))
      let (opening, middle, ending) = (
        openings.random(&random), middles.random(&random), endings.random(&random)
      )
      record.text {
        $0.append(opening)
        $0.append(",")
        $0.append(" ")
        $0.append(middle)
        $0.append(";")
        $0.append(" ")
        $0.append(ending)
        $0.append(".")
      }
      try record.end()
    }
  }

  /// Two watchers for every task of the first quarter.
  func writeTaskWatchers(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.taskWatchers)
    var random = random(for: SampleSchema.taskWatchers)
    try forEach(watchedTaskCount, report) { (index) throws(SampleError) in
      let first = random.inRange(1...Self.employeeCount - 1)
      for user in [first, random.inRange(first + 1...Self.employeeCount)] {
        record.integer(index + 1)
        record.integer(user)
        try record.end()
      }
    }
    try report(watchedTaskCount)
  }

  func writeComments(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.comments)
    var random = random(for: SampleSchema.comments)
    let bodies = WordList(Vocabulary.commentBodies)
    try forEach(commentCount, report) { (index) throws(SampleError) in
      record.integer(index + 1)
      record.integer(random.inRange(1...rowCount))
      record.integer(random.inRange(1...Self.employeeCount))
      record.integer((Self.today + -random.below(1000)).seconds + random.below(86_400))
      record.integer(random.chance(percent: 25) ? 1 : 0)
      record.text(bodies.random(&random))
      try record.end()
    }
  }

  func writeReminders(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.reminders)
    var random = random(for: SampleSchema.reminders)
    let titles = WordList(Vocabulary.reminderTitles)
    let channels = WordList(["mail", "push", "chat"])
    try forEach(reminderCount, report) { (index) throws(SampleError) in
      let owner = random.inRange(1...Self.employeeCount)
      record.integer(index + 1)
      record.text(titles.random(&random))
      record.integer(owner)
      if random.chance(percent: 30) {
        record.null()
      } else {
        record.integer(random.inRange(1...rowCount))
      }
      record.integer(
        (Self.today + random.inRange(-300...90)).seconds + 900 * random.inRange(32...72))
      let others = (0..<random.below(4)).map { _ in random.inRange(1...Self.employeeCount) }
      record.text {
        $0.append("[")
        $0.append(owner)
        for other in others {
          $0.append(",")
          $0.append(other)
        }
        $0.append("]")
      }
      if random.chance(percent: 10) { record.null() } else { record.text(channels.random(&random)) }
      record.integer(random.chance(percent: 40) ? 1 : 0)
      try record.end()
    }
  }
}
