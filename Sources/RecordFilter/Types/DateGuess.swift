package import RowscopeModel
import TimeZones

/// What a column's values look like, for hints on how to declare them.
package enum DateGuess {
  /// From 1990 to 2100: numbers that happen to be dates of another time are not meant as such.
  private static let plausible =
    631_152_000 * Moment.second...4_102_444_800 * Moment.second

  /// The encoding under which most of the values are dates of our time; nil if they are not, or
  /// hardly.
  package static func encoding(of values: [Value]) -> DateEncoding? {
    let counts = DateEncoding.named.map { named in
      let type = DeclaredType.datetime(DateForm([named.encoding]))
      let count = values.count { value in
        guard case .integer(let moment)? = type.value(of: value) else { return false }
        return plausible.contains(moment)
      }
      return (encoding: named.encoding, count: count)
    }
    guard let best = counts.max(by: { $0.count < $1.count }), best.count * 2 > values.count else {
      return nil
    }
    return best.encoding
  }

  /// The layouts that are tried, the commonest first.
  private static let layouts = [
    "YYYY-MM-DD", "YYYY-MM-DD HH:MM:SS", "YYYY-MM-DDTHH:MM:SS", "YYYY-MM-DDTHH:MM:SSZ",
    "YYYY-MM-DD HH:MM", "YYYY-MM-DDTHH:MM", "YYYY-MM-DD HH:MM:SS.ffffff",
    "YYYY-MM-DDTHH:MM:SS.ffffff", "YYYY-MM-DDTHH:MM:SS.fffZ", "YYYY-MM-DD HH:MM:SS.fff",
    "YYYY-MM-DD HH:MM:SS.fffZ", "YYYY-MM-DDTHH:MM:SS.fff", "YYYY-MM-DD HH:MM:SS[.f]",
    "YYYY-MM-DDTHH:MM:SS[.f]", "YYYY-MM-DD HH:MM:SS+00:00", "YYYY-MM-DDTHH:MM:SS+00:00",
    "YYYY-MM-DD HH:MM:SS +00:00", "YYYY-MM-DD HH:MM:SS UTC",
  ].compactMap { DateLayout($0) }

  /// The layout that all of these texts have; nil if there is none, or no text.
  package static func layout(of values: [Value]) -> DateLayout? {
    guard !values.isEmpty else { return nil }
    return layouts.first { layout in
      let type = DeclaredType.datetime(DateForm(layout: layout))
      return values.allSatisfy { type.value(of: $0) != nil }
    }
  }

  /// The form that all of these UUIDs have; nil if there is none, or no value.
  package static func form(of values: [Value]) -> UUIDForm? {
    guard !values.isEmpty else { return nil }
    return UUIDForm.allCases.first { form in
      values.allSatisfy { DeclaredType.uuid(form).value(of: $0) != nil }
    }
  }
}
