import RecordFilter
import RowscopeModel

/// What a field probably is, by its name and a sample of its values.
struct FieldGuess {
  let type: String
  /// How dates or UUIDs are stored; nil for ISO text, UUIDs of several forms, and all other types.
  let form: String?
  /// What it was guessed from.
  let reason: String
  /// The one layout of all dates, where an index would serve with it.
  private let layout: DateLayout?

  /// Nil where nothing is known, or where a workspace cannot declare it.
  ///
  /// - Parameter isIndexed: whether an index begins with the field.
  init?(_ field: Field, _ sample: ColumnSample, isIndexed: Bool) {
    guard let (type, form, reason) = Self.guess(field, sample),
      FieldType(rawValue: type) != nil
    else { return nil }
    self.type = type
    self.form = form
    self.reason = reason
    layout = isIndexed && form == nil && type.hasBytePrefix("date") ? sample.layout : nil
  }

  /// The declaration without its braces.
  var declaration: String {
    let other = form.map { ", \"\(type == "uuid" ? "form" : "encoding")\": \"\($0)\"" } ?? ""
    let layout = layout.map { ", \"layout\": \"\($0.text)\"" } ?? ""
    return "\"type\": \"\(type)\"\(other)\(layout)"
  }

  /// Whether a primary key may be such a field: a day or an id.
  var isOfKeys: Bool { type == "uuid" || type == "date" || type == "datetime" }

  private static func guess(
    _ field: Field, _ sample: ColumnSample
  ) -> (type: String, form: String?, reason: String)? {
    let all = "the values (\(sample.count) looked at)"
    if sample.isAll(.isoDay) { return ("date", nil, "\(all) are days") }
    if sample.isAll(.isoMoment) { return ("datetime", nil, "\(all) are dates with a time") }
    if sample.isAll(.isoMoment, .isoDay) { return ("datetime", nil, "\(all) are dates") }
    for (form, name) in uuidForms where sample.isAll(form) {
      return ("uuid", name, "\(all) are UUIDs, stored alike")
    }
    if sample.isAll(.uuid) { return ("uuid", nil, "\(all) are UUIDs, stored differently") }
    if sample.isAll(.numbers, .members), mentions(people, field) {
      return ("users", nil, "\(all) are lists, and the name is one of people")
    }
    if sample.isAll(.numbers, .members) { return ("tags", nil, "\(all) are lists") }
    let isFlag = mentions(flags, field) || Name(field.declaredType).isBoolean
    if sample.isAll(.flag), isFlag {
      return ("checkbox", nil, "\(all) are 0 or 1, and the name or type is that of a flag")
    }
    if sample.isAll(.flagWord) { return ("checkbox", nil, "\(all) are true or false") }
    if sample.isAll(.flagLetter, .flag), isFlag {
      return ("checkbox", nil, "\(all) are words for yes and no, or 0 and 1")
    }
    // Core Data's columns begin with a Z.
    if sample.isAll(.apple), field.name.string.hasBytePrefix("Z"), mentions(dates, field) {
      return ("datetime", "apple", "the name is one of a date of Core Data")
    }
    if mentions(dates, field) {
      for (form, encoding, words) in numericDates where sample.isAll(form) {
        return ("datetime", encoding, "the name is one of a date, and \(all) are \(words)")
      }
    }
    if sample.isAll(.number), field.affinity != .text, mentions(money, field) {
      return ("currency", nil, "the name is one of an amount of money")
    }
    if sample.isAll(.decimalText), mentions(money, field) {
      return (
        "currency", nil, "the name is one of an amount of money, and \(all) are decimals as texts"
      )
    }
    return nil
  }

  private static let numericDates: [(ColumnSample.Form, encoding: String, words: String)] = [
    (.unix, "unix", "Unix seconds of 1990 to 2100"),
    (.unixMilliseconds, "unix_ms", "Unix milliseconds of 1990 to 2100"),
    (.unixMicroseconds, "unix_us", "Unix microseconds of 1990 to 2100"),
    (.webkit, "webkit", "microseconds since 1601, of 1990 to 2100"),
    (.julian, "julian", "Julian days of 1990 to 2100"),
  ]

  private static let uuidForms: [(ColumnSample.Form, name: String)] = [
    (.uuidText, "text"), (.uuidDigits, "digits"), (.uuidBytes, "blob"),
  ]

  // MARK: Names

  private static let dates: Set<String> = [
    "date", "datetime", "time", "at", "on", "created", "updated", "modified", "deleted", "expires",
    "expiry", "due", "since", "until", "timestamp", "ts", "start", "end", "published", "joined",
    "birthday", "added", "last", "visit", "utc", "when",
  ]
  private static let flags: Set<String> = [
    "is", "has", "can", "done", "active", "enabled", "disabled", "deleted", "archived", "private",
    "public", "internal", "hidden", "visible", "published", "paid", "read", "closed", "completed",
    "verified", "locked", "flag",
  ]
  private static let money: Set<String> = [
    "amount", "price", "cost", "salary", "fee", "balance", "total", "credit", "limit", "budget",
    "revenue",
  ]
  private static let people: Set<String> = [
    "users", "members", "participants", "watchers", "people", "employees", "assignees", "owners",
    "attendees", "reviewers", "viewers", "editors", "authors", "readers", "followers", "blocked",
    "subscribers", "recipients",
  ]

  private static func mentions(_ words: Set<String>, _ field: Field) -> Bool {
    // Core Data's ZCREATEDAT is one word.
    let name = field.name.string.nameWords
    return name.contains { words.contains($0) }
      || name.contains { word in
        word.hasBytePrefix("z") && words.contains { $0.utf8.count > 3 && word.contains($0) }
      }
  }
}

extension Name {
  fileprivate var isBoolean: Bool { self == "BOOLEAN" || self == "BOOL" }
}
