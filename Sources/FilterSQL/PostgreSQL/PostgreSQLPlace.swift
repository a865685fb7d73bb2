import RecordFilter
import RowscopeModel
import TimeZones

/// Where a value stands among the values that a column can hold, which are ordered as what they are
/// seen as.
///
/// Values are moved into the column's type here, when a statement is compiled, and nothing is
/// converted on the server. A comparison with a value that the column cannot hold becomes one with
/// the least value of the column above it.
enum PostgreSQLPlace: Hashable {
  /// Before all of them.
  case below
  /// The least value that is not before it, and whether it is that value.
  case at(Value, isExact: Bool)
  /// After all of them.
  case above
}

/// What the values of a test are.
enum PostgreSQLReading {
  /// Values as SQLite compares them with a column of this affinity.
  case stored(Affinity)
  /// Days, counted from 1970-01-01.
  case days
  /// Microseconds since 1970-01-01T00:00:00Z.
  case moments
  /// Sixteen bytes.
  case uuids
}

extension PostgreSQLType {
  /// The name of a parameter's type.
  var parameterType: String {
    switch self {
    case .integer(bits: 16): "smallint"
    case .integer(bits: 32): "integer"
    case .integer: "bigint"
    case .double: "double precision"
    case .text: "text"
    case .boolean: "boolean"
    case .date: "date"
    case .timestamp: "timestamp with time zone"
    case .uuid: "uuid"
    case .enumeration(let type): "\(Self.quoted(type.schema)).\(Self.quoted(type.name))"
    case .other: "text"
    }
  }

  private static func quoted(_ name: String) -> String {
    name.quoted(by: "\"")
  }

  /// The values of a type that has few, as they are seen and as PostgreSQL writes them; nil for
  /// other types.
  var fewValues: [(seen: Value, written: Value)]? {
    switch self {
    case .boolean: [(.integer(0), "false"), (.integer(1), "true")]
    case .enumeration(let type): type.labels.map { (.text($0), .text($0)) }
    case .integer, .double, .text, .date, .timestamp, .uuid, .other: nil
    }
  }

  /// How the values of a test that a conversion comes before are read; nil where the conversion is
  /// none of this type.
  func reading(after conversion: Conversion) -> PostgreSQLReading? {
    switch (conversion, self) {
    case (.value(.number), .integer), (.value(.number), .double), (.order(.number), .integer),
      (.order(.number), .double), (.value(.text), .text), (.order(.text), .text):
      .stored(.blob)
    case (.value(.date(let form)), .date), (.order(.date(let form)), .date):
      form.isPlainISO ? .days : nil
    case (.value(.datetime(let form)), .timestamp), (.order(.datetime(let form)), .timestamp),
      (.instant(let form), .timestamp):
      form.isPlainISO ? .moments : nil
    case (.value(.uuid(let form)), .uuid), (.order(.uuid(let form)), .uuid):
      form == nil || form == .lowerText ? .uuids : nil
    default: nil
    }
  }

  /// Nil for a type that is not compared so.
  func place(of value: Value, as reading: PostgreSQLReading) -> PostgreSQLPlace? {
    switch (reading, self) {
    case (.days, .date): Self.place(ofDay: value)
    case (.moments, .timestamp): Self.place(ofMoment: value)
    case (.uuids, .uuid):
      if case .blob(let bytes) = value, bytes.count == 16 {
        .at(.text(UUIDText.canonical(bytes)), isExact: true)
      } else {
        // What stands for no value comes before all.
        .below
      }
    case (.stored(let affinity), .integer(let bits)):
      Self.place(of: value.applying(affinity), bits: bits)
    case (.stored(let affinity), .double): Self.place(ofNumber: value.applying(affinity))
    case (.stored(let affinity), .text): Self.place(ofText: value.applying(affinity))
    case (.stored(let affinity), .date): Self.place(ofDateText: value.applying(affinity))
    case (.stored(let affinity), .uuid): Self.place(ofUUIDText: value.applying(affinity))
    default: nil
    }
  }

