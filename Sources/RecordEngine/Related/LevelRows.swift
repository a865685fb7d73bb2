import Documents
import FilterMemory
import FilterSQL
import RecordFilter
import RecordStore
import RowscopeModel

/// What is kept of rows until the related records of all of them are known.
protocol RowContent: AnyObject {
  init(_ layout: AnswerLayout)
  /// - Parameter hidden: the slots that the record does not show.
  func append(_ row: borrowing Row, omitting hidden: [Int])
}

/// The rows of one level of an answer, and the related ones of the levels below.
final class LevelRows<Content: RowContent> {
  let layout: AnswerLayout
  let content: Content
  private(set) var count = 0
  /// One for each of the layout's levels.
  private(set) var keys: [LevelKeys]
  private(set) var related: [RelatedRows<Content>] = []
  private let actsOfRow: ActsOfRow?
  private var acts: [[RecordAct]] = []
  private var readonly: [[String]?] = []
  /// For each row, the slots that its record does not show; empty where all show all.
  private var hidden: [[Int]] = []

  /// - Parameter acts: how a row tells what the user may do with its record; nil where that is not
  ///   asked, as of all related records.
  init(_ layout: AnswerLayout, telling acts: ActsOfRow? = nil) {
    self.layout = layout
    actsOfRow = acts
    content = Content(layout)
    keys = layout.related.map(LevelKeys.init)
  }

  func append(_ row: borrowing Row) {
    let omitted = layout.hiddenSlots(of: row)
    if layout.mayHide { hidden.append(omitted) }
    content.append(row, omitting: omitted)
    for index in keys.indices { keys[index].append(row, layout.firstTest) }
    if let actsOfRow {
      acts.append(actsOfRow.acts(of: row))
      readonly.append(actsOfRow.readonly(of: row, hiding: omitted))
    }
    count += 1
  }

  /// What the user may do with the record of a row, where that is asked.
  func acts(of row: Int) -> [RecordAct]? { actsOfRow == nil ? nil : acts[row] }

  /// What the user may not write in the record of a row, where that is asked and differs.
  func readonly(of row: Int) -> [String]? { actsOfRow == nil ? nil : readonly[row] }

  /// What is said beside the record of a row.
  func notes(of row: Int) -> RecordNotes {
    RecordNotes(may: acts(of: row), readonly: readonly(of: row), hidden: hiddenNames(of: row))
  }

  /// The slots that the record of a row does not show.
  func hiddenSlots(of row: Int) -> [Int] { layout.mayHide ? hidden[row] : [] }

  /// The names of what the record of a row does not show, and of what single related ones do not, by
  /// their paths; nil where every record shows everything.
  func hiddenNames(of row: Int) -> [String]? {
    guard layout.mayHide else { return nil }
    var names: [String] = []
    for (slot, field) in layout.shape.fields.enumerated() {
      if hidden[row].contains(slot) {
        names.append(field.name)
      } else if case .related(let index) = layout.slots[slot], layout.related[index].size == nil,
        let far = related[index].rows(of: keys[index].numbersOfRow[row]).rows.first
      {
        names += (related[index].rows.hiddenNames(of: far) ?? []).map { "\(field.name).\($0)" }
      }
    }
    return names
  }

  func append(_ rows: RelatedRows<Content>) { related.append(rows) }

  /// For each row, the number of records that an answer shows of it, itself among them. A record is
  /// shown wherever it is related, so that a few rows of several levels may be very many.
  ///
  /// - Precondition: all levels below have been read.
  private(set) lazy var shownCounts: [Int] = (0..<count).map { row in
    var shown = 1
    for (index, rows) in related.enumerated() {
      for far in rows.rows(of: keys[index].numbersOfRow[row]).rows {
        let (sum, isTooMuch) = shown.addingReportingOverflow(rows.rows.shownCounts[far])
        shown = isTooMuch ? .max : sum
      }
    }
    return shown
  }
}

/// The rows that are related to those of a level.
struct RelatedRows<Content: RowContent> {
  let rows: LevelRows<Content>
  /// For each of the distinct keys, its rows in order.
  private(set) var groups: [[Int]]
  /// For each key, whether it has more rows than these.
  private(set) var hasMore: [Bool]
  private let size: Int

  init(_ level: RelatedLevel, keyCount: Int) {
    rows = LevelRows(level.layout)
    groups = Array(repeating: [], count: keyCount)
    hasMore = Array(repeating: false, count: keyCount)
    size = level.size ?? 1
  }

  /// The rows of a record with these keys, in order, and whether there are more.
  func rows(of keys: [Int]) -> (rows: [Int], hasMore: Bool) {
    guard keys.count > 1 else {
      return keys.first.map { (groups[$0], hasMore[$0]) } ?? ([], false)
    }
    let all = keys.flatMap { groups[$0] }.sorted()
    return (Array(all.prefix(size)), all.count > size || keys.contains { hasMore[$0] })
  }

