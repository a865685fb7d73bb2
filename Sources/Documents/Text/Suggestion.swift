import RowscopeModel

/// Finds the name that was probably meant.
package enum Suggestion {
  /// Longer names are never close: the work stays bounded whatever a document holds.
  private static let lengthLimit = 64

  /// The candidate that is closest to `name`, the first of several; where none is close, the only one that begins with
  /// it; else nil.
  ///
  /// Close means few slips of typing: a character too many, missing, wrong, or two exchanged; ASCII
  /// case does not count. One slip is allowed, or one for every three characters, four at most, and something must be left. A beginning has two
  /// characters or more.
  /// O(number of candidates × length²), the length bounded.
  package static func nearest(
    to name: String, among candidates: some Sequence<String>
  ) -> String? {
    let typed = folded(name)
    let allowed = min(max(typed.count / 3, 1), 4)
    var best: (candidate: String, distance: Int)?
    var begun: [String] = []
    for candidate in candidates {
      let limit = best.map { $0.distance - 1 } ?? allowed
      guard limit >= 0 else { break }
      let name = folded(candidate)
      if let distance = distance(typed, name, limit: limit), distance < name.count {
        best = (candidate, distance)
      } else if typed.count >= 2, name.starts(with: typed) {
        begun.append(candidate)
      }
    }
    return best?.candidate ?? (begun.count == 1 ? begun.first : nil)
  }

  /// `did you mean "fields_excluded"?`, for ``Diagnostic/hint``; nil where nothing is close.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean \(Printable.quoted($0))?" }
  }

  private static func folded(_ name: String) -> [UInt32] {
    name.unicodeScalars.prefix(lengthLimit + 1).map { scalar in
      scalar.isASCII
        ? UInt32(UInt8(truncatingIfNeeded: scalar.value).asciiLowercased) : scalar.value
    }
  }

  /// The Damerau–Levenshtein distance in its restricted form (no text is edited twice), or nil where it
  /// is above `limit`.
  private static func distance(_ left: [UInt32], _ right: [UInt32], limit: Int) -> Int? {
    if left == right, left.count <= lengthLimit { return 0 }
    guard left.count <= lengthLimit, right.count <= lengthLimit,
      abs(left.count - right.count) <= limit
    else { return nil }
    // Three rows of the table are enough: the row before gives insertions, deletions and substitutions,
    // the one before that transpositions.
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for column in 0..<right.count {
        let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
        var cost = min(substitution, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          cost = min(cost, beforePrevious[column - 1] + 1)
        }
        current.append(cost)
      }
      if current.allSatisfy({ $0 > limit }) { return nil }
      beforePrevious = previous
      previous = current
    }
    return previous[right.count] <= limit ? previous[right.count] : nil
  }
}
