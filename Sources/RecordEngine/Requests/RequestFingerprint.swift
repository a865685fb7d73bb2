import RowscopeModel
import Synchronization

/// The origin of a cursor. Its fingerprint is computed with the first cursor, as many requests need
/// none.
package final class RequestOrigin: Sendable {
  private let request: ListRequest
  private let user: Value
  private let profile: Fingerprint
  private let table: Name
  /// The service's key, see ``ServiceLimits/cursorKey``.
  private let key: [UInt8]
  private let made = Mutex<Fingerprint?>(nil)

  init(request: ListRequest, user: Value, profile: Fingerprint, table: Name, key: [UInt8]) {
    self.request = request
    self.user = user
    self.profile = profile
    self.table = table
    self.key = key
  }

  /// The fingerprint of everything that a cursor is bound to.
  ///
  /// It uses the conditions as written, not resolved: `last days 7` stays the same query after
  /// midnight. The selection, the count and the page size may change between pages.
  var fingerprint: Fingerprint {
    made.withLock { made in
      if let made { return made }
      let fingerprint = newFingerprint
      made = fingerprint
      return fingerprint
    }
  }

  private var newFingerprint: Fingerprint {
    var encoder = ByteEncoder()
    encoder.string(key)
    encoder.value(user)
    encoder.word(profile.tag([]))
    encoder.word(profile.tag([0]))
    encoder.string(table.string)
    encoder.string(request.joining.rawValue)
    encoder.conditions(request.filters)
    encoder.string(request.search ?? "")
    encoder.integer(Int64(request.sort.count))
    for key in request.sort {
      encoder.string(key.field)
      encoder.byte(key.isDescending ? 1 : 0)
    }
    return Fingerprint(encoder.bytes)
  }
}

extension ByteEncoder {
  mutating func conditions(_ conditions: [Condition]) {
    integer(Int64(conditions.count))
    for condition in conditions { self.condition(condition) }
  }

  private mutating func condition(_ condition: Condition) {
    switch condition.content {
    case .and(let conditions):
      byte(0)
      self.conditions(conditions)
    case .or(let conditions):
      byte(1)
      self.conditions(conditions)
    case .not(let condition):
      byte(2)
      self.condition(condition)
    case .test(let test):
      byte(3)
      string(test.field.value)
      string(test.operator.value.rawValue)
      operand(test.operand.value)
    }
  }

  private mutating func operand(_ operand: ConditionTest.Operand) {
    switch operand {
    case .none: byte(0)
    case .value(let value):
      byte(1)
      self.value(value)
    case .list(let values):
      byte(2)
      integer(Int64(values.count))
      for value in values { self.value(value) }
    case .range(let low, let high):
      byte(3)
      value(low)
      value(high)
    case .days(let days):
      byte(4)
      integer(Int64(days))
    case .reference(let reference):
      byte(5)
      string(reference.description)
    }
  }
}
