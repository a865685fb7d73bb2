internal import Foundation
import Synchronization

extension ZoneRule {
  /// The rule of an IANA zone (`Europe/Berlin`), `UTC`, or a fixed offset (`+05:30`); nil for any
  /// other text. `Etc/GMT+3` is an IANA zone, three hours *behind* UTC. `GMT+3` and the like are no
  /// names here: they mean opposite things to different programs.
  ///
  /// Foundation brings the zones along. A zone's rule is made once and kept.
  package init?(named name: String) {
    if let offset = Self.offset(name) ?? Self.etcetera(name) {
      self = .fixed(offset)
    } else if let zone = NamedZone.zone(named: name) {
      self = .named(zone)
    } else {
      return nil
    }
  }

  /// `UTC`, `Z`, or an offset with a colon, of less than a day.
  private static func offset(_ text: String) -> Int? {
    if text == "UTC" || text == "Z" { return 0 }
    let bytes = Array(text.utf8)
    func number(_ start: Int) -> Int? {
      let digits = bytes[start..<start + 2]
      guard digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
      return digits.reduce(0) { $0 * 10 + Int($1) - 0x30 }
    }
    guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
      bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"),
      let hours = number(1), let minutes = number(4), hours < 24, minutes < 60
    else { return nil }
    return (hours * 3_600 + minutes * 60) * (bytes[0] == UInt8(ascii: "-") ? -1 : 1)
  }
}

extension ZoneRule {
  /// The offset of `Etc/GMT+5`, which is that of a POSIX zone: west of Greenwich is positive. From
  /// `Etc/GMT-14` to `Etc/GMT+12`: <https://data.iana.org/time-zones/tzdb/etcetera>.
  private static func etcetera(_ text: String) -> Int? {
    let prefix = "Etc/GMT"
    guard text.utf8.starts(with: prefix.utf8) else { return nil }
    let written = text.dropFirst(prefix.count)
    if ["", "0", "+0", "-0"].contains(written) { return 0 }
    guard let hours = Int(written), -14...12 ~= hours, hours != 0,
      written == (hours < 0 ? "\(hours)" : "+\(hours)")
    else { return nil }
    return -hours * 3_600
  }
}

extension NamedZone {
  private static let known = Mutex<[String: NamedZone]>([:])

  fileprivate static func zone(named name: String) -> NamedZone? {
    if let zone = known.withLock({ $0[name] }) { return zone }
    guard isPlausible(name), let source = TimeZone(identifier: name) else { return nil }
    let zone = NamedZone(name: name, source)
    known.withLock { $0[name] = zone }
    return zone
  }

  /// Foundation also takes offsets for names, and ignores letter case in some.
  private static func isPlausible(_ name: String) -> Bool {
    names.contains(name)
      || name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.starts(with: "Etc/GMT".utf8)
  }

  /// The names of the IANA zones that Foundation lists.
  package static let names = Set(TimeZone.knownTimeZoneIdentifiers)

  private convenience init(name: String, _ source: TimeZone) {
    let start = Date(timeIntervalSince1970: 0)
    var transitions: [(second: Int64, offset: Int64)] = []
    var next = source.nextDaylightSavingTimeTransition(after: start)
    while let moment = next, Int64(moment.timeIntervalSince1970) < Self.tableEnd {
      transitions.append(
        (Int64(moment.timeIntervalSince1970), Int64(source.secondsFromGMT(for: moment))))
      next = source.nextDaylightSavingTimeTransition(after: moment)
    }
    self.init(
      name: name, firstOffset: Int64(source.secondsFromGMT(for: start)), transitions: transitions)
  }
}
