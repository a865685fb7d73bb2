import RecordFilter
package import RowscopeModel

/// Values that are likely to break a comparison.
package enum HostileValues {
  package static let integers: [Int64] = [
    0, 1, -1, 2, 10, 127, 128, 255, 1000, 1 << 53, (1 << 53) + 1, (1 << 53) - 1, -(1 << 53) - 1,
    .max, .max - 1, .min, .min + 1, 2_251_799_813_685_248,
  ]

  package static let reals: [Double] = [
    0, -0.0, 1, -1, 0.5, 0.1, 1000, 1e3 + 0.5, 0x1p53, 0x1p53 + 2, 0x1p53 - 1, -0x1p53, 0x1p63,
    -0x1p63, 1e300, -1e300, .infinity, -.infinity, .leastNonzeroMagnitude, 2.5e-308, 1e-5, 1e15,
    123_456_789_012_345.6, 9.2e18, 1e100, 1.0000000000000002, 0.30000000000000004,
  ]

  package static let strings: [String] = [
    "", " ", "1", "1.0", " 1 ", "1x", "0x1", "1e3", "1E3", "+1", "-1", "--1", "1.", ".5", ".", "-",
    "1e", "1e+", "1e400", "-1e400", "1e-400", "\t\n\u{B}\u{C}\r1\t", "1\u{A0}", "1\u{0}", "\u{0}",
    "a\u{0}b", "A\u{0}c", "A\u{0}", "a", "A", "ab", "aB", "b", "a ", "a  ", "a\t", " a", "Inf",
    "NaN",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "9007199254740993", "9007199254740993.0", "00000000000000000000000000000001", "-0", "-0.0",
    "0.1", "0.30000000000000004", "123456789012345678901234567890", "é", "e\u{301}", "É", "😀",
    "[1]",
    "1 2", "1e3 ", "１", "%", "_", "\\",
  ]

  package static let texts: [Text] =
    strings.map { Text($0) } + [
      Text(bytes: [0xFF]), Text(bytes: [0xC3]), Text(bytes: [0x80, 0x61]),
      Text(bytes: [0x61, 0xFF]),
      Text(bytes: [0xED, 0xA0, 0x80]),
    ]

  package static let blobs: [[UInt8]] = [[], [0], [0x31], [0x61], [0xFF, 0x00], [0x61, 0x62]]

  package static let all: [Value] =
    [.null] + integers.map(Value.integer) + reals.map(Value.real) + texts.map(Value.text)
    + blobs.map(Value.blob)
}
