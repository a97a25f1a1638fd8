import ArgumentParser
import Files
import Foundation
import Gym
import Studies

/// `sextant lottery`: a lottery of hyperparameters in one line.
struct Lottery: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run agents with their defaults and with drawn hyperparameters, and tell luck from merit.",
        discussion: """
            How good an agent looks depends on who tuned it. A lottery runs every agent with its defaults and with \
            configurations drawn from its own space, all with the same seeds and budget, and random search beside \
            them. The manifest is printed first; kept in a file, `sextant run` takes it.

            Examples:
              sextant lottery synthetic-dram10-v0 --agents genetic,annealing --draws 20 --budget 200 --seeds 3
              sextant lottery dram-controller-v0 --option workload=spmv --agents tpe,bandit --budget 100 --dry-run
              sextant lottery dram-controller-v0 --agents genetic --preset-output tuned.yaml
            """)

    @Argument(help: "The environment's id.")
    var environment: String

    @Option(help: ArgumentHelp("The agents, separated by commas.", valueName: "list"))
    var agents = "genetic,annealing,ant-colony,bandit"

    @Option(help: "How many configurations are drawn of each agent's hyperparameters.")
    var draws = 60

    @Option(help: "How many samples each trial pays for.")
    var budget = 500

    @Option(help: "How many seeds every configuration runs with.")
    var seeds = 5

    @Option(help: ArgumentHelp("How configurations are drawn: sobol or random.", valueName: "method"))
    var by = "sobol"

    @Option(
        name: .long,
        help: ArgumentHelp("Choose an option of the environment; may be repeated.", valueName: "name=value"))
    var option: [String] = []

    @Option(name: .long, help: ArgumentHelp("Change a key of the manifest; may be repeated.", valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Go on with a lottery that is in the log already.")
    var resume = false

    @Flag(help: "Print the manifest with every draw and the list of trials, and run nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("The study's name (default: lottery-ENVIRONMENT).", valueName: "name"))
    var `as`: String?

    @Option(help: "How many threads evaluate, and how many trials run at once (default: all cores).")
    var workers: Int?

    @OptionGroup var log: LogOptions

    @OptionGroup var preset: PresetOption

    @Flag(help: "One JSON object per trial, then one per table.")
    var json = false

    func run() throws {
        let text = try manifest()
        var venue = Venue.here
        let plan = try venue.plan { catalogs in
            try Manifest.plan(
                YAMLDocument.parse(text, file: "lottery"), folder: "", defaultName: "lottery-\(environment)",
                sets: set, catalogs: catalogs)
        }
        guard !dryRun else { return try Terminal.put(plan.preview(threads: Threads.count(workers ?? plan.workers))) }
        try preset.check(plan)
        Terminal.say(text + "\n")
        try venue.open(for: plan, threads: Threads.count(workers ?? plan.workers))
        let words = CommandLine.arguments.dropFirst().filter { $0 != "--resume" }
        let command = (["sextant"] + words + ["--resume"]).joined(separator: " ")
        let study = StudyRun(plan: plan, venue: venue, logPath: log.log, isResuming: resume, command: command)
        let summary = try study.run()
        Terminal.put(json ? study.lines(summary.outcomes) : summary.text)
        try preset.write(plan, summary.outcomes)
        try Runner.requireSuccess(of: summary.outcomes, study: plan.study)
    }

    /// The manifest that the arguments stand for.
    private func manifest() throws -> String {
        let values = try Assignments.parse(option, of: "--option")
        let options = values.sorted { $0.key < $1.key }.map { ($0.key, YAMLText.scalar($0.value)) }
        let names = agents.split(separator: ",").map { $0.trimmingPrefix(" ") }
        return """
            study: \(YAMLText.scalar(Value(parsing: `as` ?? "lottery-\(environment)")))
            kind: lottery
            environment: \(YAMLText.mapping([("id", YAMLText.scalar(.text(environment)))] + options))
            budget: \(budget)
            seeds: \(seeds)
            batch: 1
            lottery:
              draws: \(draws)
              by: \(YAMLText.scalar(.text(by)))
              agents: \(YAMLText.list(names.map { YAMLText.scalar(.text(String($0))) }))

            """
    }
}

extension Plan {
    /// The resolved manifest, the list of trials, and what they will take.
    func preview(threads: Int) -> String {
        let start = ContinuousClock.now
        let estimate = Estimate(self, threads: threads) { (ContinuousClock.now - start) / .seconds(1) }
        return resolved + "\n" + listing + "\n" + estimate.text
    }
}
