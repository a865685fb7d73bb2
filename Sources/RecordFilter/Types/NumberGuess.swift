/// Texts that people mean as numbers or days, and that compare as texts.
package enum NumberGuess {
  /// `12.50`: digits on both sides of a point, with or without a sign.
  package static func isDecimal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let parts = unsigned(text).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy(isDigits)
  }

  /// `12,5` or `1.234,50`: a comma before the last one or two digits.
  package static func hasDecimalComma(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let parts = unsigned(text).split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count <= 2, isDigits(parts[1]) else { return false }
    let groups = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return groups.allSatisfy(isDigits) && groups.dropFirst().allSatisfy { $0.count == 3 }
  }

  /// `21/05/2026` or `5.21.2026`: the year comes last.
  package static func isDayWithYearLast(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let separators = "/.-".utf8
    guard let separator = text.first(where: { separators.contains($0) }) else { return false }
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    return parts.count == 3 && parts.allSatisfy(isDigits)
      && parts[0].count <= 2 && parts[1].count <= 2 && parts[2].count == 4
  }

  private static func unsigned(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Slice<UnsafeBufferPointer<UInt8>> {
    let isSigned = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+")
    return text.dropFirst(isSigned ? 1 : 0)
  }

  private static func isDigits(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
  }
}
