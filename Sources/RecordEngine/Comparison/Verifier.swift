package import RowscopeModel
import Synchronization

/// Selects the requests to verify, and lets one verification run at a time.
package final class Verifier: Sendable {
  package let verification: Verification
  private let asked = Atomic<UInt64>(0)
  private let isBusy = Atomic(false)

  package init(_ verification: Verification) { self.verification = verification }

  /// Whether to verify the next request.
  package func isChosen() -> Bool {
    let number = asked.wrappingAdd(1, ordering: .relaxed).oldValue
    // Compares the accumulated share before and after this request: it is verified when the share
    // passes a whole number.
    let share = min(max(verification.share, 0), 1)
    return (Double(number) * share).rounded(.down)
      != (Double(number + 1) * share).rounded(.down)
  }

  /// False if a verification is already running.
  package func begin() -> Bool { !isBusy.exchange(true, ordering: .acquiringAndReleasing) }

  package func end() { isBusy.store(false, ordering: .releasing) }
}

/// The questions of one read session to verify when it ends.
package final class ChosenQuestions {
  private let verifier: Verifier
  package private(set) var questions: [Question] = []

  package init(_ verifier: Verifier) { self.verifier = verifier }

  package func note(_ question: @autoclosure () -> Question) {
    if verifier.isChosen() { questions.append(question()) }
  }
}
