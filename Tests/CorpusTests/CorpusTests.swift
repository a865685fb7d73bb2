import RecordFilter
import RowscopeModel
import TestSupport
import Testing

/// The corpus on every engine. `Tests/Corpus/README.md` says what a case is.
@Suite("Corpus")
struct CorpusTests {
  /// Both engines on all files, and a few files in all forms of SQL. What memory answers is asked for
  /// after a comparison as well.
  private static let runs =
    CorpusFile.names.map { (CorpusBackend.both, $0) }
    + Extent.share(of: CorpusFile.names, every: 9, from: 0).map { (.sqlite, $0) }
    + Extent.cases(few: [], more: CorpusFile.names).map { (.memory, $0) }

  @Test("The record service gives the answers", arguments: runs)
  func service(backend: CorpusBackend, name: String) async throws {
    let file = try CorpusFile.named(name)
    #expect(!file.cases.isEmpty)
    var engine = ServiceEngine(backend)
    // These versions write reals with 15 digits; SQLite 3.53 writes up to 17.
    if name.hasPrefix("values_"), Value.real(0.1 + 0.2).asTextIfNumber != "0.3" { return }
    for corpusCase in file.cases where !corpusCase.isAct {
      let (answer, error) = try await engine.answer(corpusCase)
      expect(answer, corpusCase, in: file, error: error)
      if let scope = corpusCase.asScope {
        let (answer, error) = try await engine.answer(scope)
        expect(answer, scope, in: file, error: error)
      }
      if let twin = corpusCase.twin {
        let twinAnswer = try await engine.answer(twin)
        expect(twinAnswer.0, twin, in: file, error: twinAnswer.error)
        #expect(
          error == twinAnswer.error,
          "\(file.name): \(corpusCase.name): the error tells of the hidden")
      }
    }
    if backend == .sqlite, name == "numbers.json" { #expect(engine.sharedCounts > 0) }
  }

  @Test("Changes leave what is to be stored", arguments: CorpusFile.names)
  func acts(name: String) async throws {
    let file = try CorpusFile.named(name)
    var acts = CorpusActs()
    for corpusCase in file.cases where corpusCase.isAct {
      let (answer, error) = try await acts.answer(corpusCase)
      expect(answer, corpusCase, in: file, error: error)
      guard let twin = corpusCase.twin else { continue }
      let twinAnswer = try await acts.answer(twin)
      expect(twinAnswer.0, twin, in: file, error: twinAnswer.error)
      #expect(
        error == twinAnswer.error,
        "\(file.name): \(corpusCase.name): the error tells of the hidden")
    }
  }

  @Test("Checking record by record gives the same answers", arguments: CorpusFile.names)
  func recordByRecord(name: String) async throws {
    let file = try CorpusFile.named(name)
    var records = CorpusRecordByRecord()
    var count = 0
    for corpusCase in Extent.share(of: file.cases, every: 6, from: 0) where !corpusCase.isAct {
      count += try await records.check(corpusCase)
      if let scope = corpusCase.asScope { count += try await records.check(scope) }
    }
    #expect(count > 0 || file.cases.allSatisfy(\.isAct))
  }

  @Test("Statements for plain SQLite give the answers, or are refused")
  func statements() async throws {
    var planner = CorpusPlanner()
    var (answered, refused) = (0, 0)
    for name in CorpusFile.names {
      // These versions write reals with 15 digits; SQLite 3.53 writes up to 17.
      if name.hasPrefix("values_"), Value.real(0.1 + 0.2).asTextIfNumber != "0.3" { continue }
      let file = try CorpusFile.named(name)
      for corpusCase in Extent.share(of: file.cases, every: 6, from: 0) where !corpusCase.isAct {
        let (answer, error) = try await planner.answer(corpusCase)
        if answer == .failure("unsupported"), answer != corpusCase.expected {
          refused += 1
          continue
        }
        answered += 1
        expect(answer, corpusCase, in: file, error: error)
      }
    }
    print("statements for plain SQLite: \(answered) answers, \(refused) refused")
    #expect(answered > 3 * refused)
  }

  @Test(
    "Statements for PostgreSQL give the answers, or are refused",
    .enabled(if: !PostgreSQLServer.isMissing))
  func postgreSQL() async throws {
    var planner = try CorpusPostgreSQL(try #require(try PostgreSQLServer.shared?.get()))
    var (answered, refused, others) = (0, 0, 0)
    for name in CorpusFile.names {
      let file = try CorpusFile.named(name)
      for corpusCase in Extent.share(of: file.cases, every: 4, from: 1) where !corpusCase.isAct {
        guard let (answer, error) = try await planner.answer(corpusCase) else {
          others += 1
          continue
        }
        if answer == .failure("unsupported"), answer != corpusCase.expected {
          refused += 1
          continue
        }
        answered += 1
        expect(answer, corpusCase, in: file, error: error)
      }
    }
    print("PostgreSQL: \(answered) answers, \(refused) refused, \(others) of other columns")
    #expect(answered > refused && answered > 100)
  }

  @Test("The corpus is there")
  func size() throws {
    let cases = try CorpusFile.names.flatMap { try CorpusFile.named($0).cases }
    #expect(cases.count >= 300)
  }

  private func expect(
    _ answer: CorpusAnswer, _ corpusCase: CorpusCase, in file: CorpusFile, error: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard answer != corpusCase.expected else { return }
    Issue.record(
      """
      \(file.name): \(corpusCase.name)
        request  \(corpusCase.isAct ? corpusCase.actText : corpusCase.requestText)
        profile  \(corpusCase.profiles)
        user     \(corpusCase.userText)
        expected \(corpusCase.expected)
        answered \(answer)\(error.isEmpty ? "" : " (\(error))")
      """, sourceLocation: sourceLocation)
  }
}
