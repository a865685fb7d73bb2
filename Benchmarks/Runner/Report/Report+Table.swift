extension Report {
  /// The goals, then all times, in Markdown.
  var markdown: String {
    var lines = [
      "# \(Figures.grouped(rows)) tasks, \(date)", "",
      "\(machine.description).", "",
      "Processor time, medians of \(rounds) interleaved rounds. A ratio is the median of the "
        + "rounds' ratios. "
        + "Opponents: \(opponents.isEmpty ? "none" : opponents.joined(separator: ", ")).",
    ]
    if !absent.isEmpty { lines.append("Not available: \(absent.joined(separator: "; ")).") }
    lines += ["", "## Goals", "", "| what | must | goal | figure | |", "|---|---|---|---|---|"]
    for comparison in comparisons {
      for goal in comparison.goals {
        let figure = goal.figure.map { Figures.figure($0, goal.unit) } ?? "–"
        lines.append(
          "| \(comparison.name): \(goal.name) | \(Figures.figure(goal.must, goal.unit)) "
            + "| \(Figures.figure(goal.goal, goal.unit)) | \(figure) | \(goal.verdict.rawValue) |")
      }
    }
    lines += [
      "", "## Times", "", "| question | contender | median | fastest | slowest |",
      "|---|---|---|---|---|",
    ]
    for comparison in comparisons {
      for (index, time) in comparison.contenders.enumerated() {
        let title =
          index == 0
          ? "\(comparison.name): \(comparison.title) (\(Figures.grouped(comparison.records)))" : ""
        lines.append(
          "| \(title) | \(time.name) | \(Figures.time(time.median)) "
            + "| \(Figures.time(time.fastest)) | \(Figures.time(time.slowest)) |")
      }
      for fact in comparison.facts {
        let value =
          fact.value >= 1000
          ? Figures.grouped(Int(fact.value)) : Figures.figure(fact.value, .ratio)
        lines.append("| | \(fact.name) | \(value) \(fact.unit) | | |")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
