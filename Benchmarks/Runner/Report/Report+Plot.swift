import Foundation

extension Report {
  /// A bar chart in SVG with one panel per question, scaled to its slowest contender. Readable in
  /// light and dark mode.
  func plot(of names: [String]) -> String {
    let panels = names.compactMap { name in comparisons.first { $0.name == name } }
    let (width, label, room) = (760, 210, 430)
    let (barHeight, gap, heading) = (16, 4, 34)
    var body: [String] = []
    var y = 44
    for panel in panels {
      body.append(
        #"<text class="question" x="16" y="\#(y + 16)">\#(Self.escaped(panel.title))</text>"#)
      y += heading - 8
      let longest = panel.contenders.map(\.median).max() ?? 1
      for time in panel.contenders {
        let length = max(1.5, time.median / longest * Double(room))
        let side = time.name.hasPrefix("Rowscope") ? "us" : "them"
        let width = String(format: "%.1f", length)
        body.append(
          """
          <text class="\(side)" x="\(label - 8)" y="\(y + 12)" text-anchor="end">\
          \(Self.escaped(time.name))</text>
          <rect class="\(side)" x="\(label)" y="\(y)" width="\(width)" \
          height="\(barHeight)" rx="2"/>
          <text class="time" x="\(Double(label) + length + 6)" y="\(y + 12)">\
          \(Figures.time(time.median))</text>
          """)
        y += barHeight + gap
      }
      y += 12
    }
    let note = "\(Figures.grouped(rows)) tasks, \(machine.processor), medians of \(rounds) rounds"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(y + 30)" \
      viewBox="0 0 \(width) \(y + 30)" role="img">
      <title>How long each takes, shorter is better</title>
      <style>
      text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #57606a; }
      .title, .question { font-weight: 600; fill: #24292f; }
      .title { font-size: 15px; }
      .time, .note { font-size: 12px; }
      rect.us { fill: #0969da; } rect.them { fill: #afb8c1; } \
      text.us { fill: #0969da; font-weight: 600; }
      @media (prefers-color-scheme: dark) {
        text { fill: #9198a1; } .title, .question { fill: #e6edf3; }
        rect.us { fill: #4493f8; } rect.them { fill: #59636e; } text.us { fill: #4493f8; }
      }
      </style>
      <text class="title" x="16" y="26">How long each takes (shorter is better)</text>
      \(body.joined(separator: "\n"))
      <text class="note" x="16" y="\(y + 14)">\(Self.escaped(note))</text>
      </svg>

      """
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
  }
}
