import Documents
import RowscopeModel

extension ProfileReader {
  private enum PresetKey: String, CaseIterable { case value, reference }

  /// What a grant sets on new records: a map of fields.
  mutating func presets(_ node: JSONNode) -> [Preset] {
    guard let members = diagnostics.object(node, as: "a map of field names") else { return [] }
    var presets: [Preset] = []
    var seen: [Name: String] = [:]
    for member in members {
      if let first = seen.updateValue(member.key.value, forKey: Name(member.key.value)),
        // Identical names were already reported as a duplicate key.
        !first.hasSameBytes(as: member.key.value)
      {
        diagnostics.error(
          .duplicateName,
          "\(Printable.quoted(member.key.value)) is the same field as \(Printable.quoted(first))",
          hint: "names match without regard to ASCII case", at: member.key.range)
      }
      if let source = source(member.value) {
        presets.append(Preset(field: member.key, source: source))
      }
    }
    return presets
  }

  private static let presetHint = #"a preset is {"value": …} or {"reference": …}"#

  private mutating func source(_ node: JSONNode) -> Located<Preset.Source>? {
    guard let members = node.members else {
      diagnostics.wrongType(node, expected: "a preset", hint: Self.presetHint)
      return nil
    }
    var source: Located<Preset.Source>?
    var first: PresetKey?
    var isFaulty = false
    for member in members {
      guard let key = PresetKey(rawValue: member.key.value) else {
        isFaulty = true
        diagnostics.unknownKey(member.key, among: PresetKey.allCases.map(\.rawValue))
        continue
      }
      if let first, first != key {
        isFaulty = true
        diagnostics.error(
          .unexpectedOperand, #"both "value" and "reference""#, hint: "leave one out",
          at: member.key.range)
      }
      first = key
      switch key {
      case .value: source = value(member.value).map { Located(.value($0), at: member.value.range) }
      case .reference:
        source = diagnostics.reference(member.value).map {
          Located(.reference($0), at: member.value.range)
        }
      }
    }
    if first == nil, !isFaulty {
      diagnostics.error(
        .missingOperand, "a preset without a value", hint: Self.presetHint, at: node.range)
    }
    return isFaulty ? nil : source
  }

  private mutating func value(_ node: JSONNode) -> FieldValue? {
    if let value = FieldValue(node) { return value }
    diagnostics.wrongType(node, expected: "a value or a list of values")
    return nil
  }
}

extension DiagnosticCollector {
  /// The reference of a name; nil, after reporting it, if there is none.
  mutating func reference(_ node: JSONNode) -> Reference? {
    guard let name = string(node, as: "the name of a reference") else { return nil }
    if let reference = Reference(named: name.value) { return reference }
    error(
      .unknownReference, "unknown reference \(Printable.quoted(name.value))",
      hint: Suggestion.hint(for: name.value, among: Reference.names)
        ?? "the references are " + Reference.names.joined(separator: ", ") + ", attributes.NAME",
      at: name.range)
    return nil
  }
}
