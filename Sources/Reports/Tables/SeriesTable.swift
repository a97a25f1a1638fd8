import Learning
import Samples
import Studies

/// A row per series: what its trials found, and how much of what they asked was new and feasible.
enum SeriesTable {
    static func table(of problem: Problem) -> ReportTable {
        let randomMedian = problem.series.first(where: \.isRandom).flatMap { median(problem, $0) }
        let rows = problem.series.map { row(problem, $0, randomMedian) }
        return ReportTable(
            "Agents",
            note: "A find keeps the constraints. \"> random\" is the share of trials that beat random search's median; "
                + "\"to 95 %\" the median number of samples after which a trial was 95 % of the way from a random "
                + "design to the best. Duplicates are proposals that the trial had seen before, as a share of all.",
            [
                .word("series"), .number("trials"), .number("with a find"), .number("samples"),
                .number("median best \(problem.metricTitle)"),
                .number("best"), .number("worst"), .number("> random"), .number("to 95 %"), .number("duplicates"),
                .number("infeasible"), .number("failed"),
            ], rows: rows)
    }

    private static func row(_ problem: Problem, _ series: Series, _ random: Double?) -> [ReportTable.Cell] {
        let members = problem.members(of: series)
        let summaries = members.map { problem.trials[$0].summary }
        func sum(_ count: (TrialSummary) -> Int64) -> Int64 { summaries.reduce(0) { $0 + count($1) } }
        let finals = members.compactMap { problem.curves[$0].final }
        let spread = Spread(finals)
        let wins = random.map { random in
            Double(finals.count { problem.isLess ? $0 < random : $0 > random }) / Double(max(1, members.count))
        }
        let (samples, evaluated) = (sum(\.samples), sum(\.evaluated))
        return [
            .word(series.name), .count(members.count), .count(finals.count), .count(samples), .number(spread?.median),
            .number(problem.isLess ? spread?.least : spread?.most),
            .number(problem.isLess ? spread?.most : spread?.least), series.isRandom ? .word("–") : .share(wins),
            .number(samplesToReach(problem, members)), .share(Double(samples - evaluated) / Double(max(1, samples))),
            .share(Double(sum(\.infeasible)) / Double(max(1, samples))),
            .share(Double(sum(\.failed)) / Double(max(1, samples))),
        ]
    }

    private static func median(_ problem: Problem, _ series: Series) -> Double? {
        Spread(problem.members(of: series).compactMap { problem.curves[$0].final })?.median
    }

    /// The median over trials; nil where half of them or more never came so far.
    private static func samplesToReach(_ problem: Problem, _ members: [Int]) -> Double? {
        guard let yardstick = problem.measure?.yardstick else { return nil }
        let value = yardstick.random + 0.95 * (yardstick.best - yardstick.random)
        let counts = members.map { place in
            problem.curves[place].evaluated(toReach: value, isLess: yardstick.best < yardstick.random) ?? .infinity
        }
        return (Spread(counts)?.median).flatMap { $0.isFinite ? $0 : nil }
    }
}
