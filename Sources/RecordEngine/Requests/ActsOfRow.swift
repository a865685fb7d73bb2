import AccessProfiles
package import Documents
import RecordFilter
package import RecordStore
package import RowscopeModel

/// How a row tells what its user may do with the record: by a test of the query, or the same for
/// every record.
package struct ActsOfRow: Sendable {
  private let edit: RowTest
  private let delete: RowTest
  /// The record's own fields in the answer, each with the test of whether the user may write it;
  /// empty where that is the same in each record that they may edit.
  private let fields: [(slot: Int, name: String, written: RowTest)]
  private let firstTest: Int

  /// Adds the tests to a query.
  ///
  /// - Parameters:
  ///   - fields: the record's own fields in the answer, by their places in it, each with the records
  ///     in which the user may write it; none where these are the same as those to edit.
  ///   - rows: the records to which the user may do this.
  init(
    asking query: inout Query, _ fields: [(slot: Int, name: String, rows: Filter)],
    _ rows: (RecordAct) -> RowAccess
  ) {
    var tests = RowTests(within: query.scope, query.tests)
    edit = tests.ask(rows(.edit).filter)
    delete = tests.ask(rows(.delete).filter)
    self.fields = fields.map { ($0.slot, $0.name, tests.ask($0.rows)) }
    query.tests = tests.filters
    firstTest = query.firstTest
  }

  /// What the user may do with the record of a row, in the order of ``RecordAct``.
  package func acts(of row: borrowing Row) -> [RecordAct] {
    switch (edit.holds(for: row, firstTest), delete.holds(for: row, firstTest)) {
    case (true, true): Self.both
    case (true, false): Self.editing
    case (false, true): Self.deleting
    case (false, false): []
    }
  }

  /// The names of the fields that the user may not write in the record of a row; nil where that does
  /// not differ by record.
  ///
  /// - Parameter hidden: the places of those that the record does not show.
  package func readonly(of row: borrowing Row, hiding hidden: [Int] = []) -> [String]? {
    if fields.isEmpty { return nil }
    var names: [String] = []
    for (slot, name, written) in fields
    where !hidden.contains(slot) && !written.holds(for: row, firstTest) { names.append(name) }
    return names
  }

  private static let both: [RecordAct] = [.edit, .delete]
  private static let editing: [RecordAct] = [.edit]
  private static let deleting: [RecordAct] = [.delete]
}

extension ByteBuffer {
  /// `{"item":{…},"may":["edit"],"readonly":["title"],"hidden":["phone"]}`, with what there is of
  /// these.
  package mutating func appendJSON(item: UnsafeBufferPointer<UInt8>, _ notes: RecordNotes) {
    append("{\"item\":")
    append(item)
    if let may = notes.may {
      append(",\"may\":")
      appendJSON(may)
    }
    if let readonly = notes.readonly {
      append(",\"readonly\":")
      appendJSON(readonly)
    }
    if let hidden = notes.hidden {
      append(",\"hidden\":")
      appendJSON(hidden)
    }
    append(UInt8(ascii: "}"))
  }

  /// `["phone","client.phone"]`
  package mutating func appendJSON(_ names: [String]) {
    append(UInt8(ascii: "["))
    for (index, name) in names.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      appendJSON(name)
    }
    append(UInt8(ascii: "]"))
  }

  /// `[["phone"],[]]`
  package mutating func appendJSON(_ lists: [[String]]) {
    append(UInt8(ascii: "["))
    for (index, names) in lists.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      appendJSON(names)
    }
    append(UInt8(ascii: "]"))
  }

  /// `["edit","delete"]`
  package mutating func appendJSON(_ acts: [RecordAct]) {
    append(UInt8(ascii: "["))
    for (index, act) in acts.enumerated() {
      if index > 0 { append(UInt8(ascii: ",")) }
      appendJSON(act.rawValue)
    }
    append(UInt8(ascii: "]"))
  }
}
