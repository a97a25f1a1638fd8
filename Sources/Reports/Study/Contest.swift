import Gym
import Learning
import Studies

/// The final scores of every series' runs: 0 is the median random design, 1 the best known.
struct Contest: Sendable {
    /// One series.
    struct Entry: Sendable {
        let series: Series
        /// Runs that belong together: the seeds of one configuration, which are drawn again whole.
        let clusters: [[Double]]
        /// The mean score of the defaults, where the runs are of drawn configurations.
        let defaults: Double?

        var runs: [Double] { clusters.flatMap(\.self) }
    }

    /// In the problem's order, those without a run left out.
    let entries: [Entry]
    /// What the runs are, for captions.
    let text: String

    /// Nil where nothing measures the runs.
    init?(_ problem: Problem) {
        guard let (yardstick, source) = problem.measure else { return nil }
        let scale = "0 is the median random design (\(Figures.number(yardstick.random))), 1 the \(source) "
        text = scale + "(\(Figures.number(yardstick.best)))."
        // Of several budgets the largest is the study's result.
        if let lottery = problem.lotteries.max(by: { $0.samples ?? 0 < $1.samples ?? 0 }) {
            entries = lottery.contenders.compactMap { contender in
                let series = problem.series.first {
                    $0.name == contender.name || $0.name.hasSuffix(": \(contender.name)")
                }
                guard let series else { return nil }
                return Entry(
                    series: series, clusters: contender.drawn.map(\.scores),
                    defaults: contender.isSingle ? nil : contender.defaultScore)
            }.sorted { !$0.series.isRandom && $1.series.isRandom }
        } else {
            entries = problem.series.compactMap { series in
                let runs = problem.members(of: series).filter { problem.trials[$0].isOver }
                    .compactMap { problem.curves[$0].final }.map(yardstick.score)
                return runs.isEmpty ? nil : Entry(series: series, clusters: runs.map { [$0] }, defaults: nil)
            }
        }
        guard !entries.isEmpty else { return nil }
    }
}
