import RecordEngine
import RowscopeModel

extension Command {
  static let query = Command(declaration: .query) { arguments, context throws(CommandError) in
    let request = try ListRequest(arguments)
    let target = context.target(arguments)
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
    let engine = EngineChoice(arguments)
    let result: Result<Listing, CommandError> = try await session.read(as: user) {
      reader throws(ServiceError) in
      if engine == .both, let difference = try reader.compareEngines(request) {
        return .failure(CommandError(difference))
      }
      return try Listing.write(request, to: target, from: reader).commandResult
    }
    let listing = try result.get()
    context.noteAgreement(engine)
    listing.printNotes(context, request: request)
    return .done
  }
}

/// The result of writing records, for the notes after them.
struct Listing {
  let recordCount: Int
  let end: ListEnd?
  let count: RecordCount?
  /// The columns that did not fit into the table.
  let omittedColumns: [String]
  /// Whether a list of related records does not show all of them.
  var hasLongList = false

  /// Writes records while they are read.
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
      Listing(
        recordCount: $0.recordCount, end: $0.end, count: count,
        omittedColumns: $0.omittedColumns, hasLongList: $0.hasLongList)
    }
  }

  private static func writeRows(
    _ list: PreparedPage, to target: OutputTarget, from reader: borrowing ReadSession
  ) throws(ServiceError) -> Result<Listing, OutputError> {
    let columns = RecordColumns(list.shape)
    var hasLongList = false
    var output: RowOutput
    let mayColumn = list.acts == nil ? [] : ["may"]
    do throws(OutputError) {
      output = try RowOutput(columns: columns.names + mayColumn, to: target)
    } catch {
      return .failure(error)
    }
    var failure: OutputError?
    let end = try reader.forEachRecord(of: list) { record in
      do throws(OutputError) {
        let row = columns.row(of: record)
        hasLongList = hasLongList || row.hasLongList
        var cells = row.cells.map { TextCell($0) }
        if let may = record.may {
          cells.append(.text(may.map(\.rawValue).joined(separator: ", ")))
        }
        try output.write(cells)
        return true
      } catch {
        failure = error
        return false
      }
    }
    // On failure the incomplete file does not replace the existing one.
    if let failure { return .failure(failure) }
    do throws(OutputError) {
      let recordCount = output.count
      let omittedColumns = try output.finish()
      return .success(
        Listing(
          recordCount: recordCount, end: end, count: nil, omittedColumns: omittedColumns,
          hasLongList: hasLongList))
    } catch {
      return .failure(error)
    }
  }

  private static func writeObjects(
    _ list: PreparedPage, to target: OutputTarget, from reader: borrowing ReadSession
  ) throws(ServiceError) -> Result<Listing, OutputError> {
    var output: ObjectOutput
    do throws(OutputError) {
      output = try ObjectOutput(
        to: target, tellsActs: list.acts != nil, tellsHidden: list.mayHide)
    } catch {
      return .failure(error)
    }
    var failure: OutputError?
    let end = try reader.forEachObject(of: list) { object, notes in
      do throws(OutputError) {
        try output.write(object, notes)
        return true
      } catch {
        failure = error
        return false
      }
    }
    if let failure { return .failure(failure) }
    let recordCount = output.count
    do throws(OutputError) { try output.finish() } catch { return .failure(error) }
    return .success(Listing(recordCount: recordCount, end: end, count: nil, omittedColumns: []))
  }

  func printNotes(_ context: CommandContext, request: ListRequest) {
    if !omittedColumns.isEmpty {
      context.note(
        "no room for \(omittedColumns.joined(separator: ", ")); --select fewer, or see all with "
          + "--format jsonl")
    }
    if hasLongList {
      context.note("some lists go on: the cells show their first records, \"has_more\" in JSON")
    }
    if recordCount == 0 { context.note("no records") }
    if let end, end.hasMore {
      let records = recordCount == 1 ? "1 record" : "\(recordCount) records"
      let next = end.next.map { "--after \($0)" }
      let rest =
        request.page > 1 ? "--page \(request.page + 1)" : next ?? "--page \(request.page + 1)"
      context.note("\(records), and there are more: \(rest) continues, --limit all lists all")
    }
    if let count {
      context.note(
        count.isExact
          ? "\(count.value) in all" : "at least \(count.value) in all; --count exact counts all")
    }
  }
}

extension Result where Failure == OutputError {
  var commandResult: Result<Success, CommandError> { mapError(\.commandError) }
}
