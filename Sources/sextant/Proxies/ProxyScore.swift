import ArgumentParser
import Environments
import Exchange
import Foundation
import Gym
import Proxies
import Reports
import Samples
import Studies

extension ProxyCommand {
    /// `sextant proxy score`.
    struct Score: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Measure how far off a proxy is, on designs that it never learned from.",
            discussion: """
                Designs of the logs count that the proxy does not know, and fresh uniform ones that the real \
                environment evaluates. The errors of a proxy mean little without the spread of what it foretells, so \
                that stands beside them; `regret` is how much worse the proxy's best design is, on the real model, \
                than the best that is known. A proxy of steps is scored on episodes of the logs, step by step and \
                from beginning to end.

                Examples:
                  sextant proxy score dram.proxy
                  sextant proxy score dram.proxy later.db --fresh 0 --page dram.html
                  sextant proxy score dram.proxy sextant.db --curve
                """)

        @Argument(help: ArgumentHelp("The proxy's file.", valueName: "proxy"))
        var file: String

        @Argument(
            help: ArgumentHelp("Logs with other designs, and for --curve those it learned from.", valueName: "log"))
        var logs: [String] = []

        @Option(help: "How many fresh designs the real environment evaluates (none where there is no such one).")
        var fresh = 200

        @Option(
            help: ArgumentHelp(
                "An option of the real environment, if it is a file; of steps, only trials with it.",
                valueName: "name=value"))
        var option: [String] = []

        @Option(help: ArgumentHelp("Only designs of this agent in the logs; may be repeated.", valueName: "name"))
        var agent: [String] = []

        @Flag(help: "Train again on parts of the logs, for a learning curve.")
        var curve = false

        @Option(help: "Decides which fresh designs there are.")
        var seed: UInt64 = 1

        @Option(help: ArgumentHelp("Keep the fresh samples in this log.", valueName: "file"))
        var log: String?

        @Option(help: ArgumentHelp("Write a page of tables and figures too.", valueName: "file"))
        var page: String?

        @Flag(help: "One JSON object instead of the table.")
        var json = false

        func run() throws {
            let model = try ProxyFile(path: file)
            guard fresh >= 0 else { throw GymError(.usage, "--fresh is \(fresh); it is a count of designs") }
            if let episodes = model.episodes { return try scoreSteps(model, episodes) }
            var scoring = ProxyScoring(proxy: model.proxy)
            if !logs.isEmpty {
                let read = try read(model)
                try scoring.measure(read.rows, as: "logged")
                scoring.refit(on: read.rows, seed: seed)
                if curve { try scoring.draw(curveFrom: read.rows, seed: seed) }
            }
            if fresh > 0 { try scoreFresh(&scoring) }
            guard !scoring.tests.isEmpty else {
                throw GymError(
                    .usage, "there is nothing to score '\(file)' on: no design in the logs is new to it",
                    hint: "add --fresh N, or a log with other designs")
            }
            scoring.clock()
            Terminal.put(json ? scoring.line(name: file, model).line : scoring.text(name: file))
            if let page { try write(scoring.scores(name: file, model), to: page) }
        }

        /// What the logs have of what the proxy learned.
        func read(_ model: ProxyFile) throws -> ProxyLogs {
            let isOfSteps = model.episodes != nil
            // Steps may be scored on another problem than they were learned from.
            let given = isOfSteps ? option : []
            let named = Set(given.map { String($0.prefix { $0 != "=" }) })
            let own = model.proxy.card.options.split(separator: ";").map(String.init)
                .filter { !named.contains(String($0.prefix { $0 != "=" })) }
            return try ProxyLogs(
                logs, environment: model.proxy.card.environment, options: own + given,
                agents: agent, across: isOfSteps ? .all : .named([]))
        }

        /// Evaluates fresh designs for real.
        private func scoreFresh(_ scoring: inout ProxyScoring) throws {
            let card = scoring.proxy.card
            guard let entry = EnvironmentCatalog.entries.first(where: { $0.datasheet.id == card.environment }) else {
                if logs.isEmpty {
                    throw GymError(
                        .usage, "there is no environment '\(card.environment)' here to score '\(file)' on",
                        hint: "name a log with designs that it does not know")
                }
                return
            }
            let real = try RealModel(entry, options: card.options, given: option, log: log)
            defer { real.close() }
            try scoring.measure(real.fresh(fresh, seed: seed, unlike: scoring.proxy), as: "fresh")
            try scoring.regret(real, seed: seed)
            scoring.modelSeconds = try real.secondsOfEvaluation(of: scoring.tests.last?.rows)
        }

        private func write(_ scores: ProxyScores, to path: String) throws {
            let bundle = VegaBundle.find()
            if bundle == nil { Terminal.say("warning: \(VegaBundle.missing)\n") }
            let html = Page(Report(scores), bundle: bundle, program: "sextant \(Sextant.version)").html
            do { try Data(html.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
                throw GymError(.usage, "'\(path)' can't be written", hint: "name another file with --page")
            }
            Terminal.say(" Wrote \(path)\n")
        }
    }
}
