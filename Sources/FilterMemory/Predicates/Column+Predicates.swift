import RecordFilter
import RowscopeModel

extension Column {
  /// Tests for null.
  func nullPredicate(isComplement: Bool) -> any BlockPredicate {
    switch self {
    case .nulls: return ConstantPredicate(holds: !isComplement)
    case .integers(let column):
      guard let null = column.null else { return ConstantPredicate(holds: isComplement) }
      // Null lies outside the range of the numbers, so block summaries do not apply.
      return IntegerNullPredicate(values: column.values, null: null, isComplement: isComplement)
    case .dictionary(let column):
      guard column.hasNulls else { return ConstantPredicate(holds: isComplement) }
      return IntegerNullPredicate(values: column.codes, null: 0, isComplement: isComplement)
    case .reals(let column):
      guard column.hasNulls else { return ConstantPredicate(holds: isComplement) }
      return RealNullPredicate(values: column.values, isComplement: isComplement)
    case .text(let column), .blobs(let column):
      guard let validity = column.validity else { return ConstantPredicate(holds: isComplement) }
      return BytesNullPredicate(validity: validity, isComplement: isComplement)
    case .mixed(let column): return MixedNullPredicate(column: column, isComplement: isComplement)
    }
  }

  /// A comparison.
  func predicate(
    _ test: StorageClassTest, collation: Collation, isComplement: Bool
  ) -> any BlockPredicate {
    switch self {
    case .nulls: return ConstantPredicate(holds: isComplement)
    case .integers(let column):
      return column.predicate(in: test.integers, isComplement: isComplement)
    case .reals(let column):
      guard !test.reals.isEmpty else { return ConstantPredicate(holds: isComplement) }
      return RealPredicate(
        values: column.values, ranges: test.reals, isComplement: isComplement)
    case .dictionary(let column):
      return column.predicate(test.texts, collation: collation, isComplement: isComplement)
    case .text(let column):
      return Self.predicate(column, test.texts, collation, isComplement)
    case .blobs(let column): return Self.predicate(column, test.blobs, .binary, isComplement)
    case .mixed(let column):
      return MixedPredicate(
        column: column, test: test, collation: collation, isComplement: isComplement)
    }
  }

  private static func predicate(
    _ column: BytesColumn, _ test: BytesTest, _ collation: Collation, _ isComplement: Bool
  ) -> any BlockPredicate {
    switch test {
    case .none: return ConstantPredicate(holds: isComplement)
    case .oneOf(let strings) where strings.count > BytesTest.linearLimit:
      var wanted = ByteTable()
      for string in strings {
        var key: [UInt8] = []
        string.withUnsafeBufferPointer { KeyEncoder.append($0, collation, to: &key) }
        key.withUnsafeBufferPointer { _ = wanted.insert($0) }
      }
      return BytesSetPredicate(
        column: column, wanted: ByteSet(wanted), collation: collation, isComplement: isComplement)
    case .oneOf(let strings) where strings.count > 1 && collation == .binary:
      // Each by itself takes a tenth of what a list takes for each row.
      let each = strings.map { string in
        BytesComparisonPredicate(
          column: column, test: .oneOf([string]), collation: collation, isComplement: isComplement)
      }
      return isComplement ? ConjunctionPredicate(each) : DisjunctionPredicate(each)
    case .all, .range, .oneOf:
      return BytesComparisonPredicate(
        column: column, test: test, collation: collation, isComplement: isComplement)
    }
  }

  /// A match with a non-empty pattern, for text and for numbers as text. Nil if values must be
  /// tested one at a time.
  func predicate(_ pattern: TextPattern, isComplement: Bool) -> (any BlockPredicate)? {
    switch self {
    case .nulls, .blobs: return ConstantPredicate(holds: isComplement)
    case .dictionary(let column):
      return column.predicate(isComplement: isComplement) { pattern.matches($0) }
    case .text(let column):
      let bytes = pattern.text.bytes
      // A pattern that starts inside a character matches only at the start of a text, see
      // `TextPattern.matches`.
      if pattern.anchor == .anywhere, let first = bytes.first, first & 0xC0 != 0x80 {
        return SearchPredicate(
          column: column, search: ByteSearch(bytes, ignoresCase: pattern.ignoresCase),
          isComplement: isComplement)
      }
      return BytesPatternPredicate(
        column: column, pattern: pattern, isComplement: isComplement)
    case .integers, .reals, .mixed: return nil
    }
  }

