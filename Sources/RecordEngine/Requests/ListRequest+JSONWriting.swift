import AccessProfiles
import Documents
import RecordStore
import RowscopeModel

extension ListRequest {
  /// The request in the wire format, which ``init(json:)`` reads: strict JSON on one line, without
  /// keys that have their defaults.
  package var json: [UInt8] {
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("object_type")
    writer.string(table)
    if let select {
      writer.key("select")
      write(select, to: &writer)
    }
    if !filters.isEmpty {
      writer.key("filters")
      writer.write(filters)
      if joining == .any {
        writer.key("operator")
        writer.string(joining.rawValue)
      }
    }
    write("search", search, to: &writer)
    write(sort, size, to: &writer)
    if page != 1 {
      writer.key("page")
      writer.integer(Int64(page))
    }
    write("after", after, to: &writer)
    if count != .none { write("count", count.rawValue, to: &writer) }
    if may {
      writer.key("may")
      writer.bool(true)
    }
    if scope {
      writer.key("scope")
      writer.bool(true)
    }
    writer.endObject()
    return writer.bytes
  }

  private func write(_ select: [FieldSelection], to writer: inout JSONWriter) {
    writer.beginArray()
    for entry in select {
      switch entry.content {
      case .field(let name), .column(let name): writer.string(name)
      case .list(let list):
        writer.beginObject()
        write("path", list.path, to: &writer)
        if let select = list.select {
          writer.key("select")
          write(select, to: &writer)
        }
        write(list.sort, list.size, to: &writer)
        writer.endObject()
      }
    }
    writer.endArray()
  }

  private func write(_ sort: [SortKey], _ size: Int?, to writer: inout JSONWriter) {
    if !sort.isEmpty {
      write("sort", sort.map(\.text).joined(separator: ", "), to: &writer)
    }
    if let size {
      writer.key("size")
      writer.integer(Int64(size))
    }
  }

  private func write(
    _ key: String, _ text: String?, to writer: inout JSONWriter
  ) {
    guard let text else { return }
    writer.key(key)
    writer.string(text)
  }
}

extension ListRequest.SortKey {
  /// The sort key as text, quoted if necessary, so that no name is ambiguous.
  fileprivate var text: String {
    let isPlain = field.utf8.allSatisfy {
      $0 == UInt8(ascii: "_") || ($0 >= 0x30 && $0 <= 0x39)
        || ($0.asciiLowercased >= 0x61 && $0.asciiLowercased <= 0x7A)
    }
    let name = isPlain && !field.isEmpty ? field : field.quoted(by: "\"")
    return name + (isDescending ? " desc" : "")
  }
}
