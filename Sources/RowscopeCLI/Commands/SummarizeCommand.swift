import Documents
import RecordEngine
import RowscopeModel

extension Command {
  static let summarize = Command(declaration: .summarize) {
    arguments, context throws(CommandError) in
    let request = try SummaryRequest(arguments)
    let target = try context.summaryTarget(arguments)
    let session = try Session(arguments, context)
    let user = try await session.user(arguments)
    let engine = EngineChoice(arguments)
    let result: Result<Summary, CommandError> = try await session.read(as: user) {
      reader throws(ServiceError) in
      if engine == .both, let difference = try reader.compareEnginesSummarizing(request) {
        return .failure(CommandError(difference))
      }
      return .success(try reader.summarize(request))
    }
    let summary = try result.get()
    do throws(OutputError) {
      try summary.write(request, to: target, asChart: arguments.isGiven(.chart))
    } catch {
      throw error.commandError
    }
    context.noteAgreement(engine)
    summary.printNotes(context, request)
    return .done
  }
}

extension CommandContext {
  /// A chart is a table wherever it goes.
  fileprivate func summaryTarget(_ arguments: Arguments) throws(CommandError) -> OutputTarget {
    guard arguments.isGiven(.chart) else { return target(arguments) }
    let format = arguments.choice(.format, as: OutputFormat.self) ?? .table
    guard format == .table else {
      throw .usage(
        "`--chart` draws into a table, not into `\(format.rawValue)`",
        help: "leave out `--format`, or `--chart`")
    }
    return target(arguments, format: format)
  }
}

extension SummaryRequest {
  /// The request that the options describe, with unresolved names.
  init(_ arguments: Arguments) throws(CommandError) {
    var groupBy: [Grouping] = []
    for text in arguments.values(.by) {
      for name in try FieldList.names(text) { groupBy.append(try Grouping(argument: name)) }
    }
    var aggregates: [Aggregate] = [.count]
    for (option, function) in Option.aggregates {
      for text in arguments.values(option) {
        for name in try FieldList.names(text) { aggregates.append(Aggregate(function, name)) }
      }
    }
    self.init(try ListRequest(arguments), groupBy: groupBy, aggregates: aggregates)
  }
}

extension SummaryRequest.Grouping {
  /// Lengths of time that are no periods.
  private static let otherPeriods = [
    "second", "minute", "hour", "fortnight", "decade", "century", "semester", "half", "halfyear",
    "weekday", "dow",
  ]

  /// `due_date:month`, or a field as it is.
  fileprivate init(argument: String) throws(CommandError) {
    guard let colon = argument.utf8.lastIndex(of: UInt8(ascii: ":")) else {
      self.init(argument)
      return
    }
    let field = String(argument[..<colon])
    let name = String(argument[argument.utf8.index(after: colon)...])
    if let period = SummaryRequest.Period(rawValue: name), !field.isEmpty {
      self.init(field, by: period)
      return
    }
    // The name of a field may hold a colon.
    let periods = SummaryRequest.Period.allCases.map(\.rawValue)
    let meant = Suggestion.nearest(to: name, among: periods)
    guard meant != nil || Self.otherPeriods.contains(name) else {
      self.init(argument)
      return
    }
    throw .usage(
      "unknown period \(Printable.quoted(name)) in `--by`",
      help: (meant.map { "did you mean `\(Printable.text(field)):\($0)`? The" } ?? "the")
        + " periods are \(periods.joined(separator: ", "))")
  }
}

extension Summary {
  fileprivate func write(
    _ request: SummaryRequest, to target: OutputTarget, asChart: Bool
  ) throws(OutputError) {
    if target.format.isJSON {
      var output = try ObjectOutput(to: target)
      for item in items {
        let failure: OutputError? = item.json.withUnsafeBufferPointer { object in
          do throws(OutputError) {
            try output.write(object)
            return nil
          } catch {
            return error
          }
        }
        if let failure { throw failure }
      }
      return try output.finish()
    }
    let names = request.groupBy.map(\.shownName) + request.aggregates.map(\.shownName)
    // Bars of the last aggregate.
    let drawn = items.map { $0.values.last ?? .null }
    let width = min(40, max(8, (target.terminal.width ?? 120) / 3))
    let chart = asChart ? BarChart(of: drawn, width: width) : nil
    var output = try RowOutput(columns: names + (asChart ? ["chart"] : []), to: target)
    for (item, value) in zip(items, drawn) {
      var cells = item.values.map { TextCell($0) }
      if let chart { cells.append(chart.bar(of: value).map { .text($0) } ?? .null) }
      try output.write(cells)
    }
    _ = try output.finish()
  }

  fileprivate func printNotes(_ context: CommandContext, _ request: SummaryRequest) {
    if items.isEmpty { context.note("no groups") }
    if hasMore {
      let groups = items.count == 1 ? "1 group" : "\(items.count) groups"
      let rest =
        request.page > 1
        ? "--page \(request.page + 1)" : next.map { "--after \($0)" } ?? "--page 2"
      context.note("\(groups), and there are more: \(rest) continues, --limit all lists all")
    }
    var left: [String: Int] = [:]
    for counts in skipped ?? [] { left.merge(counts) { $0 + $1 } }
    for (name, count) in left.sorted(by: { $0.key < $1.key }) {
      let values = count == 1 ? "1 value that is no number" : "\(count) values that are no numbers"
      context.note("\(name) leaves out \(values)")
    }
  }
}
