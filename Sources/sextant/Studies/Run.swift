import Agents
import ArgumentParser
import Environments
import Exchange
import Files
import Foundation
import Gym
import Samples
import Studies

/// `sextant run`: a manifest's study, through the broker, into the log.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the study that a manifest describes.",
        discussion: """
            Every sample is in the log before the agent hears of it, so a run may be stopped or killed at any moment \
            and goes on with --resume.

            Examples:
              sextant run Experiments/quickstart.yaml
              sextant run Experiments/quickstart.yaml --set budget.samples=500 --set agent=genetic --as short
              sextant run Experiments/quickstart.yaml --dry-run
            """)

    @Argument(help: "The manifest, a YAML file.")
    var manifest: String

    @Option(name: .long, help: ArgumentHelp("Change a key of the manifest; may be repeated.", valueName: "key=value"))
    var set: [String] = []

    @Flag(help: "Go on with a study that is in the log already; its samples are checked, not evaluated again.")
    var resume = false

    @Flag(help: "Print the manifest with every default and the list of trials, and run nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Run as a study of another name.", valueName: "name"))
    var `as`: String?

    @Option(help: "Run with this seed alone.")
    var seed: UInt64?

    @Option(
        help: "How many threads evaluate, and how many trials run at once (default: all cores). Never changes results.")
    var workers: Int?

    @Option(help: ArgumentHelp("The log (default: sextant.db beside the manifest).", valueName: "file"))
    var log: String?

    @Option(
        help: ArgumentHelp(
            "Have outside workers evaluate that come to this endpoint; may be repeated.", valueName: "endpoint"))
    var listen: [String] = []

    @Option(help: ArgumentHelp("Run on the broker of `sextant serve` there, into its log.", valueName: "endpoint"))
    var at: String?

    @Option(
        help: ArgumentHelp("With --listen, let only workers in whose keys are in this folder.", valueName: "folder"))
    var keys: String?

    @OptionGroup var key: KeyOption

    @OptionGroup var preset: PresetOption

    @Flag(help: "Allow a --listen that other machines reach, without keys.")
    var insecure = false

    @Flag(help: "One JSON object per trial instead of the table.")
    var json = false

    func run() throws {
        var sets = set
        if let seed { sets.append("seeds=[\(seed)]") }
        if let name = `as` { sets.append("study=\(name)") }
        guard at == nil || (listen.isEmpty && log == nil) else {
            throw GymError(.usage, "--at has the study done elsewhere, so --listen and --log mean nothing with it")
        }
        guard key.key == nil || at != nil, keys == nil || !listen.isEmpty else {
            throw GymError(.usage, "--key is for --at and --keys for --listen, and that is not given")
        }
        var venue = Venue.here
        if let at { venue = try .elsewhere(at, key: key.read()) }
        if !listen.isEmpty { venue = try .listening(at: listen, keys: keys, isInsecure: insecure) }
        let plan = try venue.plan { try Manifest.plan(manifest, sets: sets, catalogs: $0) }
        if dryRun {
            try Terminal.put(plan.preview(threads: Threads.count(workers ?? plan.workers)))
            return
        }
        try preset.check(plan)
        let path = log ?? URL(filePath: manifest).deletingLastPathComponent().appending(path: "sextant.db").relativePath
        try venue.open(for: plan, threads: Threads.count(workers ?? plan.workers))
        let study = StudyRun(
            plan: plan, venue: venue, logPath: at == nil ? path : nil, isResuming: resume, command: resumeCommand)
        let summary = try study.run()
        Terminal.put(json ? study.lines(summary.outcomes) : summary.text)
        try preset.write(plan, summary.outcomes)
        try Runner.requireSuccess(of: summary.outcomes, study: plan.study)
    }

    /// The command that goes on with this run.
    private var resumeCommand: String {
        var words = ["sextant", "run", manifest]
        words += set.flatMap { ["--set", $0.contains(" ") ? "'\($0)'" : $0] }
        if let name = `as` { words += ["--as", name] }
        if let seed { words += ["--seed", "\(seed)"] }
        if let log { words += ["--log", log] }
        for endpoint in listen { words += ["--listen", endpoint] }
        if let at { words += ["--at", at] }
        if let file = preset.presetOutput { words += ["--preset-output", file] }
        return (words + ["--resume"]).joined(separator: " ")
    }
}
