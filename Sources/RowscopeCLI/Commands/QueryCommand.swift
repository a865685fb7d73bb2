import RecordEngine
import RowscopeModel

extension Command {
  static let query = Command(declaration: .query) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let target = context.target(arguments)
    let session = try Session(arguments, context)
    let user = try session.user(arguments)
    let engine = EngineChoice(arguments)
    let listing: Result<Listing, CommandError> = try await session.read(as: user) {
      reader throws(ServiceError) in
      if engine == .both, let difference = try reader.compareEngines(request) {
        return .failure(CommandError(difference))
      }
      return try Listing.write(request, to: target, from: reader).commandResult
    }
    let told = try listing.get()
    context.tellAgreement(engine)
    told.tell(context, request: request)
    return .done
  }
}

/// What there is to say about records that were written.
struct Listing {
  let recordCount: Int
  let end: ListEnd?
  let count: RecordCount?
  /// The columns for which a table had no room.
  let leftOut: [String]

  /// Writes records as they are read.
  static func write(
    _ request: ListRequest, to target: OutputTarget, from reader: borrowing ReadSession
  ) throws(ServiceError) -> Result<Listing, OutputError> {
    let list = try reader.prepare(request)
    let outcome =
      target.format.isJSON
      ? try writeObjects(list, to: target, from: reader)
      : try writeRows(list, to: target, from: reader)
    let count = try reader.count(list)
    return outcome.map {
      Listing(recordCount: $0.recordCount, end: $0.end, count: count, leftOut: $0.leftOut)
    }
  }

  private static func writeRows(
    _ list: PreparedList, to target: OutputTarget, from reader: borrowing ReadSession
  ) throws(ServiceError) -> Result<Listing, OutputError> {
    var output: RowOutput
    do throws(OutputError) {
      output = try RowOutput(columns: list.shape.fields.map(\.name), to: target)
    } catch {
      return .failure(error)
    }
    var failure: OutputError?
    let end = try reader.forEachRecord(of: list) { record in
      do throws(OutputError) {
        try output.write(record.values.map { TextCell($0) })
        return true
      } catch {
        failure = error
        return false
      }
    }
    // A file that could not be filled does not take its place.
    if let failure { return .failure(failure) }
    do throws(OutputError) {
      let recordCount = output.count
      let leftOut = try output.finish()
      return .success(Listing(recordCount: recordCount, end: end, count: nil, leftOut: leftOut))
    } catch {
      return .failure(error)
    }
  }

  private static func writeObjects(
    _ list: PreparedList, to target: OutputTarget, from reader: borrowing ReadSession
  ) throws(ServiceError) -> Result<Listing, OutputError> {
    var output: ObjectOutput
    do throws(OutputError) { output = try ObjectOutput(to: target) } catch {
      return .failure(error)
    }
    var failure: OutputError?
    let end = try reader.forEachObject(of: list) { object in
      do throws(OutputError) {
        try output.write(object)
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { return .failure(failure) }
    let recordCount = output.count
    do throws(OutputError) { try output.finish() } catch { return .failure(error) }
    return .success(Listing(recordCount: recordCount, end: end, count: nil, leftOut: []))
  }

  func tell(_ context: CommandContext, request: ListRequest) {
    if !leftOut.isEmpty {
      context.note(
        "no room for \(leftOut.joined(separator: ", ")); --select fewer, or see all with "
          + "--format jsonl")
    }
    if recordCount == 0 { context.note("no records") }
    if let end, end.hasMore {
      let records = recordCount == 1 ? "1 record" : "\(recordCount) records"
      let next = end.next.map { "--after \($0)" }
      let rest =
        request.page > 1 ? "--page \(request.page + 1)" : next ?? "--page \(request.page + 1)"
      context.note("\(records), and there are more: \(rest) goes on, --limit all lists them all")
    }
    if let count {
      context.note(
        count.isExact
          ? "\(count.value) in all" : "at least \(count.value) in all; --count exact counts on")
    }
  }
}

extension Result where Failure == OutputError {
  var commandResult: Result<Success, CommandError> { mapError(\.commandError) }
}
