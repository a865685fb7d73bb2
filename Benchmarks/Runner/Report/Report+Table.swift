extension Report {
  /// The goals, then every time, in Markdown.
  var markdown: String {
    var lines = [
      "# \(Figures.grouped(rows)) tasks, \(date)", "",
      "\(machine.description).", "",
      "Seconds of the processor, medians of \(rounds) rounds in which everybody has a turn. A ratio is the median of the rounds' ratios. "
        + "Who else was there: \(opponents.isEmpty ? "nobody" : opponents.joined(separator: ", ")).",
    ]
    if !absent.isEmpty { lines.append("Left out: \(absent.joined(separator: "; ")).") }
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
      "", "## Times", "", "| question | who | median | fastest | slowest |",
      "|---|---|---|---|---|",
    ]
    for comparison in comparisons {
      for (index, time) in comparison.contenders.enumerated() {
        let title =
          index == 0
          ? "\(comparison.name): \(comparison.title) (\(Figures.grouped(comparison.records)))" : ""
        lines.append(
          "| \(title) | \(time.name) | \(Figures.time(time.median)) | \(Figures.time(time.fastest)) "
            + "| \(Figures.time(time.slowest)) |")
      }
      for fact in comparison.facts {
        lines.append(
          "| | \(fact.name) | \(fact.value >= 1000 ? Figures.grouped(Int(fact.value)) : Figures.figure(fact.value, .ratio)) \(fact.unit) | | |"
        )
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