  /// Takes the next row of a key.
  mutating func append(_ row: borrowing Row, to key: Int) {
    guard groups[key].count < size else {
      hasMore[key] = true
      return
    }
    groups[key].append(rows.count)
    rows.append(row)
  }
}

/// The keys by which the rows of a level lead to related records.
struct LevelKeys {
  private let parts: [RelatedLevel.KeyPart]
  private let condition: RowTest
  /// The distinct ones, encoded so that keys that compare as equal are the same.
  private var numbers: [[UInt8]: Int] = [:]
  /// Their values: for each part, one of each distinct key.
  private(set) var values: [[Value]]
  /// The values of members that are in ``values``.
  private var candidates: Set<Value> = []
  /// The numbers of each row's keys: of the one, or none where a part of it is NULL, which equals
  /// nothing, and where the relation's own condition does not hold; of members, one for each.
  private(set) var numbersOfRow: [[Int]] = []

  init(_ level: RelatedLevel) {
    parts = level.keys
    condition = level.condition
    values = parts.map { _ in [] }
  }

  var count: Int { numbers.count }

  /// The keys as one value to bind; nil where there is none such.
  var list: Value? {
    values.count == 1 ? SQLStatement.list(ofKeys: values[0]) : nil
  }

  /// - Parameter firstTest: the column of the row's first test.
  mutating func append(_ row: borrowing Row, _ firstTest: Int) {
    guard condition.holds(for: row, firstTest) else {
      numbersOfRow.append([])
      return
    }
    if parts.count == 1, let members = parts[0].members {
      numbersOfRow.append(numbers(ofMembersOf: row, members))
      return
    }
    guard let key = Self.encoded(row, parts, isFar: false) else {
      numbersOfRow.append([])
      return
    }
    let (number, isNew) = number(of: key)
    numbersOfRow.append([number])
    guard isNew else { return }
    for (index, part) in parts.enumerated() {
      let value = row.value(part.near)
      values[index].append(part.nearConversion?.converted(value) ?? value)
    }
  }

  private mutating func number(of key: [UInt8]) -> (Int, isNew: Bool) {
    if let known = numbers[key] { return (known, false) }
    numbers[key] = numbers.count
    return (numbers.count - 1, true)
  }

  private mutating func numbers(
    ofMembersOf row: borrowing Row, _ members: RelatedLevel.Members
  ) -> [Int] {
    let part = parts[0]
    var keys: [Value] = []
    guard members.form.forEach(in: row.cell(part.near), { keys.append(members.type.key(of: $0)) })
    else { return [] }
    var found: [Int] = []
    for value in keys {
      guard let key = Self.encoded(value, part) else { continue }
      let (number, isNew) = number(of: key)
      if !found.contains(number) { found.append(number) }
      guard isNew else { continue }
      // Different members may be found by one value, which must find its records once.
      for stored in members.stored(value) where candidates.insert(stored).inserted {
        values[0].append(stored)
      }
    }
    return found
  }

  private static func encoded(_ value: Value, _ part: RelatedLevel.KeyPart) -> [UInt8]? {
    var key: [UInt8] = []
    let isKey = value.borrowed {
      KeyEncoder.append($0, affinity: .blob, collation: part.collation, to: &key)
    }
    return isKey ? key : nil
  }

  /// The number of the key that a row of the level below has; nil if it is none of these.
  func number(ofRelated row: borrowing Row) -> Int? {
    if parts.count == 1, let members = parts[0].members {
      return Self.encoded(members.type.key(of: row.cell(parts[0].far)), parts[0])
        .flatMap { numbers[$0] }
    }
    return Self.encoded(row, parts, isFar: true).flatMap { numbers[$0] }
  }

  /// The key of a row, as those that compare as equal are encoded alike; nil for what equals nothing.
  private static func encoded(
    _ row: borrowing Row, _ parts: [RelatedLevel.KeyPart], isFar: Bool
  ) -> [UInt8]? {
    var key: [UInt8] = []
    key.reserveCapacity(16)
    for part in parts {
      let cell = row.cell(isFar ? part.far : part.near)
      func append(_ value: BorrowedValue) -> Bool {
        KeyEncoder.append(value, affinity: part.affinity, collation: part.collation, to: &key)
      }
      let isWhole: Bool
      if part.isConverted, let conversion = isFar ? part.farConversion : part.nearConversion {
        isWhole = conversion.converted(cell).borrowed(append)
      } else {
        isWhole = append(cell)
      }
      guard isWhole else { return nil }
    }
    return key
  }
}

extension Row {
  fileprivate borrowing func cell(_ column: Int) -> BorrowedValue {
    switch storageClass(column) {
    case .null: .null
    case .integer: .integer(integer(column))
    case .real: .real(real(column))
    case .text: .text(bytes(column))
    case .blob: .blob(bytes(column))
    }
  }
}
