import AccessProfiles
import RecordFilter
import RowscopeModel
import TimeZones

/// The fingerprint of a request's scope: of what decides, beside the request and the records, what
/// its answer is.
///
/// That is the user's access to the request's table and to each that the request reads on its way,
/// the relations that it follows, and the values of the references that it names. What the request
/// itself says has no part in it: a bound that it compares with could otherwise be tried against
/// one of a rule, since a filter that adds nothing to a rule is dropped.
///
/// It is keyed, so that nobody can compute the one of a rule that they guess.
extension RequestResolution {
  private static let version: UInt8 = 1

  /// - Parameter write: what the user may do with the records, where the request asks for that.
  func scope(of request: ListRequest, _ write: WriteAccess?) throws(ServiceError) -> String {
    let encoding = ScopeEncoding(schema: scope.schema, clock: context.clock)
    let reads = try reads(of: request)
    var encoder = ByteEncoder(capacity: 1_024)
    encoder.byte(Self.version)
    encoding.write(access, to: &encoder)
    encoder.unordered(Set(reads.fields.map(\.table)).subtracting([access.table])) {
      encoding.write(resolution(for: $0).access, to: &$1)
    }
    encoder.unordered(reads.steps) { encoding.write($0, to: &$1) }
    encoder.unordered(reads.references) { reference, encoder in
      encoder.string(reference.description)
      let found = context.values(of: reference)
      encoder.byte(found.map { $0.isList ? 2 : 1 } ?? 0)
      // Of an attribute the order may count: the ends of a range.
      encoder.integer(Int64(found?.values.count ?? 0))
      for value in found?.values ?? [] { encoder.value(value) }
      // Of a moment it is asked on which day it falls there.
      if reference == .today { encoder.string(context.clock.zone.name) }
    }
    encoder.byte(request.may ? 1 : 0)
    if request.may {
      for act in RecordAct.allCases {
        let rows = write.map { access.rows(for: act, $0, in: table) } ?? .none
        encoding.write(rows.filter, of: access.table, to: &encoder)
      }
      let written = write.flatMap { write in write.differsByField ? write : nil }
      for field in access.visibleFields {
        encoding.write(
          written?.editableRows(writing: [field]) ?? .always, of: access.table, to: &encoder)
      }
    }
    return Fingerprint(limits.secret.isEmpty ? Self.secretOfProcess : limits.secret)
      .text(of: encoder.bytes)
  }

  /// Where a service has no secret.
  private static let secretOfProcess: [UInt8] = {
    var random = SystemRandomNumberGenerator()
    return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
  }()

  /// What a request reads by the names in it, whatever comes of its conditions for this user.
  private func reads(of request: ListRequest) throws(ServiceError) -> FieldReads {
    var reads = scope.reads(of: request.filters, on: access.table)
    insert(request.sort, from: access.table, into: &reads)
    if request.select != nil {
      insert(try selected(request.select), from: access.table, into: &reads)
    }
    return reads
  }

  private func insert(
    _ sort: [ListRequest.SortKey], from table: TableID, into reads: inout FieldReads
  ) {
    for key in sort {
      if let path = scope.field(named: key.field, in: table) { reads.insert(path, from: table) }
    }
  }

  private func insert(
    _ record: SelectedRecord, from table: TableID, into reads: inout FieldReads
  ) {
    for case .related(let relation) in record.entries {
      reads.insert([relation.relation], from: table)
      insert(relation.list?.sort ?? [], from: relation.relation.table, into: &reads)
      insert(relation.record, from: relation.relation.table, into: &reads)
    }
  }
}

extension Fingerprint {
  /// Sixteen bytes that stand for others, under the key that this fingerprint is.
  fileprivate func text(of bytes: [UInt8]) -> String {
    var encoder = ByteEncoder()
    encoder.word(tag([0] + bytes))
    encoder.word(tag([1] + bytes))
    return Base64URL.encode(encoder.bytes)
  }
}
