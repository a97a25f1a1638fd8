import Files
import Gym

/// What a finished study prints: a row per agent and setting, the best design, the log and what to do next.
public struct Summary: Sendable {
    private let plan: Plan
    private let outcomes: [Runner.Outcome]
    private let seconds: Double

    /// Sums up outcomes that stand in the plan's order; `seconds` is how long this run took.
    public init(_ plan: Plan, outcomes: [Runner.Outcome], seconds: Double) {
        (self.plan, self.outcomes, self.seconds) = (plan, outcomes, seconds)
    }

    /// The first line: ` Finished 5,000 samples in 2m 1s · 61 infeasible · 0 failed`.
    public var headline: String {
        let tallies = outcomes.compactMap { if case .finished(let result) = $0 { result.tally } else { nil } }
        let wasStopped = outcomes.contains { outcome in
            switch outcome {
            case .notBegun: true
            case .finished(let result): result.ending == .stopped
            case .failed: false
            }
        }
        let samples = tallies.reduce(0) { $0 + $1.samples }
        var words = [
            "\(wasStopped ? "Stopped after" : "Finished") \(Figures.count(samples)) samples in "
                + Figures.duration(seconds)
        ]
        let replayed = tallies.reduce(0) { $0 + $1.replayed }
        if replayed > 0 { words.append("\(Figures.count(replayed)) from the log") }
        let cached = tallies.reduce(0) { $0 + $1.cached }
        if cached > 0 { words.append("\(Figures.count(cached)) repeated, not paid for") }
        words.append("\(Figures.count(tallies.reduce(0) { $0 + $1.infeasible })) infeasible")
        words.append("\(Figures.count(tallies.reduce(0) { $0 + $1.failed })) failed")
        return " " + words.joined(separator: " · ")
    }

    /// The whole text. `log` is where the samples are; `next` are commands to try.
    public func text(log: String, next: [String]) -> String {
        var text = headline + "\n"
        let lotteries = LotteryResult.all(of: plan, outcomes: outcomes)
        for (problem, trials) in problems {
            text += "\n" + (problems.count > 1 ? "  \(problem)\n" : "")
            let own = lotteries.filter { $0.problem == problem }
            text += own.isEmpty ? section(trials) : lotterySection(trials, own)
        }
        if !lotteries.isEmpty { text += "\n" + LotteryText.legend }
        text += failures
        text += "\n  log      \(log) · study \(plan.study)\n"
        for (index, command) in next.enumerated() {
            text += (index == 0 ? "  next     " : "           ") + command + "\n"
        }
        return text
    }

    /// The trials of each problem, in the plan's order: only within one can designs be compared.
    private var problems: [(text: String, trials: [Int])] {
        var order: [String] = []
        var trials: [String: [Int]] = [:]
        for (index, trial) in plan.trials.enumerated() {
            let text = trial.cell.problemText
            if trials[text] == nil { order.append(text) }
            trials[text, default: []].append(index)
        }
        return order.map { ($0, trials[$0] ?? []) }
    }

    /// The table, the best design and the baseline of one problem.
    private func section(_ trials: [Int]) -> String {
        guard let first = trials.first, let view = ProblemView(plan.trials[first].cell) else { return "" }
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for index in trials {
            let group = plan.trials[index].group
            if members[group] == nil { order.append(group) }
            members[group, default: []].append(index)
        }
        let groups = order.map { group in
            GroupResult(name: group, results: (members[group] ?? []).map { result($0) }, view: view)
        }
        let columns = [
            Table.Column("trials"), Table.Column("seeds", .right), Table.Column("samples", .right),
            Table.Column("median best \(view.metric.name)", .right), Table.Column("range"),
            Table.Column("found at", .right),
        ]
        let text = Table(columns, rows: groups.map(\.row)).text
        return text + best(of: trials, groups, view) + plan.decisions(of: trials)
    }

    /// The tables of a lottery's budgets and the best design; a row per configuration would be too many.
    private func lotterySection(_ trials: [Int], _ lotteries: [LotteryResult]) -> String {
        guard let first = trials.first, let view = ProblemView(plan.trials[first].cell) else { return "" }
        return lotteries.map { LotteryText($0).text }.joined(separator: "\n") + best(of: trials, [], view)
    }

    private func best(of trials: [Int], _ groups: [GroupResult], _ view: ProblemView) -> String {
        var best: (trial: Int, design: Best)?
        for index in trials {
            guard let design = result(index)?.tally.best else { continue }
            if best.map({ design.score.isBetter(than: $0.design.score) }) ?? true { best = (index, design) }
        }
        guard let best else { return "\n" + nothingFound(trials) }
        let trial = plan.trials[best.trial]
        var text = "\n  best     \(trial.label), sample #\(Figures.count(Int(best.design.sample)))"
        if best.design.score.violation > 0 { text += " · breaks a constraint, as every design found does" }
        text += "\n  metrics  \(view.metrics(best.design.metrics))\n"
        text += wrapped(view.design(best.design.action), label: "  design   ", columns: 100)
        if let baseline = baseline(trials, groups, view, bestGroup: trial.group) { text += "  random   \(baseline)\n" }
        return text
    }

    /// The random agent's median, and how the best group's compares with it.
    private func baseline(
        _ trials: [Int], _ groups: [GroupResult], _ view: ProblemView, bestGroup: String
    ) -> String? {
        guard let index = trials.first(where: { plan.trials[$0].cell.agent.name == "random" }),
            let random = groups.first(where: { $0.name == plan.trials[index].group })?.median
        else { return nil }
        let text = "median \(view.quantity(random))"
        guard bestGroup != plan.trials[index].group, let median = groups.first(where: { $0.name == bestGroup })?.median,
            random != 0
        else { return text }
        let gain = (median - random) / abs(random) * (view.metric.goal == .minimize ? -100 : 100)
        return text + "; the median of \(bestGroup) is \(Figures.number(abs(gain))) % \(gain >= 0 ? "better" : "worse")"
    }

    private func nothingFound(_ trials: [Int]) -> String {
        let tallies = trials.compactMap { result($0)?.tally }
        let samples = tallies.reduce(0) { $0 + $1.samples }
        guard samples > 0 else { return "  best     nothing was evaluated\n" }
        var text = "  best     none of \(Figures.count(samples)) samples gave all metrics"
        let reasons = tallies.compactMap(\.commonReason)
        if let reason = reasons.max(by: { $0.count < $1.count }) {
            text += " (\(ErrorText.clean(reason.text)), \(Figures.count(reason.count)) times in one trial)"
        }
        return text + "\n"
    }

    private var failures: String {
        let failed = zip(plan.trials, outcomes).compactMap { trial, outcome -> String? in
            if case .failed(let error) = outcome {
                "  failed   \(trial.label): \(ErrorText.clean(error.message))\n"
            } else {
                nil
            }
        }
        guard !failed.isEmpty else { return "" }
        let more = failed.count > 8 ? "           and \(Figures.count(failed.count - 8)) more\n" : ""
        return "\n" + failed.prefix(8).joined() + more
    }

    private func result(_ trial: Int) -> TrialResult? {
        if case .finished(let result) = outcomes[trial] { return result }
        return nil
    }

    private func wrapped(_ words: [String], label: String, columns: Int) -> String {
        var lines: [String] = []
        var line = label
        for word in words {
            if line.count + 2 + word.count > columns, line.count > label.count {
                lines.append(line)
                line = String(repeating: " ", count: label.count)
            }
            line += (line.count > label.count ? "  " : "") + word
        }
        return (lines + [line]).map { $0 + "\n" }.joined()
    }
}
