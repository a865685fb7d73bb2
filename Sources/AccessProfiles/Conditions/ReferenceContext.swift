package import RowscopeModel
import TimeZones

/// The user and the clock of one request, which give references their values.
package struct ReferenceContext: Sendable {
  package let user: User
  package let clock: RequestClock

  /// - Parameter clock: its zone is the user's own, if they have one.
  package init(user: User, clock: RequestClock) {
    self.user = user
    let zone = user.timeZone.flatMap { ZoneRule(named: $0) }
    self.clock = zone.map { RequestClock(now: clock.now, zone: $0) } ?? clock
  }
}

/// A reference without a value for the user; its condition is unknown.
package struct UnknownReference: Error, Sendable, Hashable {
  package let reference: Reference
  /// The position of the condition in its document.
  package let range: Range<Int>
}

/// A reference whose value does not fit its operator.
package struct ReferenceMismatch: Error, Sendable, Hashable {
  package let reference: Reference
  package let `operator`: Operator
  /// What the operator accepts: "a list", "one value".
  package let expected: String
  package let range: Range<Int>
}

extension ReferenceContext {
  /// The values of a reference, one or a list of them, a day as its number since 1970-01-01; nil if
  /// this user has none.
  package func values(of reference: Reference) -> (values: [Value], isList: Bool)? {
    guard let value = value(of: reference) else { return nil }
    return switch value {
    case .none: nil
    case .scalar(let value): ([value], false)
    case .list(let values): (values, true)
    case .day(let day): ([.integer(day)], false)
    }
  }

  /// The value of a reference; nil if this user has none. Null counts as no value.
  func value(of reference: Reference) -> ResolvedOperand? {
    switch reference {
    case .idUser: return user.id.isNull ? nil : .scalar(user.id)
    case .name: return user.name.map { .scalar(.text($0)) }
    case .email: return user.email.map { .scalar(.text($0)) }
    // Profiles compare with the standard name, whatever alias the user's record has.
    case .seat: return user.seat.map { .scalar(.text(Seat(named: $0)?.name ?? $0)) }
    case .userType: return user.userType.map { .scalar(.text(UserType(named: $0)?.name ?? $0)) }
    case .profile:
      if user.profiles.count > 1 { return .list(user.profiles.map { .text($0) }) }
      return user.profiles.first.map { .scalar(.text($0)) }
    case .teams: return .list(user.teams)
    case .attribute(let name):
      switch user.attribute(named: name) {
      case nil, .scalar(.null): return nil
      case .scalar(let value): return .scalar(value)
      case .list(let values): return .list(values)
      }
    case .now: return .scalar(.text(clock.nowText))
    case .today: return .day(clock.today.daysSinceEpoch)
    }
  }
}

/// The values that a test compares with.
enum ResolvedOperand: Sendable, Hashable {
  case none
  case scalar(Value)
  case list([Value])
  /// The request's day, counted from 1970-01-01.
  case day(Int64)

  var values: [Value] {
    switch self {
    case .scalar(let value): [value]
    case .list(let values): values
    case .none, .day: []
    }
  }

  /// The operand without nulls.
  var withoutNulls: ResolvedOperand {
    switch self {
    case .scalar(let value): value.isNull ? .list([]) : self
    case .list(let values): .list(values.filter { !$0.isNull })
    case .none, .day: self
    }
  }

  /// The operand in the form that the operator takes; nil if it does not accept it. The rules are
  /// the same as for values in a document.
  func fitted(to symbol: Operator, isList: Bool) -> ResolvedOperand? {
    switch (symbol.operandShape, self) {
    case (.none, _): return ResolvedOperand.none
    case (.scalar, .scalar), (.scalarOrNull, .scalar): return self
    case (.scalar, .day), (.scalarOrNull, .day), (.scalarOrList, .day): return self
    case (.scalarOrList, .scalar), (.scalarOrList, .list): return self
    case (.text, .day(let day)): return .scalar(.text(CivilDate(daysSinceEpoch: day).text))
    // `team == teams` means "one of the teams".
    case (.scalarOrNull, .list): return isList ? self : nil
    case (.list, .list): return self
    case (.list, .scalar(.text(let text))):
      return text.validString.map { .list(ConditionParser.parts(ofList: $0).map { .text($0) }) }
    case (.range, .list(let values)):
      return values.count == 2 && !values.contains(.null) ? self : nil
    case (.text, .scalar(.text)): return self
    case (.days, .scalar(.integer(let days))):
      return 0...Int64(Condition.daysLimit) ~= days ? self : nil
    case (.scalar, _), (.scalarOrNull, _), (.scalarOrList, _), (.list, _), (.range, _), (.text, _),
      (.days, _):
      return nil
    }
  }
}
