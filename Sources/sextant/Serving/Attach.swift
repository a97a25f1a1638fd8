import Agents
import ArgumentParser
import Files
import Foundation
import Gym
import Studies

/// `sextant attach`: one built-in agent on a broker elsewhere.
struct Attach: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a built-in agent search on the broker of `sextant serve`.",
        discussion: """
            What `sextant run --at` does with a manifest, for one agent without one. The samples go into the broker's \
            log.

            Examples:
              sextant attach genetic --environment dram-controller-v0 --samples 500
              sextant attach bandit --to ipc:///tmp/sextant --environment my-model-v0 --objective "{minimize: latency}"
            """)

    @Argument(help: "The agent's name.")
    var agent = AgentCatalog.defaultName

    @Option(help: ArgumentHelp("The broker's endpoint for agents.", valueName: "endpoint"))
    var to = "tcp://127.0.0.1:5755"

    @Option(help: ArgumentHelp("The environment's id.", valueName: "id"))
    var environment: String

    @Option(name: .long, help: ArgumentHelp("An option of the environment; may be repeated.", valueName: "name=value"))
    var option: [String] = []

    @Option(name: .long, help: ArgumentHelp("A hyperparameter; may be repeated.", valueName: "name=value"))
    var set: [String] = []

    @Option(
        help: ArgumentHelp(
            "What is sought, as in a manifest (default: the environment's first metric).", valueName: "objective"))
    var objective: String?

    @Option(help: "How many samples are paid for.")
    var samples = 1_000

    @Option(help: "How many designs are evaluated at once.")
    var batch = Manifest.defaultBatch

    @Option(help: "The seed of agent and environment.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The study's name in the log (default: agent and time).", valueName: "name"))
    var study: String?

    @Flag(help: "Go on with a study of this name; its samples are checked, not evaluated again.")
    var resume = false

    @Flag(help: "One JSON object instead of the table.")
    var json = false

    @OptionGroup var key: KeyOption

    func run() throws {
        let name = study ?? "\(agent)-\(Int(Date().timeIntervalSince1970))"
        var sets = try Assignments.parse(option, of: "--option").sorted { $0.key < $1.key }.map {
            "environment.\($0.key)=\($0.value.text)"
        }
        sets += try Assignments.parse(set, of: "--set").sorted { $0.key < $1.key }.map {
            "agent.\($0.key)=\($0.value.text)"
        }
        sets += ["budget=\(samples)", "batch=\(batch)", "seeds=[\(seed)]", "study=\(name)"]
        if let objective { sets.append("objective=\(objective)") }
        let text = "environment: { id: \(YAMLText.quoted(environment)) }\nagent: { name: \(YAMLText.quoted(agent)) }\n"
        var venue = try Venue.elsewhere(to, key: key.read())
        let plan = try venue.plan {
            try Manifest.plan(
                YAMLDocument.parse(text, file: "the command"), folder: "", defaultName: name, sets: sets, catalogs: $0)
        }
        try venue.open(for: plan, threads: 1)
        let command = "sextant attach \(agent) --to \(to) --environment \(environment) --study \(name) … --resume"
        let run = StudyRun(plan: plan, venue: venue, logPath: nil, isResuming: resume, command: command)
        let (outcomes, summary) = try run.run()
        Terminal.put(json ? run.lines(outcomes) : summary)
        try Runner.requireSuccess(of: outcomes, study: plan.study)
    }
}
