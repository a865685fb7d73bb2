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
  private let firstTest: Int

  /// Adds the tests to a query.
  ///
  /// - Parameter rows: the records to which the user may do this.
  init(asking query: inout Query, _ rows: (RecordAct) -> RowAccess) {
    var tests = RowTests(within: query.scope, query.tests)
    edit = tests.ask(rows(.edit).filter)
    delete = tests.ask(rows(.delete).filter)
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

  private static let both: [RecordAct] = [.edit, .delete]
  private static let editing: [RecordAct] = [.edit]
  private static let deleting: [RecordAct] = [.delete]
}

extension ByteBuffer {
  /// `{"item":{…},"may":["edit"],"hidden":["phone"]}`, with what there is of these.
  package mutating func appendJSON(
    item: UnsafeBufferPointer<UInt8>, may: [RecordAct]?, hidden: [String]?
  ) {
    append("{\"item\":")
    append(item)
    if let may {
      append(",\"may\":")
      appendJSON(may)
    }
    if let hidden {
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
