import RecordEngine
import RowscopeModel
import TestSupport
import Testing

@testable import Rowscope

/// What `diff` counts is the difference of the lists that users get, before and after.
@Suite("The difference of two sets of rules, in random cases")
struct RandomDifferenceTests {
  @Test(arguments: 0..<Extent.count(few: 2, all: 100))
  func isTheDifferenceOfAllLists(seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed) &+ 277)
    let world = try ReasonsWorld(&random)
    for number in 0..<4 {
      try await world.checkDifference("seed \(seed), case \(number)", &random)
    }
  }

  /// Rules that are the same are not read, and nobody gains by them.
  @Test func sameRulesDifferInNothing() async throws {
    var random = SeededGenerator(seed: 5)
    let world = try ReasonsWorld(&random)
    let profiles = try world.profiles(&random)
    world.use(profiles)
    let users = (0..<20).map { _ in world.user(&random) }
    let difference = try await RuleSet(world.services[0], users: users)
      .difference(to: RuleSet(world.services[1], users: users))
    #expect(difference.lines.isEmpty && !difference.isGain)
  }
}

extension ReasonsWorld {
  /// The keys of what a user gets.
  private struct Seen {
    var records: Set<Value> = []
    var amounts: Set<Value> = []
    var edited: Set<Value> = []
  }

  private func seen(by user: User, _ service: RecordService) async throws -> Seen {
    var seen = Seen()
    var request = ListRequest(table: "tasks", size: 100)
    request.may = true
    let page: Page<Record>
    do throws(ServiceError) {
      page = try await service.list(request, as: user)
    } catch {
      guard error.code == .unknownTable else { throw error }
      return seen
    }
    for (index, item) in page.items.enumerated() {
      guard let key = item["id"] else { continue }
      seen.records.insert(key)
      if item["amount"] != nil, page.hidden?[index].contains("amount") != true {
        seen.amounts.insert(key)
      }
      if page.may?[index].contains(.edit) == true { seen.edited.insert(key) }
    }
    return seen
  }

  func checkDifference(_ label: String, _ random: inout SeededGenerator) async throws {
    let (old, new) = (services[0], services[1])
    old.replaceProfiles(ProfileCatalog(try profiles(&random)))
    new.replaceProfiles(ProfileCatalog(try profiles(&random)))
    let users = (0..<12).map { number in
      var user = user(&random)
      user.id = .integer(Int64(number))
      return user
    }
    // One whom the old rules do not know, and one whom the new ones do not.
    let (before, after) = (Array(users.dropFirst()), Array(users.dropLast()))
    let difference = try await RuleSet(old, users: before)
      .difference(to: RuleSet(new, users: after))
    var isGain = false
    for user in users {
      let nobody = User(id: user.id)
      let was = try await seen(by: before.contains(user) ? user : nobody, old)
      let isNow = try await seen(by: after.contains(user) ? user : nobody, new)
      func expect(
        _ what: AccessDifference.What, _ was: Set<Value>, _ isNow: Set<Value>,
        orBy records: AccessDifference.Line? = nil
      ) -> AccessDifference.Line? {
        let line = difference.lines.first { line in
          line.what == what && line.users.contains { $0.id == user.id }
        }
        let (gained, lost) = (isNow.subtracting(was), was.subtracting(isNow))
        // What every record shows comes and goes with the records.
        let told =
          line.map { [($0.gained, $0.lost)] }
          ?? [(0, 0)] + (records.map { [($0.gained, $0.lost)] } ?? [])
        #expect(
          told.contains { $0 == gained.count && $1 == lost.count },
          "\(label): \(what) of \(user)")
        let named = (line?.gainedKeys ?? [], line?.lostKeys ?? [])
        #expect(named.0.allSatisfy { gained.contains($0[0]) }, "\(label)")
        #expect(named.1.allSatisfy { lost.contains($0[0]) }, "\(label)")
        if !gained.isEmpty { isGain = true }
        return line
      }
      let records = expect(.records, was.records, isNow.records)
      _ = expect(.act(.edit), was.edited, isNow.edited)
      _ = expect(.field("amount"), was.amounts, isNow.amounts, orBy: records)
    }
    #expect(!isGain || difference.isGain, "\(label)")
  }
}
