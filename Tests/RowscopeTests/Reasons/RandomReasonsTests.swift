import TestSupport
import Testing

/// The smallest changes that `why` shows, made in the database, to the user and in the profile: each
/// turns what both engines answer.
@Suite("What would turn a decision, in random cases")
struct RandomReasonsTests {
  /// The cases of one world.
  private static let cases = Extent.count(few: 15, all: 30)

  /// `who` groups users, and says of each what the loop over them says.
  @Test(arguments: 0..<Extent.count(few: 2, all: 60))
  func whoIsTheLoopOverTheUsers(seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed) &+ 177)
    let world = try ReasonsWorld(&random)
    for number in 0..<2 {
      try await world.checkAudience("seed \(seed), case \(number)", &random)
    }
  }

  @Test(arguments: 0..<Extent.count("ROWSCOPE_WHY_WORLDS", few: 1, all: 12))
  func changesTurnWhatBothEnginesAnswer(seed: Int) async throws {
    var random = SeededGenerator(seed: UInt64(seed) &+ 77)
    let world = try ReasonsWorld(&random)
    for number in 0..<Self.cases {
      try await world.check("seed \(seed), case \(number)", &random)
    }
    // Both answers occur, and most are turned by something.
    #expect(world.count.allowed > 0 && world.count.denied > 0, "seed \(seed)")
    #expect(world.count.turned * 5 > Self.cases, "seed \(seed): \(world.count)")
  }
}
