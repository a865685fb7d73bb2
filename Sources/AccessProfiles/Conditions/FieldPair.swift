import Documents
package import RecordFilter
import RowscopeModel
import TimeZones

/// What is compared of two fields.
struct FieldPair {
  /// Nil where the fields compare as they are stored.
  let left: Conversion?
  let right: Conversion?

  /// Nil where they cannot be compared.
  ///
  /// - Parameter zone: the request's.
  static func of(_ left: Field, _ right: Field, in zone: ZoneRule) -> FieldPair? {
    let (leftType, rightType) = (left.type?.resolved(in: zone), right.type?.resolved(in: zone))
    switch (leftType, rightType) {
    case (nil, nil): return FieldPair(left: nil, right: nil)
    case (.number?, .number?), (.text?, .text?), (.checkbox?, .checkbox?), (.time?, .time?),
      (.uuid?, .uuid?), (.date?, .date?):
      return FieldPair(leftType, rightType)
    case (.datetime(let one)?, .datetime(let other)?):
      // The values of a layout are local times, which another zone has at other moments.
      return one.layout == nil && other.layout == nil
        ? FieldPair(leftType, rightType)
        : FieldPair(left: .instant(one), right: .instant(other))
    case (.datetime(let form)?, .date(let day)?):
      return FieldPair(left: .day(form), right: .value(.date(day)))
    case (.date(let day)?, .datetime(let form)?):
      return FieldPair(left: .value(.date(day)), right: .day(form))
    default: return nil
    }
  }

  private init(left: Conversion?, right: Conversion?) {
    self.left = left
    self.right = right
  }

  private init(_ left: DeclaredType?, _ right: DeclaredType?) {
    self.init(left: left.map { .value($0) }, right: right.map { .value($0) })
  }

  /// What to do about fields that cannot be compared.
  static func hint(_ left: Field, _ right: Field) -> String {
    switch (left.type, right.type) {
    case (nil, _), (_, nil): "declare the types of both in the workspace, or of none"
    default: "compare fields of one declared type, or a date with a datetime"
    }
  }
}

extension Schema {
  /// Why a path from a table leads to no single value; nil if it does.
  func faultOfSide(_ path: FieldPath, from table: TableID) -> (message: String, hint: String)? {
    if self[path.table][path.field].isManyValued {
      return ("holds many values", "a comparison of two fields is of one value with another")
    }
    let nearTables = [table] + path.steps.map(\.table)
    guard let (_, step) = zip(nearTables, path.steps).first(where: { !leadsToOne($1, from: $0) })
    else { return nil }
    return (
      "may lead to several records",
      "put the comparison into \"some\" on \(Printable.quoted(step.name.string))"
    )
  }

  /// Whether a relation leads from a record to one at most: to the whole primary key of a table.
  package func leadsToOne(_ relation: Relation, from table: TableID) -> Bool {
    let (near, far) = (self[table], self[relation.table])
    return relation.memberType == nil && far.primaryKeyIsTotal
      && far.primaryKey.allSatisfy { key in
        // Keys that are different as they are stored may compare as equal.
        relation.pairs.contains { $0.far == key && $0.tellsKeysApart(from: near, to: far) }
      }
  }
}