  // MARK: Numbers

  private static func place(of value: Value, bits: Int) -> PostgreSQLPlace {
    let limit = Int64.max >> (64 - Int64(bits))
    func place(_ integer: Int64, isExact: Bool) -> PostgreSQLPlace {
      if integer > limit { return .above }
      if integer < -limit - 1 { return .below }
      return .at(.integer(integer), isExact: isExact)
    }
    switch value {
    case .null: return .below
    case .integer(let integer): return place(integer, isExact: true)
    case .real(let real):
      let next = real.rounded(.up)
      if next >= 0x1p63 { return .above }
      if next < -0x1p63 { return .below }
      return place(Int64(next), isExact: next == real)
    case .text, .blob: return .above
    }
  }

  private static func place(ofNumber value: Value) -> PostgreSQLPlace {
    switch value {
    case .null: return .below
    case .integer(let integer):
      let nearest = Double(integer)
      let order = Comparison.order(integer, nearest)
      return .at(.real(order > 0 ? nearest.nextUp : nearest), isExact: order == 0)
    case .real(let real): return .at(.real(real), isExact: true)
    case .text, .blob: return .above
    }
  }

  // MARK: Text

  private static func place(ofText value: Value) -> PostgreSQLPlace {
    switch value {
    case .null, .integer, .real: .below
    case .blob: .above
    case .text(let text):
      if let least = text.leastPossible {
        .at(.text(least), isExact: least == text)
      } else {
        .above
      }
    }
  }

  private static func place(ofUUIDText value: Value) -> PostgreSQLPlace {
    switch value {
    case .null, .integer, .real: .below
    case .blob: .above
    case .text(let text):
      switch UUIDText.least(notBefore: text.bytes) {
      case let (least, isExact)?: .at(.text(Text(bytes: least)), isExact: isExact)
      case nil: .above
      }
    }
  }

  // MARK: Dates

  /// The days that are written with a year of four digits.
  private static let written =
    CivilDate(year: 1, month: 1, day: 1)
    .daysSinceEpoch...Moment.days
    .upperBound

  private static func place(ofDateText value: Value) -> PostgreSQLPlace {
    switch value {
    case .null, .integer, .real: return .below
    case .blob: return .above
    case .text(let text):
      func isBefore(_ day: Int64) -> Bool {
        let date = Value.text(CivilDate(daysSinceEpoch: day).text)
        return Comparison.order(date, .text(text), collation: .binary) < 0
      }
      var (low, high) = (written.lowerBound, written.upperBound + 1)
      while low < high {
        let middle = low + (high - low) / 2
        if isBefore(middle) { low = middle + 1 } else { high = middle }
      }
      guard low <= written.upperBound else { return .above }
      let date = Text(CivilDate(daysSinceEpoch: low).text)
      if low == written.lowerBound, date != text { return .below }
      return .at(.text(date), isExact: date == text)
    }
  }

  private static func place(ofDay value: Value) -> PostgreSQLPlace {
    guard case .integer(let day) = value, day >= Moment.days.lowerBound else { return .below }
    if day > Moment.days.upperBound { return .above }
    return .at(.text(text(ofDay: day) + era(ofDay: day)), isExact: true)
  }

  private static func place(ofMoment value: Value) -> PostgreSQLPlace {
    guard case .integer(let moment) = value, moment >= Moment.all.lowerBound else { return .below }
    if moment > Moment.all.upperBound { return .above }
    let day = moment.floorDivided(by: Moment.day)
    let rest = moment - day * Moment.day
    let (second, fraction) = rest.quotientAndRemainder(dividingBy: Moment.second)
    let time =
      "\((second / 3600).digits(2)):\((second / 60 % 60).digits(2)):\((second % 60).digits(2))"
      + ".\(fraction.digits(6))+00"
    return .at(.text("\(text(ofDay: day)) \(time)\(era(ofDay: day))"), isExact: true)
  }