  /// Whether a JSON array has one of these members. Without members: whether it has no element.
  func predicate(members: [Value], isComplement: Bool) -> (any BlockPredicate)? {
    switch self {
    case .nulls, .integers, .reals, .blobs:
      return ConstantPredicate(holds: members.isEmpty != isComplement)
    case .dictionary(let column):
      if members.isEmpty {
        // The complement of a test that is false for null.
        return column.predicate(isComplement: !isComplement) {
          (JSONMembers.count(in: $0) ?? 0) > 0
        }
      }
      return column.predicate(isComplement: isComplement) {
        JSONMembers.contain(members, in: $0)
      }
    case .text(let column):
      return MembersPredicate(column: column, members: members, isComplement: isComplement)
    case .mixed: return nil
    }
  }
}

extension IntegerColumn {
  /// Up to this many ranges are tested one after another.
  private static let linearLimit = 4
  /// Up to this many integers use a lookup table.
  private static let tableLimit = 1 << 22

  /// Whether an integer lies in one of the ranges.
  ///
  /// - Parameter ranges: sorted and disjoint.
  func predicate(
    in ranges: [ClosedRange<Int64>], isComplement: Bool
  ) -> any BlockPredicate {
    let inside = ranges.filter { $0.overlaps(range) }.map { $0.clamped(to: range) }
    if inside.isEmpty { return ConstantPredicate(holds: isComplement) }
    if inside.count <= Self.linearLimit {
      return IntegerPredicate(
        values: values, summary: summary, ranges: inside, isComplement: isComplement)
    }
    guard let stored = storedRange(ofAtMost: Self.tableLimit) else {
      return SparsePredicate(
        values: values, null: null, ranges: inside, isComplement: isComplement)
    }
    let table = Vector<UInt8>(count: stored.count) { table in
      table.initialize(repeating: 0)
      for part in inside {
        for integer in part { table[Int(integer - stored.lowerBound)] = 1 }
      }
    }
    return LookupPredicate(
      values: values, table: table, origin: stored.lowerBound, isComplement: isComplement)
  }
}

extension DictionaryColumn {
  /// A comparison, as ranges of codes found by binary search.
  func predicate(
    _ test: BytesTest, collation: Collation, isComplement: Bool
  ) -> any BlockPredicate {
    let all = Int64(texts.count)
    switch test {
    case .none: return ConstantPredicate(holds: isComplement)
    case .all: return predicate(in: [1...all], isComplement)
    case .range(let range):
      var (low, high): (Int64, Int64) = (1, all)
      if let bound = range.low {
        low = codes(from: bound.bytes, collation, isStrict: bound.isStrict)
      }
      if let bound = range.high {
        high = codes(from: bound.bytes, collation, isStrict: !bound.isStrict) - 1
      }
      return low <= high
        ? predicate(in: [low...high], isComplement) : ConstantPredicate(holds: isComplement)
    case .oneOf(let strings):
      var ranges: [ClosedRange<Int64>] = []
      for string in strings {
        let low = codes(from: string, collation, isStrict: false)
        let high = codes(from: string, collation, isStrict: true) - 1
        if low <= high { ranges.append(low...high) }
      }
      return predicate(in: ranges.merged(), isComplement)
    }
  }

  /// An arbitrary test, run once per distinct text.
  func predicate(
    isComplement: Bool, _ test: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> any BlockPredicate {
    var ranges: [ClosedRange<Int64>] = []
    for index in 0..<texts.count where test(texts[index]) {
      let code = Int64(index + 1)
      if let last = ranges.last, last.upperBound == code - 1 {
        ranges[ranges.count - 1] = last.lowerBound...code
      } else {
        ranges.append(code...code)
      }
    }
    return predicate(in: ranges, isComplement)
  }

  private func predicate(
    in ranges: [ClosedRange<Int64>], _ isComplement: Bool
  ) -> any BlockPredicate {
    IntegerColumn(
      values: codes, range: 1...Int64(texts.count), null: 0, summary: summary, ascends: false
    ).predicate(in: ranges, isComplement: isComplement)
  }

  /// The first code whose text is not less than another (or, if strict, is greater).
  private func codes(from bytes: [UInt8], _ collation: Collation, isStrict: Bool) -> Int64 {
    bytes.withUnsafeBufferPointer { bytes in
      var (low, high) = (0, texts.count)
      while low < high {
        let middle = (low + high) / 2
        let order = Comparison.order(texts[middle], bytes, collation: collation)
        if order < 0 || order == 0 && isStrict { low = middle + 1 } else { high = middle }
      }
      return Int64(low + 1)
    }
  }
}
