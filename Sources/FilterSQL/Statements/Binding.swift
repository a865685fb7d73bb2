package import RowscopeModel

/// What a parameter is bound to, either now or when the statement is run.
package enum Binding: Sendable, Hashable {
  case value(Value)
  /// The n-th value of a record's primary key, bound when the statement is run.
  case key(Int)
  /// The value that a change gives to its n-th field, bound when the statement is run.
  case written(Int)
  /// The list of the keys of related records, bound when the statement is run.
  case keys
  /// The first row id of a range, bound when the statement is run.
  case firstRow
  /// The last row id of a range, bound when the statement is run.
  case lastRow
}

/// A parameter that is bound when the statement is run.
struct DeferredBinding: Sendable, Hashable {
  let index: Int
  let binding: Binding
}

extension SQLStatement {
  /// The bindings for the record with this primary key.
  package func bindings(forKey key: [Value]) -> [Value] {
    bindings { binding in
      guard case .key(let part) = binding else { return nil }
      return key[part]
    }
  }

  /// The bindings for the change of the record with this primary key.
  ///
  /// - Parameter written: what the change gives to its fields.
  package func bindings(forKey key: [Value], written: [Value]) -> [Value] {
    bindings { binding in
      switch binding {
      case .key(let part): key[part]
      case .written(let place): written[place]
      case .value, .keys, .firstRow, .lastRow: nil
      }
    }
  }

  /// The bindings for a range of row ids, inclusive.
  ///
  /// - Parameter last: nil for a statement with an open-ended range.
  package func bindings(fromRow first: Int64, toRow last: Int64?) -> [Value] {
    bindings { binding in
      switch binding {
      case .firstRow: .integer(first)
      case .lastRow: last.map(Value.integer)
      case .value, .key, .keys, .written: nil
      }
    }
  }

  /// The bindings for related records.
  ///
  /// - Parameter list: from ``list(ofKeys:)``.
  package func bindings(forKeys list: Value) -> [Value] {
    bindings { binding in
      if case .keys = binding { list } else { nil }
    }
  }

  /// A list of keys as one value; nil where SQLite would not read the same keys from it.
  package static func list(ofKeys keys: [Value]) -> Value? {
    JSONList.encode(keys).map { .text($0) }
  }

  private func bindings(_ value: (Binding) -> Value?) -> [Value] {
    var bindings = bindings
    for deferred in deferredBindings {
      guard let value = value(deferred.binding) else {
        preconditionFailure("no value for \(deferred.binding) of a statement")
      }
      bindings[deferred.index] = value
    }
    return bindings
  }
}
