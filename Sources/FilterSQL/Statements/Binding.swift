package import RowscopeModel

/// What a parameter of a statement is bound to.
package enum Binding: Sendable, Hashable {
  case value(Value)
  /// The n-th value of a record's primary key, given when the statement is run.
  case key(Int)
  /// The first row number of a range, given when the statement is run.
  case firstRow
  /// The last row number of a range, given when the statement is run.
  case lastRow
}

/// A parameter whose value is given when the statement is run.
struct OpenBinding: Sendable, Hashable {
  let place: Int
  let binding: Binding
}

extension SQLStatement {
  /// The values for the record with this primary key.
  package func bindings(forKey key: [Value]) -> [Value] {
    bindings { binding in
      guard case .key(let part) = binding else { return nil }
      return key[part]
    }
  }

  /// The values for a range of row numbers, both ends included.
  ///
  /// - Parameter last: nil for a statement whose range has no end.
  package func bindings(fromRow first: Int64, toRow last: Int64?) -> [Value] {
    bindings { binding in
      switch binding {
      case .firstRow: .integer(first)
      case .lastRow: last.map(Value.integer)
      case .value, .key: nil
      }
    }
  }

  private func bindings(_ value: (Binding) -> Value?) -> [Value] {
    var bindings = bindings
    for open in openBindings {
      guard let value = value(open.binding) else {
        preconditionFailure("no value for \(open.binding) of a statement")
      }
      bindings[open.place] = value
    }
    return bindings
  }
}
