import Gym
import Samples
import Studies

/// What other studies found on other instances of a trial's environment, for agents that learn a prior from it. A trial
/// can only be resumed while it stays the same.
struct Transfer: Sendable {
    private let log: SampleLog?
    /// By study, those with samples.
    private let trials: [String: [TrialSummary]]

    /// Finds the studies that a plan names.
    ///
    /// - Throws: `GymError`: a study that the log does not hold, or that has no samples of another instance of a cell's
    ///   environment; or no log at all, because the study is done elsewhere.
    init(_ plan: Plan, log: SampleLog?) throws {
        self.log = log
        var trials: [String: [TrialSummary]] = [:]
        for name in Set(plan.trials.flatMap(\.cell.transfer)).sorted() {
            guard let log else {
                throw GymError(.usage, "'transfer' reads samples from the log, which is at the broker elsewhere")
            }
            trials[name] = try log.trials(of: name).filter { $0.samples > 0 }
        }
        self.trials = trials
        for cell in plan.trials.map(\.cell) {
            for name in cell.transfer where !(trials[name] ?? []).contains(where: cell.isPrecededBy) {
                throw GymError(
                    .badInput,
                    "the study '\(name)' has no samples of \(cell.environment.datasheet.id) with other options",
                    hint: "sextant studies \(name) lists what it has")
            }
        }
    }

    /// What was found on each other instance with the same parameters and traits of the same kind, in the order of the
    /// log, by the cell's objective.
    func precedents(for cell: Cell) throws -> [Precedent] {
        guard let log, !cell.transfer.isEmpty else { return [] }
        let donors = cell.transfer.flatMap { trials[$0] ?? [] }.filter(cell.isPrecededBy)
        var (order, found): ([String], [String: Finds]) = ([], [:])
        for donor in donors {
            let spec = try log.spec(of: donor.number)
            let domains = spec.actionSpace.parameters.map(\.domain)
            guard domains == cell.spec.actionSpace.parameters.map(\.domain), spec.traits.count == cell.spec.traits.count
            else { continue }
            let options = donor.description.options
            if found[options] == nil { order.append(options) }
            var finds = found[options] ?? Finds(traits: spec.traits)
            let scorer = try Scorer(cell.objective, spec: spec)
            try log.eachPage(of: donor) { page in
                for sample in page where !sample.isCached {
                    finds.add(sample.action, scorer.score(sample.evaluation, action: sample.action))
                }
            }
            found[options] = finds
        }
        guard !order.isEmpty else {
            throw GymError(
                .badInput, "what 'transfer' names was tried with other parameters than '\(cell.spec.id)' has here",
                hint: "give both studies the options that decide on the parameters")
        }
        return order.compactMap { found[$0]?.precedent }
    }
}

/// The best designs of one instance with their scores.
private struct Finds {
    /// At most so many are handed over; a few times as many are held, however long the log is.
    private static let limit = 1_000

    let traits: [Double]
    private var designs: [(action: Action, score: Score)] = []
    private var known: Set<Action> = []

    init(traits: [Double]) { self.traits = traits }

    /// Takes in a design that has a reward and that is not known.
    mutating func add(_ action: Action, _ score: Score) {
        guard score.reward != nil, known.insert(action).inserted else { return }
        designs.append((action, score))
        guard designs.count > 4 * Self.limit else { return }
        designs = best
        known = Set(designs.map(\.action))
    }

    /// Of equal ones the first that was tried comes first.
    private var best: [(action: Action, score: Score)] {
        let order = designs.indices.sorted { a, b in
            if designs[a].score.isBetter(than: designs[b].score) { return true }
            return designs[b].score.isBetter(than: designs[a].score) ? false : a < b
        }
        return order.prefix(Self.limit).map { designs[$0] }
    }

    var precedent: Precedent? {
        let best = best
        guard !best.isEmpty else { return nil }
        return Precedent(traits: traits, designs: best.map(\.action), scores: best.map(\.score))
    }
}

extension Cell {
    /// Whether a trial ran on another instance of this cell's environment.
    fileprivate func isPrecededBy(_ trial: TrialSummary) -> Bool {
        trial.environment == environment.datasheet.id && trial.description.options != options.identity
    }
}
