import Gym
import Samples
import Studies

/// The samples of other studies that trials begin with. A trial can only be resumed while they stay the same.
struct WarmStart: Sendable {
    private let log: SampleLog?
    /// By study, then by environment and options.
    private let trials: [String: [String: [TrialSummary]]]

    /// Finds the studies that a plan names.
    ///
    /// - Throws: `GymError`: a study that the log does not hold, or that has no samples of a cell's environment with
    ///   its options; or no log at all, because the study is done elsewhere.
    init(_ plan: Plan, log: SampleLog?) throws {
        self.log = log
        var trials: [String: [String: [TrialSummary]]] = [:]
        for name in Set(plan.trials.flatMap(\.cell.warm)).sorted() {
            guard let log else {
                throw GymError(.usage, "'warm' reads samples from the log, which is at the broker elsewhere")
            }
            trials[name] = Dictionary(grouping: try log.trials(of: name).filter { $0.samples > 0 }, by: \.problem)
        }
        self.trials = trials
        for trial in plan.trials {
            for name in trial.cell.warm where trials[name]?[trial.cell.donors] == nil {
                throw GymError(
                    .badInput,
                    "the study '\(name)' has no samples of \(trial.cell.environment.datasheet.id) with these options",
                    hint: "sextant studies \(name) lists what it has")
            }
        }
    }

    /// The evaluated samples of every trial that fits a cell, in the order of the log.
    func samples(for cell: Cell) -> Driver.Warmth {
        let donors = cell.warm.flatMap { trials[$0]?[cell.donors] ?? [] }
        return { [log] page in
            for donor in donors {
                try log?.eachPage(of: donor) { try page($0.filter { !$0.isCached }) }
            }
        }
    }
}

extension TrialSummary {
    /// Equal for trials of one environment with one set of options.
    fileprivate var problem: String { environment + ";" + description.options }
}

extension Cell {
    /// Whose samples say something of this cell.
    fileprivate var donors: String { environment.datasheet.id + ";" + options.identity }
}
