import Documents
import RecordFilter
import RowscopeModel

/// A column on its way to JSON: what it reads from, and what keeps that alive.
struct JSONColumn {
  private let key: Vector<UInt8>
  private let column: Column?
  private let presentation: Presentation
  /// Texts that were rendered ahead.
  private var rendered: ByteArena?
  private(set) var source: JSONSource

  /// - Parameters:
  ///   - key: what stands before the value: `,"title":`.
  ///   - recordCount: how many records will be written: a text that repeats is rendered ahead only
  ///     where that pays.
  init(
    _ column: Column, key: Vector<UInt8>, presentation: Presentation, recordCount: Int
  ) {
    self.key = key
    self.column = column
    self.presentation = presentation
    source = JSONSource(key: key)
    switch column {
    case .nulls: source.form = .nulls
    case .integers(let integers):
      if let values = integers.storedRange(ofAtMost: min(recordCount / 2, Self.mostRendered)) {
        let arena = Self.rendered(integers, values, key, presentation)
        rendered = arena
        source.form = .rendered
        source.origin = values.lowerBound
        source.read(arena)
        (source.base, source.width) = integers.values.raw
        break
      }
      guard presentation == .stored else { break }
      source.form = .integers
      (source.base, source.width) = integers.values.raw
      source.hasNull = integers.null != nil
      source.null = integers.null ?? 0
    case .reals(let reals) where presentation == .stored:
      source.form = .reals
      source.base = UnsafeRawPointer(reals.values.base)
    case .dictionary(let dictionary):
      guard recordCount >= dictionary.texts.count / 2,
        let arena = Self.rendered(dictionary, key, presentation)
      else { return }
      rendered = arena
      source.form = .rendered
      (source.base, source.width) = dictionary.codes.raw
      source.read(arena)
    case .text(let texts) where presentation == .stored:
      source.form = .text
      source.read(texts.arena)
      source.validity = texts.validity?.base
    case .reals, .text, .blobs, .mixed: break
    }
  }

  /// A column of JSON arrays made for the occasion, one for each record.
  init(_ arrays: [Value], key: Vector<UInt8>) {
    self.key = key
    column = nil
    presentation = .members
    source = JSONSource(key: key)
    var arena = ByteArenaBuilder()
    for array in arrays {
      guard case .text(let text) = array else { continue }
      text.withBytes { _ = arena.append($0) }
    }
    rendered = arena.finish()
  }

  /// Integers of more different values are written one by one.
  private static let mostRendered = 1 << 12

  /// Every integer of a range, the one that stands for null too, behind the key as JSON.
  private static func rendered(
    _ column: IntegerColumn, _ values: ClosedRange<Int64>, _ key: Vector<UInt8>,
    _ presentation: Presentation
  ) -> ByteArena {
    var arena = ByteArenaBuilder()
    var buffer = ByteBuffer(capacity: 1 << 12)
    for value in values {
      buffer.removeAll()
      buffer.append(blocksFrom: key.base, count: key.count)
      buffer.appendJSON(value == column.null ? .null : .integer(value), as: presentation)
      _ = buffer.withBytes { arena.append($0) }
    }
    return arena.finish()
  }

  /// `null` and every distinct text, behind the key as JSON.
  private static func rendered(
    _ column: DictionaryColumn, _ key: Vector<UInt8>, _ presentation: Presentation
  ) -> ByteArena? {
    var arena = ByteArenaBuilder()
    var buffer = ByteBuffer(capacity: 1 << 12)
    for code in 0...column.texts.count {
      buffer.removeAll()
      buffer.append(blocksFrom: key.base, count: key.count)
      let cell: Cell = code == 0 ? .null : .text(column.texts[code - 1])
      buffer.appendJSON(cell, as: presentation)
      guard buffer.withBytes({ arena.append($0) }) else { return nil }
    }
    return arena.finish()
  }

  /// Writes a value for which the source has no form of its own.
  ///
  /// - Parameters:
  ///   - row: in the table.
  ///   - record: in the selection.
  @inline(never)
  func write(_ row: Int, _ record: Int, to buffer: inout ByteBuffer) {
    guard let column else {
      if let rendered { buffer.appendJSON(membersOf: rendered[record]) }
      return
    }
    buffer.appendJSON(column.cell(row), as: presentation)
  }
}

/// The plain pointers of a column, without anything to retain, and the form of what they point to.
/// Its user keeps the ``JSONColumn`` alive.
struct JSONSource: BitwiseCopyable {
  enum Form: BitwiseCopyable {
    case nulls, integers, reals
    /// Texts one behind another.
    case text
    /// Texts that were rendered once each with the key before them, by code or by integer.
    case rendered
    /// Left to the column.
    case other
  }

  var form = Form.other
  private let key: UnsafePointer<UInt8>
  private let keyCount: Int
  /// Integers, codes or reals.
  var base: UnsafeRawPointer
  /// Of an integer or a code in bytes, negative where it is signed.
  var width = 0
  /// The integer that was rendered first.
  var origin: Int64 = 0
  /// What stands for null among integers.
  var null: Int64 = 0
  var hasNull = false
  /// Of texts: where each begins, their bytes, and the bits that tell which are there.
  private var starts: UnsafePointer<UInt32>?
  private var bytes: UnsafePointer<UInt8>
  var validity: UnsafePointer<UInt64>?

  init(key: Vector<UInt8>) {
    self.key = key.base
    keyCount = key.count
    base = UnsafeRawPointer(key.base)
    bytes = key.base
  }

  mutating func read(_ arena: ByteArena) {
    starts = arena.starts.base
    bytes = arena.bytes.base
  }

  @inline(__always)
  private func integer(_ row: Int) -> Int64 {
    switch width {
    case 1: Int64(base.load(fromByteOffset: row, as: UInt8.self))
    case -1: Int64(base.load(fromByteOffset: row, as: Int8.self))
    case 2: Int64(base.load(fromByteOffset: row * 2, as: UInt16.self))
    case -2: Int64(base.load(fromByteOffset: row * 2, as: Int16.self))
    case 4: Int64(base.load(fromByteOffset: row * 4, as: UInt32.self))
    case -4: Int64(base.load(fromByteOffset: row * 4, as: Int32.self))
    default: base.load(fromByteOffset: row * 8, as: Int64.self)
    }
  }

  /// Writes a key and its value; false where the value is left to the column.
  @inline(__always)
  func write(_ row: Int, to buffer: inout ByteBuffer) -> Bool {
    if form == .rendered, let starts {
      let code = Int(truncatingIfNeeded: integer(row) &- origin)
      let start = Int(starts[code])
      buffer.append(blocksFrom: bytes + start, count: Int(starts[code + 1]) - start)
      return true
    }
    buffer.append(blocksFrom: key, count: keyCount)
    switch form {
    case .nulls: buffer.append("null")
    case .integers:
      let integer = integer(row)
      if hasNull, integer == null { buffer.append("null") } else { buffer.appendJSON(integer) }
    case .reals: buffer.appendJSON(base.load(fromByteOffset: row * 8, as: Double.self))
    case .text:
      if let validity, validity[row >> 6] >> UInt64(row & 63) & 1 == 0 {
        buffer.append("null")
      } else if let starts {
        let start = Int(starts[row])
        buffer.appendJSON(
          text: UnsafeBufferPointer(start: bytes + start, count: Int(starts[row + 1]) - start))
      }
    case .rendered, .other: return false
    }
    return true
  }
}
