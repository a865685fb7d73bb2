import RowscopeModel

/// How the two columns of a relation are compared. Both directions of a relation, and all backends,
/// compare alike.
///
/// - Text compares by the key's collation, as in SQLite's own foreign keys.
/// - Affinities count as in SQLite's comparison of two columns: numeric if either is numeric,
///   otherwise none.
/// - UUIDs compare as the UUIDs that they stand for where the key declares a form and the column
///   that refers to it another one, or none. Otherwise they compare as they are stored, so that an
///   index serves.
/// - A number refers to a key of text by its own text: 7 to `7`, and neither to `07` nor to `7.0`, as
///   in SQLite's own foreign keys. Two columns of declared numbers compare as numbers.
package struct KeyEquality: Sendable, Hashable {
  /// Applied to both: numeric, or none.
  package let affinity: Affinity
  package let collation: Collation
  /// What is compared in place of the stored values; nil for these themselves.
  package let nearConversion: Conversion?
  package let farConversion: Conversion?

  package init(_ pair: ColumnPair, from near: Table, to far: Table) {
    let (nearField, farField) = (near[pair.near], far[pair.far])
    guard let conversions = Self.conversions(pair, (nearField, near.kind), (farField, far.kind))
    else {
      affinity = farField.affinity.whenCompared(with: nearField.affinity)
      collation = pair.key == .near ? nearField.collation : farField.collation
      (nearConversion, farConversion) = (nil, nil)
      return
    }
    affinity = .blob
    collation = conversions.collation
    (nearConversion, farConversion) = (conversions.near, conversions.far)
  }

  /// Whether stored values are compared.
  package var isOfStoredValues: Bool { nearConversion == nil && farConversion == nil }

  private typealias Side = (field: Field, kind: Table.Kind)
  private typealias Conversions = (near: Conversion?, far: Conversion?, collation: Collation)

  private static func conversions(
    _ pair: ColumnPair, _ near: Side, _ far: Side
  ) -> Conversions? {
    guard let side = pair.key else { return nil }
    let (key, reference) = side == .far ? (far.field, near.field) : (near.field, far.field)
    switch (key.type, reference.type) {
    case (.number?, .number?):
      // A numeric affinity makes numbers of texts.
      guard Set([key.affinity, reference.affinity]) == [.text, .blob] else { return nil }
      return (.value(.number), .value(.number), .binary)
    case (.uuid(let form?)?, .uuid(let other)?) where form != other:
      let (nearForm, farForm) = side == .far ? (other, form) : (form, other)
      // The one form of a column is found by an index.
      if let farForm, far.field.holdsPlainly(farForm, far.kind) {
        return (.respelled(nearForm, as: farForm), nil, .binary)
      }
      if let nearForm, near.field.holdsPlainly(nearForm, near.kind) {
        return (nil, .respelled(farForm, as: nearForm), .binary)
      }
      return (.value(.uuid(nearForm)), .value(.uuid(farForm)), .binary)
    default:
      guard key.affinity == .text, reference.affinity.isNumeric else { return nil }
      return side == .far
        ? (.keyText, nil, key.collation) : (nil, .keyText, key.collation)
    }
  }
}

extension Field {
  /// Whether the column equals the one spelling of a UUID where, and only where, it stands for it.
  fileprivate func holdsPlainly(_ form: UUIDForm, _ kind: Table.Kind) -> Bool {
    // A column of numbers would take 32 digits for a number.
    kind == .table && collation == .binary && !statesCollation
      && !(affinity.isNumeric && (form == .lowerDigits || form == .upperDigits))
  }
}

extension ColumnPair {
  /// Whether an index on the far column, in its own collation, finds the records of a near one.
  package func isServed(from near: Table, to far: Table) -> Bool {
    let equality = KeyEquality(self, from: near, to: far)
    return far.indexedFields.contains(self.far)
      && equality.isPlain(far[self.far], equality.farConversion)
  }

  /// Whether an index on the near column finds the records that lead to a far one.
  package func isServedBackwards(from near: Table, to far: Table) -> Bool {
    let equality = KeyEquality(self, from: near, to: far)
    return near.indexedFields.contains(self.near)
      && equality.isPlain(near[self.near], equality.nearConversion)
  }

  /// Whether far records with different keys are related to no one near record.
  package func tellsKeysApart(from near: Table, to far: Table) -> Bool {
    let (equality, key) = (KeyEquality(self, from: near, to: far), far[self.far])
    return equality.isPlain(key, equality.farConversion) && !key.statesCollation
  }
}

extension KeyEquality {
  /// Whether a column is compared just as its own values are told apart, by it and by an index: its
  /// values themselves, or numbers as their texts.
  fileprivate func isPlain(_ field: Field, _ conversion: Conversion?) -> Bool {
    (conversion == nil || conversion == .keyText) && collation == field.collation
      && (affinity == .blob || field.affinity.isNumeric)
  }
}
