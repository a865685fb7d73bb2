import AccessProfiles
import Documents
import RecordFilter
import RowscopeModel

/// The expected answer of a case, or that of an engine. Values compare with their storage class.
enum CorpusAnswer: Hashable, Sendable {
  case records(CorpusRecords)
  case failure(String)
  /// The record by column after a change; nil if there is none any more.
  case stored([Text: Value]?)
}

struct CorpusRecords: Hashable, Sendable {
  /// Nil without records: an empty page does not say what its fields would be.
  var fields: [Text]?
  var rows: [[CorpusCell]]
  var hasMore: Bool
  var count: Count?
  /// For each row, the names of the fields that are hidden in it; nil if there are none.
  var hidden: [[String]]?
  /// For each row, where the request asks what the user may do.
  var may: [[String]]?

  struct Count: Hashable, Sendable {
    let value: Int
    let isExact: Bool
  }
}

extension CorpusAnswer {
  init(expected node: JSONNode?) throws {
    guard let node else { throw CorpusError("a case without \"expect\": see the README") }
    if let code = node["error"]?.string {
      self = .failure(code)
      return
    }
    if let stored = node["stored"] {
      self = .stored(
        try stored.members.map { members in
          Dictionary(
            uniqueKeysWithValues: try members.map {
              (Text($0.key.value), try Value(corpus: $0.value))
            })
        })
      return
    }
    self = .records(try CorpusRecords(expected: node))
  }
}

extension CorpusRecords {
  fileprivate init(expected node: JSONNode) throws {
    guard let fields = node["fields"]?.elements, let rows = node["rows"]?.elements else {
      throw CorpusError("\"expect\" is an error, or fields and rows")
    }
    var values: [[CorpusCell]] = []
    for row in rows { values.append(try (row.elements ?? []).map(CorpusCell.init(corpus:))) }
    self.init(
      fields: rows.isEmpty ? nil : fields.compactMap { $0.string.map { Text($0) } }, rows: values,
      hasMore: node["has_more"]?.isTrue ?? false,
      count: node["count"].flatMap(Count.init(expected:)),
      hidden: node["hidden"]?.elements?.map { ($0.elements ?? []).compactMap(\.string) },
      may: node["may"]?.elements?.map { ($0.elements ?? []).compactMap(\.string) })
  }
}

extension CorpusRecords.Count {
  fileprivate init?(expected node: JSONNode) {
    guard let value = node["value"]?.integer else { return nil }
    self.init(value: Int(value), isExact: node["exact"]?.isTrue ?? false)
  }
}

extension CorpusAnswer: CustomStringConvertible {
  var description: String {
    switch self {
    case .failure(let code): "error \(code)"
    case .stored(nil): "no record is stored"
    case .stored(let record?):
      "stored "
        + record.map { "\($0.key.string): \($0.value.corpusText)" }.sorted()
        .joined(separator: ", ")
    case .records(let records): records.description
    }
  }
}

extension CorpusRecords: CustomStringConvertible {
  var description: String {
    let rows = rows.map { row in "[\(row.map(\.corpusText).joined(separator: ", "))]" }
    let count = count.map { ", count \($0.value)\($0.isExact ? "" : " at least")" } ?? ""
    let fields = (fields ?? []).map(\.string).joined(separator: ", ")
    let hidden = hidden.map { ", hidden \($0)" } ?? ""
    let may = may.map { ", may \($0)" } ?? ""
    return fields + ": " + (rows.isEmpty ? "no records" : rows.joined(separator: " "))
      + (hasMore ? ", has more" : "") + count + hidden + may
  }
}

/// What an answer has for a field: a value, a related record, or a list of them.
enum CorpusCell: Hashable, Sendable {
  case value(Value)
  case record([String], [CorpusCell])
  case list([CorpusCell], hasMore: Bool)

  init(corpus node: JSONNode) throws {
    if let items = node["items"]?.elements, let hasMore = node["has_more"] {
      self = .list(try items.map(CorpusCell.init(corpus:)), hasMore: hasMore.isTrue)
    } else if let value = try? Value(corpus: node) {
      self = .value(value)
    } else {
      let members = node.members ?? []
      self = .record(
        members.map(\.key.value), try members.map { try CorpusCell(corpus: $0.value) })
    }
  }

  init(_ record: Record) {
    let cells = Self.cells(of: record)
    let shown = record.fields.indices.filter { !record.hidden.contains($0) }
    self = .record(shown.map { record.fields[$0].name }, shown.map { cells[$0] })
  }

  /// The cells of a record's fields, null where one is hidden.
  static func cells(of record: Record) -> [CorpusCell] {
    guard !record.related.isEmpty else { return record.values.map(CorpusCell.value) }
    return zip(record.values, record.related).map { value, related in
      switch related {
      case .none, .one(nil): .value(value)
      case .one(let record?): CorpusCell(record)
      case .list(let page): .list(page.items.map(CorpusCell.init), hasMore: page.hasMore)
      }
    }
  }

  var corpusText: String {
    switch self {
    case .value(let value): value.corpusText
    case .record(let names, let cells):
      "{" + zip(names, cells).map { "\"\($0)\": \($1.corpusText)" }.joined(separator: ", ") + "}"
    case .list(let items, let hasMore):
      "[" + items.map(\.corpusText).joined(separator: ", ") + (hasMore ? ", …]" : "]")
    }
  }
}

extension Value {
  /// A value written as the corpus writes it.
  init(corpus node: JSONNode) throws {
    switch node.content {
    case .null: self = .null
    case .bool(let flag): self = .flag(flag)
    case .integer(let integer): self = .integer(integer)
    case .real(let real): self = .real(real)
    case .string(let string): self = .text(Text(string))
    case .object(let members) where members.count == 1:
      guard let form = members.first, let text = form.value.string else { fallthrough }
      switch form.key.value {
      case "blob": self = .blob(try [UInt8](hexadecimal: text))
      case "text": self = .text(Text(bytes: try [UInt8](hexadecimal: text)))
      case "real": self = .real(text == "-inf" ? -.infinity : .infinity)
      default: throw CorpusError("no such form of a value: \(form.key.value)")
      }
    case .array, .object: throw CorpusError("no value of the corpus")
    }
  }

  var corpusText: String {
    switch self {
    case .null: "null"
    case .integer(let integer): "\(integer)"
    case .real(let real): "\(real)"
    case .text(let text):
      text.validString.map { "\"\($0)\"" } ?? "text \(text.bytes.hexadecimal)"
    case .blob(let bytes): "blob \(bytes.hexadecimal)"
    }
  }
}

extension [UInt8] {
  init(hexadecimal text: String) throws {
    let digits = try text.map { digit in
      guard let value = digit.hexDigitValue else { throw CorpusError("no hexadecimal: \(text)") }
      return UInt8(value)
    }
    guard digits.count.isMultiple(of: 2) else { throw CorpusError("half a byte: \(text)") }
    self = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
