/// One line that says how far a study is; a pure function of the board and the clock.
public struct ProgressLine: Sendable {
    private let snapshot: ProgressBoard.Snapshot
    private let elapsed: Double

    /// Describes a moment, `elapsed` seconds after the study began.
    public init(_ snapshot: ProgressBoard.Snapshot, elapsed: Double) {
        (self.snapshot, self.elapsed) = (snapshot, elapsed)
    }

    /// The line without a bar, for a log file.
    public var plain: String {
        let words = [head] + tail.map(\.text)
        return words.joined(separator: "  ")
    }

    /// The line for a terminal of some columns: the bar takes what is left; where nothing is, the least important
    /// parts go first.
    public func text(columns: Int, isColoured: Bool) -> String {
        var parts = tail
        let narrowest = 8
        func length(_ barLength: Int) -> Int {
            parts.reduce(head.count + barLength) { $0 + 2 + $1.text.count }
        }
        while length(0) > columns, let weakest = parts.indices.max(by: { parts[$0].rank < parts[$1].rank }) {
            parts.remove(at: weakest)
        }
        let room = min(30, columns - length(2))
        let bar = room >= narrowest ? ["  " + self.bar(room, isColoured)] : [""]
        let verb = isColoured ? "\u{1B}[1;32m Running\u{1B}[0m" : " Running"
        return String((verb + head.dropFirst(8) + bar[0] + parts.map { "  " + $0.text }.joined()))
    }

    private var head: String { " Running \(Figures.count(snapshot.trialsDone))/\(Figures.count(snapshot.trials))" }

    /// What follows the bar; a higher rank is missed less.
    private var tail: [(text: String, rank: Int)] {
        let rate = elapsed > 0 ? Double(snapshot.fresh) / elapsed : 0
        var parts: [(text: String, rank: Int)] = []
        let done = Figures.count(snapshot.samples)
        parts.append((snapshot.sampleBudget.map { "\(done)/\(Figures.count($0))" } ?? "\(done) samples", 0))
        parts.append(("\(Figures.rate(rate)) samples/s", 3))
        if let best = snapshot.best { parts.append(("best \(best)", 1)) }
        if let episodes = snapshot.episodes {
            let mean = snapshot.meanReturn.map { ", return \(Figures.number($0))" } ?? ""
            parts.append(("\(Figures.count(episodes)) episodes" + mean, 6))
        }
        parts.append(("\(Figures.count(snapshot.infeasible)) infeasible", 5))
        parts.append(("\(Figures.count(snapshot.failed)) failed", 4))
        var time = Figures.duration(elapsed)
        if let budget = snapshot.sampleBudget, rate > 0 {
            time += " → " + Figures.duration(Double(budget - snapshot.samples) / rate)
        }
        parts.append((time, 2))
        return parts
    }

    private func bar(_ length: Int, _ isColoured: Bool) -> String {
        let share: Double =
            if let budget = snapshot.sampleBudget {
                budget == 0 ? 1 : Double(snapshot.samples) / Double(budget)
            } else {
                snapshot.trials == 0 ? 1 : Double(snapshot.trialsDone) / Double(snapshot.trials)
            }
        let filled = min(length, max(0, Int(share * Double(length))))
        let done = String(repeating: "━", count: max(0, filled - 1)) + (filled > 0 ? "╸" : "")
        let rest = String(repeating: "━", count: length - filled)
        if isColoured { return "\u{1B}[32m\(done)\u{1B}[2;37m\(rest)\u{1B}[0m" }
        // Without colour the two halves must differ in shape.
        return done + String(repeating: "─", count: length - filled)
    }
}
