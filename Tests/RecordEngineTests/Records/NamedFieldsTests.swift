import RecordFilter
import RowscopeModel
import Testing

@testable import RecordEngine

/// Fields looked up by name in a hash table: names in the same slot are still told apart.
@Suite struct NamedFieldsTests {
  private static let names =
    ["id", "i", "ID2", "title", "titles", "Maß", "größe", "_", "a b", ""]
    + (0..<30).map { "column_\($0)" }

  /// Each number of fields makes a table of a different size or load.
  @Test(arguments: 0...names.count)
  func aNameIsFoundAndNothingElse(count: Int) {
    let names = Array(Self.names.prefix(count))
    let fields = NamedFields(Table(name: "t", fields: names.map { Field(name: Name($0)) }))
    // Every name, longer names that begin with it, and its prefixes: enough of them to hit every
    // slot.
    var asked = Self.names
    for name in Self.names {
      asked += (0..<40).map { "\(name)\($0)" } + [String(name.dropLast()), "\(name) ", "\(name)x"]
    }
    for name in asked {
      let expected = names.firstIndex {
        $0.utf8.elementsEqual(name.utf8) { $0 == $1 || $0 == Self.otherCase($1) }
      }
      #expect(fields.index(of: name) == expected, "\(name)")
      let other = String(decoding: name.utf8.map { Self.otherCase($0) }, as: UTF8.self)
      #expect(fields.index(of: other) == expected, "\(other)")
    }
  }

  private static func otherCase(_ byte: UInt8) -> UInt8 {
    let isLetter = (0x41...0x5A).contains(byte & 0xDF) && byte < 0x80
    return isLetter ? byte ^ 0x20 : byte
  }
}
