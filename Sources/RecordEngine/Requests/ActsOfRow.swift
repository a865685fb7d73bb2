import AccessProfiles
package import Documents
import RecordFilter
package import RecordStore
package import RowscopeModel

/// How a row tells what its user may do with the record: by a test of the query, or the same for
/// every record.
package struct ActsOfRow: Sendable {
  private enum Answer: Sendable {
    case always(Bool)
    /// The column of a test's truth.
    case column(Int)

    @inline(__always)
    func holds(for row: borrowing Row) -> Bool {
      switch self {
      case .always(let holds): holds
      case .column(let column): row.integer(column) == 1
      }
    }
  }

  private let edit: Answer
  private let delete: Answer

  /// Adds the tests to a query.
  ///
  /// - Parameter rows: the records to which the user may do this.
  init(asking query: inout Query, _ rows: (RecordAct) -> RowAccess) {
    let firstColumn = query.projection.count + query.keyValues.count
    func answer(_ act: RecordAct, _ query: inout Query) -> Answer {
      // Every record of the answer is in the scope.
      let test = rows(act).filter.remainder(within: query.scope)
      switch test {
      case .always: return .always(true)
      case .never: return .always(false)
      case .term, .related, .under, .comparison, .conjunction, .disjunction: break
      }
      let place = query.tests.firstIndex(of: test) ?? query.tests.count
      if place == query.tests.count { query.tests.append(test) }
      return .column(firstColumn + place)
    }
    edit = answer(.edit, &query)
    delete = answer(.delete, &query)
  }

  /// What the user may do with the record of a row, in the order of ``RecordAct``.
  package func acts(of row: borrowing Row) -> [RecordAct] {
    switch (edit.holds(for: row), delete.holds(for: row)) {
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
  /// `{"item":{…},"may":["edit"]}`
  package mutating func appendJSON(item: UnsafeBufferPointer<UInt8>, may: [RecordAct]) {
    append("{\"item\":")
    append(item)
    append(",\"may\":")
    appendJSON(may)
    append(UInt8(ascii: "}"))
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
