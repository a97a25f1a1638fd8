import Environments
import Foundation
import Gym

/// How fast jobs run on a system on chip, decisions are taken and designs of blocks priced, on one thread.
enum SoCBenchmark {
    private static let rounds = 5
    private static let jobs = 2_000

    /// The gates: 30,000 tasks/s with energy, 50,000 decisions/s, 20,000 designs of blocks a second.
    static func run() throws -> [String] {
        var lines = ["six applications on 16 elements, \(jobs) jobs, thread CPU time, best of \(rounds)"]
        for gap in [500.0, 100] {
            for rule in [PlacingRule.met, .eft, .etf, .heftRT] {
                lines.append(
                    String(
                        format: "gap %3.0f us, %@ %9.0f tasks/s with energy, %9.0f without", gap,
                        rule.name.padding(toLength: 8, withPad: " ", startingAt: 0),
                        try tasks(rule, gap: gap, tracksEnergy: true), try tasks(rule, gap: gap, tracksEnergy: false)))
            }
        }
        for given: [String: Value] in [[:], ["observation": "graph"], ["workload": "radio", "gap": 500]] {
            let text = given.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: " ")
            lines.append(
                String(
                    format: "soc-scheduling-v0 %@: %.0f decisions/s in process, by ETF's advice",
                    text.isEmpty ? "(defaults)" : text, try decisions(given)))
        }
        lines.append(
            String(format: "soc-composition-v0: %.0f designs/s of 100 jobs", try designs("soc-composition-v0")))
        for workload in MappingWorkload.builtIn {
            let rate = try designs("soc-mapping-v0", ["workload": .text(workload.name)])
            lines.append(String(format: "soc-mapping-v0 %@: %.0f designs/s", workload.name, rate))
        }
        return lines
    }

    /// Tasks a second of a run whose jobs are of all applications alike.
    private static func tasks(_ rule: PlacingRule, gap: Double, tracksEnergy: Bool) throws -> Double {
        guard let platform = BuiltInProfiles.platforms.first(where: { $0.name == "ds3-16" }) else {
            throw GymError(.internal, "a built-in platform is missing")
        }
        let tables = try TaskTables(BuiltInProfiles.radio, on: platform)
        var settings = SimulationSettings()
        (settings.jobs, settings.cap, settings.tracksEnergy) = (jobs, 12, tracksEnergy)
        settings.keepsLatencies = true
        var best = Double.infinity
        var count = 0
        for _ in 0..<rounds {
            let arrivals = Arrivals(
                mean: gap, weights: BuiltInProfiles.radio.map { _ in 1 }, jobs: jobs, seed: 1)
            var simulation = Simulation(tables, arrivals, settings)
            var placer = Placer(rule, on: tables)
            best = min(best, Measurement.threadSeconds { placer.run(&simulation) })
            count = simulation.tally.finished
        }
        return Double(count) / best
    }

    private static func decisions(_ given: [String: Value]) throws -> Double {
        var environment = try EnvironmentCatalog.entry("soc-scheduling-v0").make(given)
        guard let column = environment.spec.observationNames.firstIndex(of: "advice_etf") else {
            throw GymError(.internal, "there is no advice")
        }
        var best = Double.infinity
        for _ in 0..<rounds {
            var count = 0
            let seconds = try Measurement.threadSeconds {
                for seed in 0..<10 as Range<UInt64> {
                    var observation = try environment.reset(seed: seed)
                    while true {
                        let evaluation = try environment.step([observation.values[column]], deadline: .none)
                        count += 1
                        if evaluation.terminated { break }
                        observation = evaluation.observation
                    }
                }
            }
            best = min(best, seconds / Double(count))
        }
        return 1 / best
    }

    /// Random designs a second, those that can't be built among them.
    private static func designs(_ id: String, _ given: [String: Value] = [:]) throws -> Double {
        var environment = try EnvironmentCatalog.entry(id).make(given)
        var generator = Generator(seed: 1, "designs")
        let actions = try (0..<500).map { _ in try environment.spec.actionSpace.sample(&generator) }
        var best = Double.infinity
        for _ in 0..<3 {
            best = min(
                best,
                try Measurement.threadSeconds {
                    for action in actions { _ = try environment.step(action, deadline: .none) }
                })
        }
        return Double(actions.count) / best
    }
}
