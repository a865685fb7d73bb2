import Documents
internal import RecordFilter
import RowscopeModel
import TimeZones

/// The keys of a field that say how its values are stored and compared.
extension WorkspaceReader {
  mutating func form(
    _ keys: KeyedMembers<FieldKey>, of type: Located<FieldType>?
  ) -> FormDeclaration {
    // A type that could not be read was reported already, and says nothing about the other keys.
    let isUnread = type == nil && keys[.type] != nil
    func node(_ key: FieldKey, _ types: [FieldType]) -> JSONNode? {
      guard let node = keys[key] else { return nil }
      if isUnread || type.map({ types.contains($0.value) }) == true { return node }
      let names = types.map(\.rawValue)
      problems.error(
        .mismatchedField, "only a field of the type \(names.alternatives) has \"\(key.rawValue)\"",
        hint: "leave it out, or declare the type as \(names.alternatives)", at: node.range)
      return nil
    }
    var form = FormDeclaration()
    if let node = node(.encoding, [.date, .datetime]) { form.encodings = encodings(node) }
    if let node = node(.zone, [.date, .datetime]) { form.zone = dateZone(node) }
    if let node = node(.layout, [.date, .datetime]) { form.layout = layout(node, form) }
    form.uuid = uuidForm(node(.form, [.uuid]), node(.letterCase, [.uuid]))
    if let node = node(.separator, [.users, .multi, .tags]) { form.separator = separator(node) }
    if let node = node(.member, [.users, .multi, .tags]) {
      form.member = problems.choice(node, as: "a type of members")
    }
    if let node = node(.ignoresCase, [.text]) { form.ignoresCase = problems.flag(node) ?? false }
    return form
  }

  // MARK: Dates

  private mutating func encodings(_ node: JSONNode) -> Located<[DateEncoding]>? {
    guard let elements = node.elements else {
      return encoding(node).map { Located([$0], at: node.range) }
    }
    guard !elements.isEmpty else {
      problems.error(
        .wrongType, "the list is empty", hint: "name one encoding or more", at: node.range)
      return nil
    }
    let encodings = elements.compactMap { encoding($0) }
    return encodings.count == elements.count ? Located(encodings, at: node.range) : nil
  }

  private enum EncodingKey: String, CaseIterable { case unix }

  /// A name, or `{"unix": 100}`.
  private mutating func encoding(_ node: JSONNode) -> DateEncoding? {
    if node.members != nil { return unixEncoding(node) }
    guard let name = problems.string(node, as: "an encoding of dates") else { return nil }
    if let encoding = DateEncoding(named: name.value) { return encoding }
    let names = DateEncoding.named.map(\.name)
    problems.error(
      .unknownType, "\(Printable.quoted(name.value)) is not an encoding of dates",
      hint: Suggestion.hint(for: name.value, among: names)
        ?? "it is one of \(names.quotedList), or {\"unix\": 100} for hundredths of a second",
      at: name.range)
    return nil
  }

  private mutating func unixEncoding(_ node: JSONNode) -> DateEncoding? {
    guard let keys = KeyedMembers<EncodingKey>(node, as: "an encoding", reporting: &problems),
      let count = keys.required(.unix, reporting: &problems)
    else { return nil }
    if let digits = Self.digits(ofPower: count.integer ?? 0) {
      return .number(.unix(digits: digits))
    }
    problems.error(
      .unknownType, "the number of units to a second is a power of ten",
      hint: "one of 1, 10, 100 and so on up to 1000000000", at: count.range)
    return nil
  }

  /// The zeros of a power of ten; nil for any other number, and for one that is too large.
  private static func digits(ofPower number: Int64) -> Int? {
    var power: Int64 = 1
    for digits in 0...NumericDate.digitsLimit {
      if power == number { return digits }
      power *= 10
    }
    return nil
  }

  mutating func dateZone(_ node: JSONNode) -> Located<DateForm.Zone>? {
    guard let name = problems.string(node, as: "a time zone") else { return nil }
    if name.value.hasSameBytes(as: "local") { return Located(.request, at: name.range) }
    return problems.zone(name).map { Located(.rule($0), at: name.range) }
  }

  private mutating func layout(
    _ node: JSONNode, _ form: FormDeclaration
  ) -> Located<DateLayout>? {
    guard let text = problems.string(node, as: "a layout of dates") else { return nil }
    guard let layout = DateLayout(text.value) else {
      problems.error(
        .unknownType, "\(Printable.quoted(text.value)) is not a layout of dates",
        hint: "such as \"YYYY-MM-DD\", \"YYYY-MM-DD HH:MM:SS\", \"YYYY-MM-DDTHH:MM:SS.fffZ\" or, "
          + "where a fraction is left out at times, \"YYYY-MM-DD HH:MM:SS[.f]\"", at: text.range)
      return nil
    }
    if let encodings = form.encodings, encodings.value != [.iso] {
      problems.error(
        .mismatchedField, "a layout is that of ISO text, and the encoding is another",
        hint: "leave one of them out", at: text.range)
      return nil
    }
    if layout.isUTC, let zone = form.zone {
      problems.error(
        .mismatchedField, "a layout that ends in UTC, and a zone",
        hint: "leave the zone out: the texts say theirs", at: zone.range)
      return nil
    }
    return Located(layout, at: text.range)
  }

  // MARK: UUIDs

  private enum FormName: String, CaseIterable { case text, digits, blob }
  private enum LetterCase: String, CaseIterable { case lower, upper }

  private mutating func uuidForm(_ node: JSONNode?, _ caseNode: JSONNode?) -> Located<UUIDForm>? {
    let letters: Located<LetterCase>? = caseNode.flatMap {
      problems.choice($0, as: "a letter case")
    }
    guard let node else {
      if let caseNode {
        problems.error(
          .mismatchedField, "\"case\" without \"form\"",
          hint: "add \"form\": \"text\" or \"digits\"", at: caseNode.range)
      }
      return nil
    }
    guard let form: Located<FormName> = problems.choice(node, as: "a form of UUIDs") else {
      return nil
    }
    let isUpper = letters?.value == .upper
    switch form.value {
    case .text: return Located(isUpper ? .upperText : .lowerText, at: form.range)
    case .digits: return Located(isUpper ? .upperDigits : .lowerDigits, at: form.range)
    case .blob:
      if let caseNode {
        problems.error(
          .mismatchedField, "a blob has no letters", hint: "leave \"case\" out", at: caseNode.range)
      }
      return Located(.blob, at: form.range)
    }
  }

  // MARK: Members

  private mutating func separator(_ node: JSONNode) -> Located<UInt8>? {
    guard let text = problems.string(node, as: "a separator") else { return nil }
    if text.value.utf8.count == 1, let byte = text.value.utf8.first, byte > 0x20, byte < 0x7F,
      !(0x30...0x39 ~= byte)
    {
      return Located(byte, at: text.range)
    }
    problems.error(
      .wrongType, "a separator is one character of ASCII, and no digit or space",
      hint: "such as \",\", \"|\" or \";\"", at: text.range)
    return nil
  }
}

extension [String] {
  /// `date or datetime`.
  fileprivate var alternatives: String {
    count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
  }
}
