import Documents
import RecordFilter
import RecordStore
import RowscopeModel

/// One aggregate of a summary, for all its groups.
class AggregateValues {
  let source: ResolvedSummary.Source?

  init(_ source: ResolvedSummary.Source?) { self.source = source }

  static func make(
    _ function: SummaryRequest.Aggregate.Function, _ source: ResolvedSummary.Source?
  ) -> AggregateValues {
    guard let source else { return CountedRecords(nil) }
    return switch function {
    case .count: CountedRecords(source)
    case .countDistinct: CountedValues(source)
    case .min: ExtremeValues(source, isGreatest: false)
    case .max: ExtremeValues(source, isGreatest: true)
    case .sum: SummedNumbers(source, isMean: false)
    case .avg: SummedNumbers(source, isMean: true)
    }
  }

  /// The memory that values take beside their groups, roughly.
  var byteCount: Int { 0 }
  /// The memory that a group takes, roughly.
  class var bytesPerGroup: Int { 16 }

  func addGroup() {}
  /// Takes a value that is not NULL, or any record where there is no source.
  func take(_ value: BorrowedValue, in group: Int) {}

  /// The aggregate of a group, and what it is ordered by.
  ///
  /// - Throws: `sum_out_of_range`.
  func result(of group: Int) throws(ServiceError) -> OrderedValue {
    OrderedValue(order: .null, shown: .null)
  }

  /// How many values of a group were left out.
  func skipped(in group: Int) -> Int { 0 }

  func order(_ left: OrderedValue, _ right: OrderedValue) -> Int {
    Comparison.order(left.order, right.order, collation: .binary)
  }
}

/// The number of records, or of those that have a value.
private final class CountedRecords: AggregateValues {
  private var counts: [Int] = []

  override func addGroup() { counts.append(0) }
  override func take(_ value: BorrowedValue, in group: Int) { counts[group] += 1 }
  override func result(of group: Int) -> OrderedValue {
    OrderedValue(order: .integer(Int64(counts[group])), shown: .integer(Int64(counts[group])))
  }
}

/// The number of different values.
private final class CountedValues: AggregateValues {
  private let form: ValueForm
  private var counts: [Int] = []
  private var values = KeyTable()
  private var key = ByteBuffer()

  init(_ source: ResolvedSummary.Source) {
    form = source.form
    super.init(source)
  }

  override var byteCount: Int { values.byteCount }
  override func addGroup() { counts.append(0) }
  override func take(_ value: BorrowedValue, in group: Int) {
    key.removeAll()
    key.extend(by: 8).storeBytes(of: group, as: Int.self)
    form.append(value, to: &key)
    if values.number(of: key).isNew { counts[group] += 1 }
  }
  override func result(of group: Int) -> OrderedValue {
    OrderedValue(order: .integer(Int64(counts[group])), shown: .integer(Int64(counts[group])))
  }
}

/// The least or the greatest value. What stands for no value of the type is none.
private final class ExtremeValues: AggregateValues {
  private let form: ValueForm
  private let isGreatest: Bool
  private var values: [OrderedValue] = []

  init(_ source: ResolvedSummary.Source, isGreatest: Bool) {
    form = source.form
    self.isGreatest = isGreatest
    super.init(source)
  }

  override class var bytesPerGroup: Int { 64 }
  override func addGroup() { values.append(OrderedValue(order: .null, shown: .null)) }

  override func take(_ value: BorrowedValue, in group: Int) {
    if let type = form.type, type.value(of: value) == nil { return }
    if !values[group].shown.isNull {
      let order = form.order(value, values[group].order)
      if order == 0 {
        // Of equal ones the least stored form is shown, and a cursor is of that one: which of them
        // is read first may depend on an index of fields that are hidden.
        guard form.precedes(value, values[group].shown) else { return }
        values[group] = OrderedValue(order: form.orderValue(of: value), shown: value.copied)
        return
      }
      guard (order > 0) == isGreatest else { return }
    }
    values[group] = OrderedValue(order: form.orderValue(of: value), shown: value.copied)
  }

  override func result(of group: Int) -> OrderedValue { values[group] }
  override func order(_ left: OrderedValue, _ right: OrderedValue) -> Int {
    form.order(left, right)
  }
}

/// The sum or the mean of the numbers.
private final class SummedNumbers: AggregateValues {
  private let isMean: Bool
  private let isDeclared: Bool
  private var sums: [ExactSum] = []
  private var others: [Int] = []

  init(_ source: ResolvedSummary.Source, isMean: Bool) {
    self.isMean = isMean
    isDeclared = source.form.type != nil
    super.init(source)
  }

  override class var bytesPerGroup: Int { 160 }
  override func addGroup() {
    sums.append(ExactSum())
    others.append(0)
  }

  override func take(_ value: BorrowedValue, in group: Int) {
    switch value.storageClass {
    case .integer: sums[group].add(value.integer)
    case .real: sums[group].add(value.real)
    case .text:
      // A text is a number where the field is declared as one.
      if !isDeclared || !sums[group].add(value.bytes) { others[group] += 1 }
    case .blob: others[group] += 1
    case .null: break
    }
  }

  override func result(of group: Int) throws(ServiceError) -> OrderedValue {
    if isMean {
      let mean = sums[group].mean
      return OrderedValue(order: mean, shown: mean)
    }
    guard let sum = sums[group].sum else {
      throw ServiceError(
        .sumOutOfRange, "a sum of integers does not fit in 64 bits",
        hint: "ask for the mean, or for sums of smaller groups")
    }
    return OrderedValue(order: sum, shown: sum)
  }

  override func skipped(in group: Int) -> Int { others[group] }
  override func order(_ left: OrderedValue, _ right: OrderedValue) -> Int {
    Value.orderOfSums(left.order, right.order)
  }
}
