/// Where the bytes stop being JSON.
package struct JSONFault: Error {
  package enum Kind {
    case noValue, noKey, noColon
    /// Neither a comma nor the end of the container.
    case noComma
    case tooDeep
    case number(JSONNumberFault)
    case string(JSONStringFault)
  }

  package let kind: Kind
  package let offset: Int

  @inlinable
  package init(_ kind: Kind, at offset: Int) {
    self.kind = kind
    self.offset = offset
  }

  /// - Parameters:
  ///   - start: where the number begins.
  ///   - position: where the scanner stopped.
  @inlinable
  package init(_ fault: JSONNumberFault, of start: Int, at position: Int) {
    self.init(.number(fault), at: fault == .leadingZero ? start : position)
  }
}

package enum JSONNumberFault: Error {
  /// After the minus, the point or the exponent's `e`.
  case noDigit, noFraction, noExponent
  /// A zero before another digit.
  case leadingZero
}

package enum JSONStringFault: Error {
  case unterminated, controlCharacter
  /// A backslash before a character that none escapes.
  case badEscape
  /// `\u` without four hexadecimal digits.
  case badUnicodeEscape
  /// An escape for half of a surrogate pair.
  case loneSurrogate
}

package enum JSONLiteral { case null, `false`, `true` }
