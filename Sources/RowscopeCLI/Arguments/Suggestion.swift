/// The name that was probably meant.
enum Suggestion {
  /// The candidate closest to `word` without regard to case, or nil where none is close: one that it begins, or one
  /// that is at most a third of its length away in insertions, deletions, replacements and swaps of neighbours.
  static func closest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(word.lowercased())
    guard !wanted.isEmpty else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let name = Array(candidate.lowercased())
      let isBeginning = wanted.count >= 2 && name.starts(with: wanted)
      let distance = isBeginning ? 1 : distance(wanted, name)
      guard isBeginning || distance <= max(1, max(wanted.count, name.count) / 3) else { continue }
      guard distance < name.count else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// The distance of Damerau and Levenshtein (optimal string alignment). O(n·m).
  private static func distance(_ left: [Character], _ right: [Character]) -> Int {
    // A name hundreds of characters long is no typing error, and the time is quadratic.
    guard left.count <= 100, right.count <= 100 else { return .max }
    var twoBefore: [Int] = []
    var before = Array(0...right.count)
    for i in 1..<(left.count + 1) {
      var row = [i]
      for j in 1..<(right.count + 1) {
        var least = min(before[j] + 1, row[j - 1] + 1)
        least = min(least, before[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          least = min(least, twoBefore[j - 2] + 1)
        }
        row.append(least)
      }
      twoBefore = before
      before = row
    }
    return before[right.count]
  }
}
