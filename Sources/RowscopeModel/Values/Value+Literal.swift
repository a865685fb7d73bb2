extension Value {
  /// The value as a condition would have it: text in quotes, control characters escaped, a blob in
  /// SQL's hexadecimal.
  package var literal: String {
    switch self {
    case .null: return "null"
    case .integer(let integer): return String(integer)
    case .real(let real): return String(real)
    case .text(let text):
      var quoted = "\""
      for scalar in text.string.unicodeScalars {
        switch scalar {
        case "\"", "\\": quoted += "\\\(scalar)"
        case "\n": quoted += "\\n"
        case "\t": quoted += "\\t"
        case "\r": quoted += "\\r"
        default:
          if scalar.properties.generalCategory == .control {
            quoted += "\\u{\(String(scalar.value, radix: 16))}"
          } else {
            quoted.unicodeScalars.append(scalar)
          }
        }
      }
      return quoted + "\""
    case .blob(let bytes):
      let digits = Array("0123456789abcdef")
      return "x'" + String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }) + "'"
    }
  }
}
