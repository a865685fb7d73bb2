internal import RecordStore

extension SampleTables {
  func writeAssets(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.assets)
    var random = random(for: SampleSchema.assets)
    // In the order of their serial numbers, which is the order of the table.
    let kinds = WordList(["CRD", "LAP", "PRN", "TAB", "TIL"])
    let names = WordList([
      "Card reader", "Laptop 14\"", "Receipt printer", "Tablet 10\"", "Till X2",
    ])
    let tags = WordList(["reader", "laptop", "printer", "tablet", "till", "loan", "broken"])
    let scripts = WordList(["ping -c 1 {host}", "reset --cold\nwait 30", "eject drawer || true"])
    let assetsPerKind = Self.assetCount / kinds.count
    try forEach(Self.assetCount, report) { (index) throws(SampleError) in
      let kind = index / assetsPerKind
      record.text {
        $0.append(kinds[kind])
        $0.append("-")
        $0.append(index % assetsPerKind + 1, width: 4)
      }
      record.text(names[kind])
      if random.chance(percent: 30) {
        record.null()
      } else {
        record.integer(random.inRange(1...Self.employeeCount))
      }
      record.text(date(Self.firstDay + random.below(3200)))
      if random.chance(percent: 8) {
        record.null()
      } else {
        record.cents(random.inRange(40_000...600_000))
      }
      let isLent = random.chance(percent: 25)
      let isBroken = random.chance(percent: 10)
      record.text {
        $0.appendList([tags[kind]] + (isLent ? [tags[5]] : []) + (isBroken ? [tags[6]] : []))
      }
      if random.chance(percent: 40) { record.null() } else { record.text(scripts.random(&random)) }
      try record.end()
    }
  }

  /// Consecutive weeks, the last of them half a year ahead.
  func writeOnCallRota(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.onCallRota)
    var random = random(for: SampleSchema.onCallRota)
    let groups = WordList(["night", "week end"])
    let remarks = WordList(["férias do Paulo", "Feriado: Finados"])
    let firstMonday = Day(2025, 5, 26)
    try forEach(Self.weekCount, report) { (index) throws(SampleError) in
      record.text(date(firstMonday + 7 * index))
      record.text(groups.random(&random))
      record.integer(random.inRange(1...Self.employeeCount))
      if random.chance(percent: 15) {
        record.null()
      } else {
        record.integer(random.inRange(1...Self.employeeCount))
      }
      record.cents(15_000 + 1250 * random.below(5))
      if random.chance(percent: 80) { record.null() } else { record.text(remarks.random(&random)) }
      try record.end()
    }
  }
}
