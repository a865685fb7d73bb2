package import RowscopeModel

/// The smallest changes that were found to turn a decision about one record. Each was evaluated
/// with the rules themselves; none with fewer parts turns it, among those that were tried.
package struct TurningChanges: Sendable {
  /// Another value of one of the record's fields.
  package struct FieldChange: Sendable, Hashable {
    package let field: String
    /// As an answer shows them.
    package let from: Value
    package let to: Value
    /// As the field stores it; of members in a table of their own, a JSON array.
    package let stored: Value
  }

  /// Something else that the user has.
  package enum UserChange: Sendable, Hashable {
    /// Nil for an attribute that the user is not to have.
    case attribute(String, User.Attribute?)
    case teams([Value])
    /// Nil for none.
    case userType(String?)
  }

  /// Another rule in a profile's document.
  package struct RuleChange: Sendable, Hashable {
    package let profile: String
    package let document: String
    /// Where in the document; nil for what it has no place for yet.
    package let range: Range<Int>?
    package let line: Int?
    package let words: String
  }

  /// Each a way of its own; empty where none was found.
  package var record: [[FieldChange]] = []
  package var user: [[UserChange]] = []
  package var rule: [[RuleChange]] = []
}

/// Finds the smallest sets of choices that turn a decision: no set has two of one place.
enum SmallestChoices {
  typealias Choice = (place: Int, candidate: Int)

  /// The most ways that are found, and the most places that one has.
  static let waysWanted = 3
  static let mostPlaces = 3

  /// - Parameters:
  ///   - counts: how many candidates each place has.
  ///   - budget: how many sets may still be tried.
  static func find(
    among counts: [Int], budget: inout Int,
    _ turns: ([Choice]) throws(ServiceError) -> Bool
  ) throws(ServiceError) -> [[Choice]] {
    for size in stride(from: 1, through: min(mostPlaces, counts.count), by: 1) {
      var found: [[Choice]] = []
      var places = Array(0..<size)
      repeat {
        if let way = try first(of: places, counts, &budget, turns) { found.append(way) }
      } while found.count < waysWanted && budget > 0 && advance(&places, below: counts.count)
      if !found.isEmpty || budget == 0 { return found }
    }
    return []
  }

  /// The first candidates of these places that turn it.
  private static func first(
    of places: [Int], _ counts: [Int], _ budget: inout Int,
    _ turns: ([Choice]) throws(ServiceError) -> Bool
  ) throws(ServiceError) -> [Choice]? {
    guard places.allSatisfy({ counts[$0] > 0 }) else { return nil }
    var candidates = places.map { _ in 0 }
    while budget > 0 {
      budget -= 1
      let choice = zip(places, candidates).map { (place: $0, candidate: $1) }
      if try turns(choice) { return choice }
      var index = candidates.count - 1
      while index >= 0, candidates[index] == counts[places[index]] - 1 {
        candidates[index] = 0
        index -= 1
      }
      if index < 0 { return nil }
      candidates[index] += 1
    }
    return nil
  }

  /// The next set of places of the same size; false after the last.
  private static func advance(_ places: inout [Int], below count: Int) -> Bool {
    var index = places.count - 1
    while index >= 0, places[index] == count - places.count + index { index -= 1 }
    if index < 0 { return false }
    places[index] += 1
    for later in (index + 1)..<max(index + 1, places.count) {
      places[later] = places[later - 1] + 1
    }
    return true
  }

  /// A set that turns it, without the choices that it does not need: of it, none can be left out.
  static func reduced(
    _ choices: [Choice], budget: inout Int, _ turns: ([Choice]) throws(ServiceError) -> Bool
  ) throws(ServiceError) -> [Choice]? {
    guard budget > 0, try turns(choices) else { return nil }
    var kept = choices
    for choice in choices where kept.count > 1 && budget > 0 {
      budget -= 1
      let fewer = kept.filter { $0 != choice }
      if try turns(fewer) { kept = fewer }
    }
    return kept
  }
}
