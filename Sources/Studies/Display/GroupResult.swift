import Gym

/// How designs of one problem are shown to people.
struct ProblemView {
    private let spec: EnvironmentSpec
    private let scorer: Scorer
    /// The number that is looked at.
    let metric: Metric

    init?(_ cell: Cell) {
        guard let scorer = try? Scorer(cell.objective, spec: cell.spec) else { return nil }
        (spec, self.scorer, metric) = (cell.spec, scorer, scorer.headlineMetric)
    }

    func headline(_ best: Best) -> Double? { scorer.headline(best.metrics) }

    func quantity(_ value: Double) -> String { Figures.quantity(value, unit: metric.unit) }

    /// The metrics that the objective and its constraints name, then the environment's own first ones: a row of text.
    func metrics(_ values: [Double?]) -> String {
        let shown = 6
        let words = scorer.objective.text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        let named = Set(words)
        let pairs = zip(spec.metrics, values).filter { $0.1 != nil }
        let ordered = pairs.filter { named.contains($0.0.name) } + pairs.filter { !named.contains($0.0.name) }
        let count = max(shown, named.intersection(spec.metrics.map(\.name)).count)
        let texts = ordered.prefix(count).map { metric, value in
            "\(metric.name) \(Figures.quantity(value ?? .nan, unit: metric.unit))"
        }
        let rest = ordered.count - texts.count
        return texts.joined(separator: "  ") + (rest > 0 ? "  and \(rest) more" : "")
    }

    /// Every active parameter as `--set` takes it.
    func design(_ action: Action) -> [String] {
        spec.actionSpace.named(action).compactMap { name, value in value.map { "\(name)=\($0.text)" } }
    }
}

/// The trials that differ in their seeds alone.
struct GroupResult {
    let name: String
    /// The middle of the trials' best headline numbers; nil where none found anything.
    let median: Double?
    /// What the table says.
    let row: [String]

    init(name: String, results: [TrialResult?], view: ProblemView) {
        self.name = name
        // A design that breaks a constraint may look better than any that keeps them, so it is not among the numbers.
        let bests = results.compactMap { $0?.tally.best }
        let keeping = bests.filter { $0.score.violation == 0 }
        let found = keeping.isEmpty ? bests : keeping
        let values = found.compactMap { view.headline($0) }.sorted()
        median = GroupResult.median(values)
        let samples = results.reduce(0) { $0 + ($1?.tally.samples ?? 0) }
        let done = results.count { $0 != nil }
        let seeds =
            done == results.count ? Figures.count(done) : "\(Figures.count(done))/\(Figures.count(results.count))"
        var row = [name, seeds, Figures.count(samples)]
        if let median, let low = values.first, let high = values.last {
            let range = "[\(Figures.number(low)) – \(Figures.number(high))]"
            row += [view.quantity(median), range + GroupResult.remark(keeping, bests)]
            let places = found.map { Double($0.sample) }.sorted()
            row.append(GroupResult.median(places).map { "#\(Figures.count(Int($0)))" } ?? "")
        } else {
            row += ["–", "", ""]
        }
        self.row = row
    }

    private static func remark(_ keeping: [Best], _ bests: [Best]) -> String {
        keeping.count == bests.count ? "" : " constraints kept in \(keeping.count) of \(bests.count)"
    }

    /// The middle of numbers that rise, or the mean of the two in the middle.
    private static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let middle = values.count / 2
        return values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
    }
}
