package import RecordFilter
import RecordStore
package import RowscopeModel

/// A text of JSON lines: one object to a line, blank lines aside.
package struct JSONLines {
  package let file: CSVFile

  package init(file: CSVFile) { self.file = file }

  /// Calls `body` with each object and the number of its line, from 1.
  ///
  /// - Throws: what is wrong with an object, with its place.
  package func forEachObject(
    _ body: (Int, inout JSONLineParser) throws(TableSourceError) -> Void
  ) throws(TableSourceError) {
    var rest = file.text[...]
    var number = 0
    while !rest.isEmpty {
      number += 1
      let end = rest.firstIndex(of: 0x0A) ?? rest.endIndex
      let line = UnsafeBufferPointer(rebasing: rest[..<end])
      rest = rest[min(end + 1, rest.endIndex)...]
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      var parser = JSONLineParser(line)
      try body(number, &parser)
    }
  }

  package func error(_ fault: JSONLineParser.Fault, line: Int) -> TableSourceError {
    TableSourceError(
      .invalidJSON, in: file.path, at: .text(line: line, column: fault.offset + 1), fault.detail)
  }

  package func repeated(_ name: Name, line: Int, offset: Int) -> TableSourceError {
    TableSourceError(
      .repeatedField(name), in: file.path, at: .text(line: line, column: offset + 1),
      "the field \(Printable.quoted(name.string)) is given twice in one record")
  }

  /// The number of the line on which a record stands, from its own number from 0.
  package func line(ofRecord record: Int) -> Int {
    var (line, count) = (1, 0)
    do throws(TableSourceError) {
      try forEachObject { number, _ in
        if count == record { line = number }
        count += 1
      }
    } catch {
      // It has been read before.
    }
    return line
  }
}

/// Finds fields by the bytes of their names. Records name their fields in one order as a rule, so
/// that the one after the last is looked at first.
package struct FieldFinder {
  package private(set) var names: [Name] = []
  private var bytes: [[UInt8]] = []
  private var positions: [Name: Int] = [:]
  private var next = 0

  package init() {}

  package mutating func append(_ name: Name) -> Int {
    positions[name] = names.count
    names.append(name)
    bytes.append(Array(name.string.utf8))
    return names.count - 1
  }

  /// The position of a field; nil where there is none of this name.
  package mutating func position(of key: UnsafeBufferPointer<UInt8>) -> Int? {
    if next >= bytes.count { next = 0 }
    if next < bytes.count, bytes[next].elementsEqual(key) {
      next += 1
      return next - 1
    }
    guard let position = positions[Name(String(decoding: key, as: UTF8.self))] else { return nil }
    next = position + 1
    return position
  }
}

/// What the values of a field have in common, over all records.
package struct JSONFieldInference {
  private var hasInteger = false
  private var hasFlag = false
  private var hasReal = false
  private var hasText = false
  private var hasArray = false
  /// An integer that no double is: it must not become one.
  private var hasLargeInteger = false

  package init() {}

  package mutating func observe(_ member: JSONLineParser.Member) {
    switch member.value.storageClass {
    case .null, .blob: break
    case .integer:
      if member.isFlag { hasFlag = true } else { hasInteger = true }
      if member.value.integer.magnitude > 1 << 53 { hasLargeInteger = true }
    case .real: hasReal = true
    case .text: if member.isArray { hasArray = true } else { hasText = true }
    }
  }

  package func field(_ name: Name, isKey: Bool) -> Field {
    func make(
      _ type: String, _ kind: FieldKind = .unspecified, _ storage: Field.Storage = .column
    ) -> Field {
      Field(
        name: name, declaredType: type, affinity: Affinity(declaredType: type),
        isNullable: !isKey, kind: kind, storage: storage)
    }
    let hasNumber = hasInteger || hasReal
    switch (hasNumber || hasFlag, hasText || hasArray) {
    case (false, false): return make("TEXT")
    case (false, true): return hasText ? make("TEXT") : make("TEXT", .multi, .jsonArray)
    // Each value keeps its own class.
    case (true, true): return make("")
    case (true, false):
      if hasReal { return make(hasLargeInteger ? "NUMERIC" : "REAL") }
      return hasInteger ? make("INTEGER") : make("INTEGER", .checkbox)
    }
  }
}
