package import RowscopeModel
import Synchronization

/// Chooses what is verified, and sees that one verification runs at a time.
package final class Verifier: Sendable {
  package let verification: Verification
  private let asked = Atomic<UInt64>(0)
  private let isBusy = Atomic(false)

  package init(_ verification: Verification) { self.verification = verification }

  /// Whether the next request is one to check.
  package func isChosen() -> Bool {
    let number = asked.wrappingAdd(1, ordering: .relaxed).oldValue
    // So much of a share has come together before this request, and with it.
    let share = min(max(verification.share, 0), 1)
    return (Double(number) * share).rounded(.down)
      != (Double(number + 1) * share).rounded(.down)
  }

  /// False where one is under way.
  package func begin() -> Bool { !isBusy.exchange(true, ordering: .acquiringAndReleasing) }

  package func end() { isBusy.store(false, ordering: .releasing) }
}

/// The questions of one reader that are to be verified once it is done.
package final class ChosenQuestions {
  private let verifier: Verifier
  package private(set) var questions: [Question] = []

  package init(_ verifier: Verifier) { self.verifier = verifier }

  package func note(_ question: @autoclosure () -> Question) {
    if verifier.isChosen() { questions.append(question()) }
  }
}