  /// The year 0 is the first before Christ.
  private static func era(ofDay day: Int64) -> String { day < written.lowerBound ? " BC" : "" }

  private static func text(ofDay day: Int64) -> String {
    let text = CivilDate(daysSinceEpoch: day).text
    return day < written.lowerBound ? "0001" + text.dropFirst(4) : text
  }
}

extension DateForm {
  /// Whether the text that a date is seen as is one of the form.
  fileprivate var isPlainISO: Bool { encodings.contains(.iso) && layout == nil }
}

extension Text {
  /// The least text that PostgreSQL can hold, and that is not before this one by its bytes: valid
  /// UTF-8 without a NUL. Nil if there is none.
  var leastPossible: Text? {
    if let valid = validString, !valid.utf8.contains(0) { return self }
    let bytes = bytes
    var scalars: [Unicode.Scalar] = []
    var rest = bytes[...]
    while let (scalar, length) = Self.scalar(at: rest), scalar.value > 0 {
      scalars.append(scalar)
      rest = rest.dropFirst(length)
    }
    // The least scalar that no text which goes on like this one begins with from here.
    func scalar(_ index: UInt32) -> Unicode.Scalar? {
      Unicode.Scalar(index + 1 < 0xD800 ? index + 1 : index + 0x801)
    }
    var (low, high): (UInt32, UInt32) = (0, 0x11_0000 - 0x801)
    while low < high {
      let middle = low + (high - low) / 2
      if scalar(middle)?.utf8.lexicographicallyPrecedes(rest) ?? true {
        low = middle + 1
      } else {
        high = middle
      }
    }
    if let scalar = scalar(low) {
      scalars.append(scalar)
      return Text(scalars)
    }
    return Text.following(scalars)
  }

  /// The least text after all that begin with these scalars; nil if there is none.
  static func following(_ scalars: [Unicode.Scalar]) -> Text? {
    var scalars = scalars
    while let last = scalars.popLast() {
      let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
      guard let scalar = Unicode.Scalar(next) else { continue }
      return Text(scalars + [scalar])
    }
    return nil
  }

  private init(_ scalars: [Unicode.Scalar]) {
    var string = ""
    string.unicodeScalars.append(contentsOf: scalars)
    self.init(string)
  }

  private static func scalar(at bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    var decoder = UTF8()
    var iterator = bytes.prefix(4).makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, scalar.utf8.count)
  }
}

extension UUIDText {
  /// The least UUID in its usual form, lower case with dashes, that is not before these bytes; nil
  /// if there is none.
  static func least(notBefore bytes: [UInt8]) -> (text: [UInt8], isExact: Bool)? {
    let dashes: Set<Int> = [8, 13, 18, 23]
    func least(_ place: Int) -> UInt8 { dashes.contains(place) ? 0x2D : 0x30 }
    /// The least character of this place from one on.
    func next(_ place: Int, from byte: UInt8) -> UInt8? {
      if dashes.contains(place) { return byte <= 0x2D ? 0x2D : nil }
      if byte <= 0x30 { return 0x30 }
      if byte <= 0x39 { return byte }
      if byte <= 0x61 { return 0x61 }
      return byte <= 0x66 ? byte : nil
    }
    var text: [UInt8] = []
    while text.count < 36, text.count < bytes.count {
      let byte = bytes[text.count]
      guard let found = next(text.count, from: byte) else { break }
      text.append(found)
      if found > byte { return (text + (text.count..<36).map(least), false) }
    }
    if text.count == 36, bytes.count == 36 { return (text, true) }
    if text.count == bytes.count { return (text + (text.count..<36).map(least), false) }
    // Everything that begins so is before it.
    while let last = text.popLast() {
      guard last < 0xFF, let found = next(text.count, from: last + 1) else { continue }
      text.append(found)
      return (text + (text.count..<36).map(least), false)
    }
    return nil
  }
}
