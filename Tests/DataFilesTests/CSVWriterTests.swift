import RecordFilter
import RowscopeModel
import Testing

@testable import DataFiles
@testable import RecordStore

@Suite struct CSVWriterTests {
  private func written(
    _ records: [[Value]], header: [String], lineEnd: CSVWriter.LineEnd = .lineFeed
  ) -> String {
    var writer = CSVWriter(header: header, lineEnd: lineEnd)
    for record in records {
      for value in record { writer.append(value) }
      writer.endRecord()
    }
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func `Cells are quoted only where they must be`() {
    let text = written(
      [
        [.null, "", "plain", " spaces ", "a,b"],
        ["say \"hi\"", "two\nlines", "\r", "50% é 東", "'"],
        [7, -0.5, 10.0, 1e300, 1e-7],
        [.blob([0xCA, 0xFE]), .blob([]), .real(.infinity), .real(-.infinity), "\u{FEFF}x"],
      ], header: ["a", "b c", "d,e", "f", "g"])
    #expect(
      text == """
        a,b c,"d,e",f,g
        ,"",plain, spaces ,"a,b"
        "say ""hi""\","two
        lines","\r",50% é 東,'
        7,-0.5,10.0,1.0e+300,1.0e-07
        X'CAFE',X'',Inf,-Inf,"\u{FEFF}x"

        """)
  }

  @Test func `Lines can end in CR LF, as in RFC 4180`() {
    #expect(
      written([[1, 2]], header: ["a", "b"], lineEnd: .carriageReturnLineFeed)
        == "a,b\r\n1,2\r\n")
  }

  @Test func `Bytes can be taken between records`() {
    var writer = CSVWriter(header: ["a", "b"])
    writer.removeAll()
    writer.append(integer: 1)
    writer.append(text: Text("x"))
    writer.endRecord()
    #expect(writer.bytes == Array("1,x\n".utf8))
  }

  @Test(arguments: UInt64(0)..<20)
  func `Written records are read back`(seed: UInt64) throws {
    var generator = TestGenerator(state: seed)
    let pieces = [
      "", "a", ",", "\"", "\n", "\r\n", "\r", " ", "é", "😀", "\u{FEFF}", "\u{0}", "東", "'",
    ]
    for columns in [1, 2, 5] {
      let records: [[Value]] = (0..<40).map { _ in
        (0..<columns).map { _ in
          guard Int.random(in: 0..<5, using: &generator) > 0 else { return .null }
          let count = Int.random(in: 0..<6, using: &generator)
          return .text(
            (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined())
        }
      }
      let header = (0..<columns).map { "c\($0)" }
      for lineEnd in [CSVWriter.LineEnd.lineFeed, .carriageReturnLineFeed] {
        let text = written(records, header: header, lineEnd: lineEnd)
        var reader = try CSVReader(CSVFile(name: "t", bytes: text.utf8))
        for record in records {
          #expect(try reader.next())
          let cells = header.indices.map { index in
            reader.cell(index).map { Value.text(Text(bytes: $0)) } ?? .null
          }
          #expect(cells == record)
        }
        #expect(try !reader.next())
      }
    }
  }

  @Test func `Reals round-trip to the last bit`() throws {
    var generator = TestGenerator(state: 7)
    var reals: [Double] = [0, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 0.1, 1 / 3]
    while reals.count < 2000 {
      let real = Double(bitPattern: generator.next())
      if real.isFinite { reals.append(real) }
    }
    let text = written(reals.map { [.real($0)] }, header: ["r"])
    var reader = try CSVReader(CSVFile(name: "t", bytes: text.utf8))
    for real in reals {
      #expect(try reader.next())
      guard let cell = reader.cell(0), case .real(let again) = CSVNumber(cell) else {
        Issue.record("\(real) was not read back as a real")
        continue
      }
      #expect(again.bitPattern == real.bitPattern)
    }
  }
}

/// SplitMix64: the same numbers on every machine.
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
