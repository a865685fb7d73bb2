import RecordFilter
import RowscopeModel

/// Relations from the members of a field to the records that they name.
///
/// A member equals a key as members equal each other: both are taken for what they stand for as
/// members (``Conversion/member(_:)``). Where an index finds the key, it is asked first for what may
/// be equal.
extension PredicateCompiler {
  /// What holds the members, in a FROM clause.
  enum MemberSource {
    /// The elements of an array, by the alias of `json_each`.
    case array(String, FieldID, MembersForm)
    /// The rows of a link table.
    case link(Link, Scope, MemberType)
  }

  mutating func source(
    of field: FieldID, of near: Scope, as type: MemberType
  ) -> MemberSource {
    let declared = schema[near.table][field]
    if case .link(let link) = declared.storage { return .link(link, alias(for: link.table), type) }
    return .array(alias(for: near.table).name, field, declared.members)
  }

  /// `json_each(near.members) AS r1`, or `link AS r1`.
  mutating func fromMembers(of step: Step, _ writer: inout SQLWriter) {
    switch step.members {
    case nil: break
    case .array(let name, let field, let form)?:
      let outer = scope
      scope = step.near
      writer.write("json_each(")
      array(field, form.isPlain ? nil : form, &writer)
      writer.write(") AS ")
      writer.identifier(name)
      scope = outer
    case .link(_, let rows, _)?:
      writer.identifier(schema[rows.table].name.string)
      writer.write(" AS ")
      writer.identifier(rows.name)
    }
  }

  /// `EXISTS (SELECT 1 FROM json_each(near.members) AS r1 WHERE r1.value IN (SELECT r2.key FROM `
  mutating func openMembers(of step: Step, _ not: Bool, _ writer: inout SQLWriter) {
    writer.write(not ? "NOT EXISTS (SELECT 1 FROM " : "EXISTS (SELECT 1 FROM ")
    fromMembers(of: step, &writer)
    writer.write(" WHERE ")
    areMembers(of: step, &writer)
    writer.write(" AND ")
    member(of: step, &writer)
    writer.write(" IN (SELECT ")
    key(of: step, &writer)
    writer.write(" FROM ")
  }

  /// Which members are the record's, and that one names the far record.
  func joinMembers(of step: Step, _ writer: inout SQLWriter) {
    areMembers(of: step, &writer)
    writer.write(" AND ")
    let pair = step.pairs[0]
    if case .link(let link, let rows, .any)? = step.members,
      comparesPlainly(link.member, of: rows, with: pair.far, of: step.far)
    {
      join([ColumnPair(near: link.member, far: pair.far)], far: step.far, near: rows, &writer)
      return
    }
    if let near = candidates(step) {
      comparand(pair.far, of: step.far, &writer)
      writer.write(near == nil ? " = " : " IN (")
      member(of: step, &writer)
      if let near {
        writer.write(", CAST(")
        member(of: step, &writer)
        writer.write(near == .text ? " AS TEXT))" : " AS NUMERIC))")
      }
      writer.write(" AND ")
    }
    key(of: step, &writer)
    writer.write(" = ")
    member(of: step, &writer)
  }

  private func areMembers(of step: Step, _ writer: inout SQLWriter) {
    switch step.members {
    case nil: break
    case .array(let name, _, _)?:
      // json_each yields a nested array or object as text; it is not a member.
      writer.identifier(name)
      writer.write(".\"type\" NOT IN ('array', 'object')")
    case .link(let link, let rows, _)?: join(link.pairs, far: rows, near: step.near, &writer)
    }
  }

  /// What a member stands for.
  private func member(of step: Step, _ writer: inout SQLWriter) {
    switch step.members {
    case nil: break
    case .array(let name, _, let form)?:
      writer.ownFunction(QueryCompiler.conversionFunction)
      writer.write("(")
      writer.identifier(name)
      writer.write(".\"value\", ")
      writer.bind(.text(ConversionNames.name(of: .member(form.type))))
      writer.write(")")
    case .link(let link, let rows, let type)?:
      comparable(link.member, of: rows, .member(type), &writer)
    }
  }

  /// What the far record's key stands for as a member.
  private func key(of step: Step, _ writer: inout SQLWriter) {
    value(step.pairs[0].far, of: step.far, .member(type(of: step)), &writer)
    collation(collation(of: step), &writer)
  }

  private func type(of step: Step) -> MemberType {
    switch step.members {
    case nil: .any
    case .array(_, _, let form)?: form.type
    case .link(_, _, let type)?: type
    }
  }

  /// That of a link's members; elements of an array are told apart by their bytes.
  private func collation(of step: Step) -> Collation {
    if case .link(let link, let rows, _)? = step.members {
      schema[rows.table][link.member].collation
    } else {
      .binary
    }
  }

  // MARK: Indexes

  /// Whether two columns compare as SQLite compares them just as their values do as members.
  private func comparesPlainly(
    _ member: FieldID, of rows: Scope, with key: FieldID, of far: Scope
  ) -> Bool {
    let (rows, far) = (schema[rows.table], schema[far.table])
    let (member, key) = (rows[member], far[key])
    return rows.kind == .table && far.kind == .table
      && member.collation == .binary && key.collation == .binary
      && (member.affinity.isNumeric && key.affinity.isNumeric
        || member.affinity == .text && key.affinity == .text)
  }

  func hasIndexedKey(_ step: Step) -> Bool {
    guard schema[step.far.table].indexedFields.contains(step.pairs[0].far) else { return false }
    if case .link(let link, let rows, .any)? = step.members,
      comparesPlainly(link.member, of: rows, with: step.pairs[0].far, of: step.far)
    {
      return true
    }
    return candidates(step) != nil
  }

  /// What an index on the key can be asked for, so that every equal key is among it: the member
  /// itself (nil within), or also the member cast so. Nil if it can be asked for nothing.
  private func candidates(_ step: Step) -> Affinity?? {
    let far = schema[step.far.table]
    let key = far[step.pairs[0].far]
    guard far.kind == .table, !key.statesCollation,
      collation(of: step) == .binary || collation(of: step) == key.collation
    else { return nil }
    switch (type(of: step), key.affinity) {
    case (.any, .blob): return .some(.text)
    case (.text, .blob): return .some(.numeric)
    case (.number, .text), (.number, .blob): return nil
    case (.any, _), (.text, _), (.number, _): return .some(nil)
    }
  }
}
