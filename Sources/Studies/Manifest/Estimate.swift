import Gym
import Synchronization

/// What a plan will take, as far as that can be told before it runs.
public struct Estimate: Sendable, Hashable {
    /// How many trials there are.
    public let trials: Int
    /// How many samples are paid for at most; nil where a budget is in minutes alone.
    public let samples: Int?
    /// How long it takes with so many trials at once; nil where some evaluation could not be tried or took too long.
    public let seconds: Double?
    /// How large the samples are in the log; nil where their number is not known.
    public let bytes: Int?

    /// Broker and log per sample, and per batch: figures of Benchmarks/README.md.
    private static let sampleSeconds = 8e-6
    private static let batchSeconds = 160e-6
    /// How long all tries together may take.
    private static let tryingSeconds = 3.0
    /// How many samples a try has at most.
    private static let tries = 64

    /// Tries the first samples of every agent on every environment of the plan, for three seconds at most; `clock`
    /// gives seconds that never go back.
    public init(_ plan: Plan, threads: Int, clock: @escaping @Sendable () -> Double) {
        trials = plan.trials.count
        samples = plan.sampleBudget
        var rates: [String: Double?] = [:]
        var kinds: [String: Trial] = [:]
        for trial in plan.trials where kinds[trial.kind] == nil { kinds[trial.kind] = trial }
        for (kind, trial) in kinds.sorted(by: { $0.key < $1.key }) {
            rates[kind] = Estimate.secondsPerSample(
                trial, limit: Estimate.tryingSeconds / Double(kinds.count), clock: clock)
        }
        var (seconds, bytes): (Double?, Double?) = (0, 0)
        for trial in plan.trials {
            let minutes = trial.cell.budget.minutes.map { $0 * 60 }
            let own = trial.cell.budget.samples.flatMap { samples in
                rates[trial.kind]?.map { rate in
                    rate + Estimate.sampleSeconds + Estimate.batchSeconds / Double(trial.cell.batch)
                }.map { $0 * Double(samples * trial.cell.repeats) }
            }
            seconds = seconds.flatMap { total in [own, minutes].compactMap(\.self).min().map { total + $0 } }
            bytes = bytes.flatMap { total in
                trial.cell.budget.samples.map { samples in
                    total + Double(samples * trial.cell.repeats) * Estimate.bytesPerSample(trial.cell.spec)
                }
            }
        }
        self.seconds = seconds.map { $0 / Double(max(1, min(threads, plan.trials.count))) }
        self.bytes = bytes.map { Int($0) }
    }

    /// In one line: ` 1,830 trials · at most 915,000 samples · about 2m 10s · about 170 MB`.
    public var text: String {
        var words = ["\(Figures.count(trials)) trial\(trials == 1 ? "" : "s")"]
        words.append(samples.map { "at most \(Figures.count($0)) samples" } ?? "samples as time allows")
        words.append(seconds.map { "about \(Figures.duration($0))" } ?? "for an unknown time")
        if let bytes { words.append("about \(Figures.count(max(1, bytes / 1_000_000))) MB") }
        return " " + words.joined(separator: " · ")
    }

    /// How long the first samples take each, agent included; nil where they can't be had here, or not in time.
    private static func secondsPerSample(
        _ trial: Trial, limit: Double, clock: @escaping @Sendable () -> Double
    ) -> Double? {
        let start = Mutex(clock())
        let deadline = Deadline { clock() - start.withLock(\.self) > 10 * tryingSeconds }
        let done = Mutex(0)
        guard let session = try? Rehearsal(trial.cell, deadline: deadline) else { return nil }
        // Making an instance may take long, but happens once.
        let begun = clock()
        start.withLock { $0 = begun }
        let driver = Driver(trial, session: session, clock: clock) {
            // One evaluation may take longer than its share; then that one is what is told from.
            let count = done.withLock(\.self)
            return count >= tries || (count > 0 && clock() - begun > limit)
        }
        guard let result = try? driver.run(note: { tally in done.withLock { $0 = tally.samples } }),
            result.tally.samples > 0
        else { return nil }
        return (clock() - begun) / Double(result.tally.samples)
    }

    /// What a row takes in SQLite: its bookkeeping with the index, eight bytes and a type for every real number, few
    /// for an integer, and every word in full.
    private static func bytesPerSample(_ spec: EnvironmentSpec) -> Double {
        let parameters = spec.actionSpace.parameters.reduce(0.0) { sum, parameter in
            switch parameter.domain {
            case .integer, .ordinal: sum + 2
            case .real: sum + 9
            case .categorical(let choices):
                sum + 1 + Double(choices.reduce(0) { $0 + $1.utf8.count }) / Double(choices.count)
            }
        }
        return 85 + parameters + 9 * Double(spec.metrics.count)
    }
}

extension Trial {
    /// Equal for trials of one contender on one instance with one budget's batch: their samples take about as long.
    fileprivate var kind: String {
        let agent = cell.draw?.contender ?? cell.agent.name
        return "\(cell.environment.datasheet.id);\(cell.options.identity);\(agent);\(cell.batch)"
    }
}
