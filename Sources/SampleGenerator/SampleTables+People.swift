internal import RecordStore

extension SampleTables {
  struct Region {
    let code: String
    let name: String
    let hub: String?
    let timeZone: String
  }

  /// The same as in the sample workspace, whose users and profiles refer to the codes.
  static let regions = [
    Region(code: "north", name: "Norte", hub: "Manaus", timeZone: "America/Manaus"),
    Region(code: "northeast", name: "Nordeste", hub: "Recife", timeZone: "America/Recife"),
    Region(
      code: "central", name: "Centro-Oeste", hub: "Goiânia", timeZone: "America/Sao_Paulo"),
    Region(code: "southeast", name: "Sudeste", hub: "São Paulo", timeZone: "America/Sao_Paulo"),
    Region(code: "south", name: "Sul", hub: "Curitiba", timeZone: "America/Sao_Paulo"),
    Region(code: "abroad", name: "Exterior", hub: nil, timeZone: "UTC"),
  ]

  private var regionCodes: WordList { WordList(Self.regions.map(\.code)) }

  func writeRegions(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.regions)
    try forEach(Self.regions.count, report) { (index) throws(SampleError) in
      let region = Self.regions[index]
      let texts = WordList([region.code, region.name, region.hub ?? "", region.timeZone])
      record.integer(index + 1)
      record.text(texts[0])
      record.text(texts[1])
      if region.hub == nil { record.null() } else { record.text(texts[2]) }
      record.text(texts[3])
      try record.end()
    }
  }

  /// Team n is led by employee n.
  func writeTeams(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.teams)
    let hubs = WordList(Vocabulary.cities)
    let words = WordList(["Team ", "team", "@farol.example"])
    try forEach(Self.teamCount, report) { (index) throws(SampleError) in
      record.integer(index + 1)
      record.text {
        $0.append(words[0])
        $0.append(hubs[index % hubs.count])
        $0.append(" ")
        $0.append(index + 1)
      }
      record.integer(index % Self.regions.count + 1)
      record.integer(index + 1)
      record.text {
        $0.append(words[1])
        $0.append(index + 1)
        $0.append(words[2])
      }
      try record.end()
    }
  }

  /// The first fifty lead the teams; the very first is their manager.
  func writeEmployees(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.employees)
    var random = random(for: SampleSchema.employees)
    let firstNames = WordList(Vocabulary.firstNames)
    let lastNames = WordList(Vocabulary.lastNames)
    let jobTitles = WordList(Vocabulary.jobTitles)
    let regions = regionCodes
    let words = WordList(["user", "@farol.example"])
    try forEach(Self.employeeCount, report) { (index) throws(SampleError) in
      let (first, last) = (firstNames.random(&random), lastNames.random(&random))
      let team = index % Self.teamCount + 1
      record.integer(index + 1)
      record.text {
        $0.append(first)
        $0.append(" ")
        $0.append(last)
      }
      record.text {
        $0.append(words[0])
        $0.append(index + 1)
        $0.append(words[1])
      }
      record.integer(team)
      if index == 0 {
        record.null()
      } else {
        record.integer(index < Self.teamCount ? 1 : team)
      }
      record.text(regions[(team - 1) % regions.count])
      record.text(jobTitles.random(&random))
      record.text(date(Self.firstDay + random.below(3000)))
      if random.chance(percent: 2) {
        record.null()
      } else {
        record.real(Double(random.inRange(45...250) * 100))
      }
      try record.end()
    }
  }

  func writeClients(
    _ builder: borrowing DatabaseBuilder, _ report: Report
  ) throws(SampleError) {
    var record = try SampleRowWriter(builder, SampleSchema.clients)
    var random = random(for: SampleSchema.clients)
    let regions = regionCodes
    let cities = WordList(Vocabulary.cities)
    let tags = WordList(Vocabulary.tags)
    let notes = WordList(Vocabulary.openings)
    try forEach(Self.clientCount, report) { (index) throws(SampleError) in
      record.integer(index + 1)
      record.text(clients[index])
      if random.chance(percent: 2) { record.null() } else { record.text(regions.random(&random)) }
      record.text(cities.random(&random))
      let (number, check) = (random.below(100_000_000), random.below(100))
      record.text {
        $0.append(number, width: 8)
        $0.append(1, width: 4)
        $0.append(check, width: 2)
      }
      let (area, prefix, line) = (
        random.inRange(11...99), random.inRange(3000...9999), random.below(10_000)
      )
      record.text {
        $0.append(area, width: 3)
        $0.append(" ")
        $0.append(prefix)
        $0.append("-")
        $0.append(line, width: 4)
      }
      if random.chance(percent: 10) {
        record.null()
      } else {
        record.real(Double(random.inRange(3...40) * 500))
      }
      record.text(date(Self.firstDay + random.below(3200)))
      record.integer(random.inRange(1...Self.employeeCount))
      let tag = random.below(tags.count)
      let hasSecondTag = random.chance(percent: 30)
      record.text {
        $0.appendList([tags[tag]] + (hasSecondTag ? [tags[(tag + 1) % tags.count]] : []))
      }
      if random.chance(percent: 80) { record.null() } else { record.text(notes.random(&random)) }
      try record.end()
    }
  }
}

extension SampleRowWriter.Composition {
  /// Appends a JSON array of texts that need no escapes.
  mutating func appendList(_ texts: [UnsafeBufferPointer<UInt8>]) {
    append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { append(",") }
      append("\"")
      append(text)
      append("\"")
    }
    append("]")
  }
}
