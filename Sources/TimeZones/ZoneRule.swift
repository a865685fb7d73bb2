/// How local times of a zone become moments and back.
package enum ZoneRule: Sendable, Hashable {
  /// A fixed offset in seconds east of UTC.
  case fixed(Int)
  /// An IANA zone with its summer times.
  case named(NamedZone)

  package static let utc = ZoneRule.fixed(0)

  /// `UTC`, `+02:00`, or the zone's name.
  package var name: String {
    switch self {
    case .fixed(0): "UTC"
    case .fixed(let seconds):
      (seconds < 0 ? "-" : "+") + Int64(abs(seconds) / 3_600).digits(2) + ":"
        + Int64(abs(seconds) / 60 % 60).digits(2)
    case .named(let zone): zone.name
    }
  }

  /// Seconds east of UTC at a Unix second.
  package func offset(at second: Int64) -> Int64 {
    switch self {
    case .fixed(let seconds): Int64(seconds)
    case .named(let zone): zone.offset(at: second)
    }
  }

  /// The moment of a local time, both in microseconds. A local time that occurs twice is the
  /// earlier one; one that does not exist takes the offset before the gap.
  package func moment(ofLocal local: Int64) -> Int64 {
    switch self {
    case .fixed(let seconds): local - Int64(seconds) * Moment.second
    case .named(let zone):
      local - zone.offset(ofLocal: local.floorDivided(by: Moment.second)) * Moment.second
    }
  }

  /// The local time of a moment, both in microseconds.
  package func local(of moment: Int64) -> Int64 {
    moment + offset(at: moment.floorDivided(by: Moment.second)) * Moment.second
  }

  /// The day, counted from 1970-01-01, on which a moment falls here.
  package func day(of moment: Int64) -> Int64 { local(of: moment).floorDivided(by: Moment.day) }

  /// The moment at which a day, counted from 1970-01-01, begins here.
  package func start(ofDay day: Int64) -> Int64 { moment(ofLocal: day * Moment.day) }
}

/// The offsets of an IANA zone, from 1970 on.
///
/// The Gregorian calendar repeats after 400 years of 146,097 days, and so does a zone's last rule:
/// what is beyond the table is looked up one or more such periods earlier.
package final class NamedZone: Sendable {
  package let name: String
  /// The offset before the first transition.
  private let firstOffset: Int64
  /// Unix seconds, ascending, and the offset in force from each on.
  private let transitions: [Int64]
  private let offsets: [Int64]

  private static let period: Int64 = 146_097 * 86_400
  /// 2438-01-01, up to which a table must reach.
  package static let tableEnd: Int64 = 14_768_524_800

  /// - Parameter transitions: by second, ascending, up to ``tableEnd``.
  package init(name: String, firstOffset: Int64, transitions: [(second: Int64, offset: Int64)]) {
    self.name = name
    self.firstOffset = firstOffset
    self.transitions = transitions.map(\.second)
    offsets = transitions.map(\.offset)
  }

  /// Within the table.
  private static func reduced(_ second: Int64) -> Int64 {
    guard second >= tableEnd - 86_400 else { return second }
    let periods = (second - (tableEnd - 86_400)).floorDivided(by: period) + 1
    return second - periods * period
  }

  private func offset(_ index: Int) -> Int64 { index < 0 ? firstOffset : offsets[index] }

  /// The number of elements for which `isBefore` holds, a prefix of the transitions.
  private func count(where isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  package func offset(at second: Int64) -> Int64 {
    let second = Self.reduced(second)
    return offset(count { transitions[$0] <= second } - 1)
  }

  /// The offset that a local time takes.
  package func offset(ofLocal local: Int64) -> Int64 {
    let local = Self.reduced(local)
    // The first stretch between transitions that ends after the local time.
    let index = count { transitions[$0] + offset($0 - 1) <= local } - 1
    guard index >= 0 else { return firstOffset }
    // In a gap the stretch begins after it: the local time takes the offset before.
    return local - offsets[index] < transitions[index] ? offset(index - 1) : offsets[index]
  }
}

extension NamedZone: Hashable {
  /// A name means one zone.
  package static func == (left: NamedZone, right: NamedZone) -> Bool {
    left === right || left.name == right.name
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
