package import RowscopeModel
import Synchronization
import TimeZones

/// The names by which SQL refers to conversions. A name says what is done: `datetime (iso, UTC)`.
package enum ConversionNames {
  private static let known = Mutex<(names: [Conversion: Text], conversions: [Text: Conversion])>(
    ([:], [:]))

  /// The conversion's name, which finds it again for as long as the process runs.
  package static func name(of conversion: Conversion) -> Text {
    known.withLock { known in
      if let name = known.names[conversion] { return name }
      let name = Text(conversion.name)
      known.names[conversion] = name
      known.conversions[name] = conversion
      return name
    }
  }

  /// The conversion of this name; nil if none was named so.
  package static func conversion(named name: Text) -> Conversion? {
    known.withLock { $0.conversions[name] }
  }
}

extension Conversion {
  /// Different for different conversions.
  fileprivate var name: String {
    switch self {
    case .value(let type): type.name
    case .instant(let form): "instant (\(form.name))"
    case .day(let form): "day of (\(form.name))"
    case .order(let type): "order of \(type.name)"
    case .text(let type): "text of \(type.name)"
    case .respelled(let form, let other):
      "\(DeclaredType.uuid(form).name) as \(other.rawValue)"
    case .keyText: "text of a key"
    case .member(let type): "member as \(type.rawValue)"
    case .members(let form):
      "members as \(form.type.rawValue)"
        + (form.separator.map { " separated by \(UnicodeScalar($0))" } ?? "")
    }
  }
}

extension DeclaredType {
  fileprivate var name: String {
    switch self {
    case .number: "number"
    case .text: "text"
    case .checkbox: "checkbox"
    case .time: "time"
    case .uuid(let form): "uuid" + (form.map { " (\($0.rawValue))" } ?? "")
    case .date(let form): "date (\(form.name))"
    case .datetime(let form): "datetime (\(form.name))"
    }
  }
}

extension DateForm {
  fileprivate var name: String {
    let encodings = layout.map { $0.text } ?? encodings.map(\.name).joined(separator: " or ")
    let days = dayZone == zone ? "" : ", days in \(dayZone.name)"
    return "\(encodings), \(zone.name)\(days)"
  }
}

extension DateForm.Zone {
  fileprivate var name: String {
    switch self {
    case .rule(let rule): rule.name
    case .request: "local"
    }
  }
}
