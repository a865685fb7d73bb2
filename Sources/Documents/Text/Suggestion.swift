import RowscopeModel

/// Finds the name that was probably meant.
package enum Suggestion {
  /// Longer names are never close, which bounds the work for any document.
  private static let lengthLimit = 64

  /// The candidate closest to `name`, the first of several; if none is close, the only one that
  /// begins with `name`; otherwise nil.
  ///
  /// Distance counts typing slips: a character too many, missing, wrong, or two transposed,
  /// ignoring ASCII case. One slip is allowed, or one for every three characters up to four, and
  /// some of the name must remain. A beginning needs two characters or more. O(number of candidates
  /// × length²), with bounded length.
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

  /// `did you mean "fields_excluded"?` for ``Diagnostic/hint``; nil if no candidate is close.
  package static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: name, among: candidates).map { "did you mean \(Printable.quoted($0))?" }
  }

  private static func folded(_ name: String) -> [UInt32] {
    name.unicodeScalars.prefix(lengthLimit + 1).map { scalar in
      scalar.isASCII
        ? UInt32(UInt8(truncatingIfNeeded: scalar.value).asciiLowercased) : scalar.value
    }
  }

  /// The restricted Damerau–Levenshtein distance (no substring is edited twice), or nil if it
  /// exceeds `limit`.
  private static func distance(_ left: [UInt32], _ right: [UInt32], limit: Int) -> Int? {
    if left == right, left.count <= lengthLimit { return 0 }
    guard left.count <= lengthLimit, right.count <= lengthLimit,
      abs(left.count - right.count) <= limit
    else { return nil }
    // Three rows of the table suffice: the previous row for insertions, deletions and
    // substitutions, the one before it for transpositions.
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
