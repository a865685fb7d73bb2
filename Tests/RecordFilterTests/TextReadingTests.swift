import RecordFilter
import RowscopeModel
import Testing

/// Rarely used parts of reading bytes: UTF-8, numbers, JSON arrays.
@Suite struct TextReadingTests {
  @Test func anInvalidByteAnywhereInAText() {
    struct Failure: Error {}
    for text in [Text("a"), Text(bytes: [0xFF])] {
      #expect(throws: Failure.self) {
        try text.withBytes { _ throws(Failure) in throw Failure() }
      }
    }
  }

  @Test(
    arguments: [
      ([0xF1, 0x80, 0x80, 0x80], true), ([0xF3, 0xBF, 0xBF, 0xBF], true),
      ([0xF0, 0x8F, 0x80, 0x80], false), ([0xF4, 0x90, 0x80, 0x80], false),
      ([0xF5, 0x80, 0x80, 0x80], false), ([0xF1, 0x80, 0x80], false), ([0xED, 0xA0, 0x80], false),
    ] as [([UInt8], Bool)])
  func whichBytesAreUTF8(bytes: [UInt8], isValid: Bool) {
    #expect((Text(bytes: bytes).validString != nil) == isValid)
    let invalid = bytes.withUnsafeBufferPointer { UTF8Validation.firstInvalidSequence(in: $0) }
    #expect((invalid == nil) == isValid)
  }

  @Test func anExponentOfAnyLength() {
    let zeros = String(repeating: "0", count: 30)
    for (text, value) in [
      ("1e" + String(repeating: "9", count: 40), Double.infinity), ("1e-99999999999", 0),
      ("1e\(zeros)2", 100), ("0e99999", 0),
    ] {
      #expect(Text(text).withBytes { NumberText.value(of: $0) } == .real(value), "\(text)")
    }
  }

  @Test(
    arguments: [
      ("[[true,false,null,\"a\",-1.5,{\"b\":[]}],1]", 2), ("[[tru],1]", nil), ("[[t", nil),
      ("[[fals]]", nil), ("[tr", nil), ("[fa", nil), ("[[\"a]]", nil), ("[[1x]]", nil),
      ("[[x]]", nil),
      ("[{\"a\":true}]", 1), ("[{\"a\":x}]", nil), ("[\"\\u00AF\"]", 1), ("[\"\\u00Ag\"]", nil),
    ] as [(String, Int?)])
  func elementsOfAnArray(text: String, count: Int?) {
    #expect(Text(text).withBytes { JSONMembers.count(in: $0) } == count)
  }

  @Test func upperCaseDigitsInAnEscape() {
    #expect(Text("[\"\\u00AF\\u00e9\"]").withBytes { JSONMembers.contain(["¯é"], in: $0) })
  }
}
