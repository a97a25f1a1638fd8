import ArgumentParser
import Foundation
import Gym
import Proxies
import Studies

/// `sextant proxy`: cost models learned from the log.
struct ProxyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy",
        abstract: "Learn a fast model of an environment from logged samples, and use it in its place.",
        discussion: """
            Begin with:
              sextant proxy train sextant.db --environment dram-controller-v0 --output dram.proxy
              sextant proxy score dram.proxy
              sextant evaluate proxy:dram.proxy

            A proxy stands wherever an environment's id does, as proxy:FILE. Its samples have the fidelity proxy.
            """,
        subcommands: [Train.self, Score.self, List.self, Search.self, Export.self])

    /// `sextant proxy list`: what proxies are and learned from.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Say what proxies are and what they learned from.")

        @Argument(help: ArgumentHelp("Their files (default: all *.proxy here).", valueName: "file"))
        var files: [String] = []

        @Flag(help: "One JSON object per proxy.")
        var json = false

        func run() throws {
            let here = try FileManager.default.contentsOfDirectory(atPath: ".").filter { $0.hasSuffix(".proxy") }
            let names = files.isEmpty ? here.sorted() : files
            guard !names.isEmpty else {
                return Terminal.say(" There is no *.proxy here; sextant proxy train makes one\n")
            }
            let proxies = try names.map { ($0, try ProxyFile(path: $0)) }
            if json {
                for (name, file) in proxies { Terminal.put(ProxyText.line(file, name: name).line) }
                return
            }
            let columns = [
                Table.Column("file"), Table.Column("environment"), Table.Column("designs", .right),
                Table.Column("agents", .right), Table.Column("metrics"),
            ]
            let rows = proxies.map { name, file in
                [
                    name, file.proxy.card.environment, Figures.count(file.proxy.card.designs),
                    "\(file.proxy.card.agents)",
                    file.proxy.choices.map { "\($0.metric) (\($0.model))" }.joined(separator: ", "),
                ]
            }
            Terminal.put(Table(columns, rows: rows).text)
        }
    }
}

extension ProxyCommand {
    /// `sextant proxy train`.
    struct Train: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Train a proxy on the samples of an environment in one log or several.",
            discussion: """
                Designs are looked at once, however often they come. A tenth of them is kept apart, by design and not \
                by row, for intervals that hold what they promise. Without --metric it learns what the logged trials \
                sought. Without --model, kinds compete by cross-validation, metric by metric.

                Of an environment of steps it learns single steps, what is seen next and the metrics, from logs with \
                observations (record: observations in the manifest); the proxy is then one of steps too.

                Examples:
                  sextant proxy train runs.db --environment dram-controller-v0 --metric latency --metric energy
                  sextant proxy train a.db b.db --environment my-cache-v0 --model boosted --output cache.proxy
                """)

        @Argument(help: ArgumentHelp("The logs.", valueName: "log"))
        var logs: [String]

        @Option(help: ArgumentHelp("The environment.", valueName: "id"))
        var environment: String

        @Option(help: ArgumentHelp("Only trials with this option; may be repeated.", valueName: "name=value"))
        var option: [String] = []

        @Option(
            help: ArgumentHelp("Of steps: an option that trials may differ in; may be repeated.", valueName: "name"))
        var across: [String] = []

        @Option(help: ArgumentHelp("Only trials of this agent; may be repeated.", valueName: "name"))
        var agent: [String] = []

        @Option(help: ArgumentHelp("At most so many designs, dealt evenly among agents.", valueName: "count"))
        var designs: Int?

        @Option(help: "A metric to learn, the cheapest first; may be repeated. 'all' learns every one.")
        var metric: [String] = []

        @Option(
            help: "\(ModelKind.allCases.map(\.rawValue).joined(separator: ", ")), or auto: what cross-validation says.")
        var model = "auto"

        @Flag(help: "Let each metric's model read what is foretold of the metrics before it.")
        var chain = false

        @Option(help: "The share of designs that is kept apart for intervals, 0 to 0.5.")
        var apart = 0.1

        @Option(help: "The share of designs that it must not even see, to be scored on with the same logs.")
        var hold = 0.0

        @Option(help: "Decides everything that is drawn.")
        var seed: UInt64 = 1

        @Option(name: .shortAndLong, help: ArgumentHelp("The proxy's file (default: ID.proxy).", valueName: "file"))
        var output: String?

        @Flag(help: "One JSON object instead of the table.")
        var json = false

        func run() throws {
            var rules = ProxyTraining.Rules()
            (rules.model, rules.isChained) = (try ProxyText.kind(model), chain)
            (rules.seed, rules.apart) = (seed, apart)
            let read = try ProxyLogs(
                logs, environment: environment, options: option, agents: agent, across: .named(Set(across)))
            rules.metrics = metric.contains("all") ? [] : metric.isEmpty ? read.sought : metric
            guard (0...0.9).contains(hold) else {
                throw GymError(.usage, "--hold is \(Value.format(hold)); it is a share of 0 to 0.9")
            }
            let (proxy, episodes) = try read.episodes.map { try learn($0, read, rules) } ?? (learn(read, rules), nil)
            let path = output ?? "\(environment).proxy"
            let data = try ProxyFile.data(proxy, episodes: episodes, program: "sextant \(Sextant.version)")
            do { try data.write(to: URL(filePath: path), options: .atomic) } catch {
                throw GymError(.usage, "'\(path)' can't be written", hint: "name another file with --output")
            }
            let file = try ProxyFile(data, name: path)
            Terminal.put(
                json ? ProxyText.line(file, name: path).line : ProxyText.text(file, name: path, logs: logs))
        }

        /// Learns designs.
        private func learn(_ read: ProxyLogs, _ rules: ProxyTraining.Rules) throws -> Proxy {
            var rows = read.rows
            if hold > 0 { rows = rows.picking(left(of: rows.shuffled(seed: seed, "hold"))) }
            if let designs { rows = rows.dealt(designs, seed: seed) }
            let training = try ProxyTraining(rows, rules: rules)
            Terminal.say(" Learning from \(Figures.count(rows.rows.count)) designs of \(environment)\n")
            return training.run(options: read.options, logs: read.logs) { Terminal.say("  \($0) is learned\n") }
        }

        /// Learns the steps of episodes.
        private func learn(
            _ episodes: EpisodeRows, _ read: ProxyLogs, _ rules: ProxyTraining.Rules
        ) throws -> (Proxy, StepRules?) {
            guard designs == nil else {
                throw GymError(.usage, "'\(environment)' is learned from episodes; --designs is for designs")
            }
            var part = episodes
            if hold > 0 { part = part.picking(left(of: part.shuffled(seed: seed, "hold"))) }
            let steps = try StepTraining(part, metrics: rules.metrics)
            var rules = rules
            rules.metrics = []
            let training = try ProxyTraining(steps.rows, rules: rules)
            Terminal.say(
                " Learning from \(Figures.count(steps.rows.rows.count)) different steps of "
                    + "\(Figures.count(part.episodes.count)) episodes of \(environment)\n")
            let proxy = training.run(options: read.options, logs: read.logs) { Terminal.say("  \($0) is learned\n") }
            return (proxy, steps.rules)
        }

        /// What is not held out of a shuffled run.
        private func left(of order: [Int]) -> [Int] {
            order.dropFirst(Int((hold * Double(order.count)).rounded())).sorted()
        }
    }
}
