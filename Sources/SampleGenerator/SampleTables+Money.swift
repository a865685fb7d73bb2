internal import RecordStore

extension SampleTables {
  func writeReceivables(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.receivables)
    var random = random(for: SampleSchema.receivables)
    let services = WordList(Vocabulary.services)
    let statuses = WordList(["paid", "open", "overdue"])
    try forEach(receivableCount, report) { (index) throws(SampleError) in
      let issued = Self.today + -random.below(1000)
      let due = issued + 14
      let isPaid = Self.today - due > 0 && random.chance(percent: 90)
      record.integer(index + 1)
      record.integer(random.inRange(1...Self.clientCount))
      record.text(services.random(&random))
      record.cents(random.inRange(-2000...90_000))
      record.text(date(issued))
      record.text(date(due))
      if isPaid { record.text(date(due + -random.below(14))) } else { record.null() }
      record.text(statuses[isPaid ? 0 : Self.today - due > 0 ? 2 : 1])
      try record.end()
    }
  }

  func writePayables(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.payables)
    var random = random(for: SampleSchema.payables)
    let suppliers = WordList(Vocabulary.suppliers)
    let goods = WordList(Vocabulary.goods)
    try forEach(payableCount, report) { (index) throws(SampleError) in
      let supplier = random.below(suppliers.count)
      let due = Self.today + random.inRange(-900...60)
      let isPaid = Self.today - due > 0 && random.chance(percent: 92)
      record.integer(index + 1)
      record.text(suppliers[supplier])
      record.text(goods[supplier])
      let invoice = random.below(1_000_000)
      record.text { $0.append(invoice, width: 6) }
      record.cents(random.inRange(5000...900_000))
      record.text(date(due))
      if isPaid {
        record.text(date(due + random.inRange(-3...0)))
        record.integer(random.inRange(1...Self.teamCount))
      } else {
        record.null()
        record.null()
      }
      try record.end()
    }
  }
}
