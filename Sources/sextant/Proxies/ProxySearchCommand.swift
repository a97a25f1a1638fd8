import Agents
import ArgumentParser
import Environments
import Foundation
import Gym
import Proxies
import Studies

extension ProxyCommand {
    /// `sextant proxy search`.
    struct Search: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Search an environment with very few real evaluations, by an agent inside a proxy.",
            discussion: """
                The proxy learns from the logs; the agent searches inside it; the most promising designs are verified \
                by the real environment, and the proxy learns from them too. Verified samples go to --log as a study.

                Examples:
                  sextant proxy search dram-controller-v0 --offline sextant.db --budget 20
                  sextant proxy search dram-controller-v0 --offline a.db --objective "product latency: 1, energy: 1"
                """)

        @Argument(help: "The environment's id.")
        var environment: String

        @Option(help: ArgumentHelp("A log with samples of it; may be repeated.", valueName: "log"))
        var offline: [String]

        @Option(help: ArgumentHelp("An option of the environment; may be repeated.", valueName: "name=value"))
        var option: [String] = []

        @Option(help: "How many designs the real environment evaluates.")
        var budget = 20

        @Option(help: "How many of them at once, before the proxy learns again.")
        var batch = 2

        @Option(help: "The agent that searches inside the proxy.")
        var agent = "genetic"

        @Option(help: "How many designs it proposes there each time.")
        var proposals = 2_000

        @Option(help: "By how many deviations metrics are made worse inside the proxy.")
        var caution = 0.5

        @Option(help: "How far from all known designs one may lie, as a share of its parameters.")
        var reach = 0.4

        @Option(
            help: ArgumentHelp("What is sought, as a log has it (default: the first metric).", valueName: "objective"))
        var objective: String?

        @Option(help: "\(ModelKind.allCases.map(\.rawValue).joined(separator: ", ")), or auto.")
        var model = "auto"

        @Option(help: "Decides everything that is drawn.")
        var seed: UInt64 = 1

        @Option(help: ArgumentHelp("The verified samples' study.", valueName: "name"))
        var study = "proxy-search"

        @Option(help: ArgumentHelp("Where verified samples are logged.", valueName: "file"))
        var log = "sextant.db"

        @Flag(help: "One JSON object per verified design.")
        var json = false

        func run() throws {
            let entry = try EnvironmentCatalog.entry(environment)
            let read = try ProxyLogs(offline, environment: environment, options: option)
            let spec = read.rows.spec
            guard read.episodes == nil else {
                throw GymError(
                    .usage,
                    "'\(environment)' has episodes of \(spec.horizon) steps; proxy search is for single designs")
            }
            let sought = try objective.map(written) ?? .first(of: spec)
            guard let inner = AgentCatalog.entries.first(where: { $0.name == agent }) else {
                throw GymError.unknown(.usage, "agent", agent, among: AgentCatalog.entries.map(\.name))
            }
            var rules = ProxySearch.Rules()
            (rules.budget, rules.batch, rules.proposals) = (budget, batch, proposals)
            (rules.caution, rules.reach, rules.seed) = (caution, reach, seed)
            rules.model = try ProxyText.kind(model)
            var search = try ProxySearch(from: read.rows, objective: sought, agent: inner, rules: rules)
            let real = try RealModel(
                entry, options: read.options, given: option, objective: sought, study: study, log: log)
            defer { real.close() }
            Terminal.say(
                " Searching \(environment) from \(Figures.count(read.rows.rows.count)) known designs, "
                    + "\(budget) real evaluations\n")
            try search.run(evaluate: real.evaluate) { state in
                let best = state.best?.score.reward.map { Figures.number(exp(-$0)) } ?? "–"
                Terminal.say("  verified \(state.verified.count) of \(budget), the best \(best) of the reference\n")
                if Interruption.isRequested { Sextant.leave(with: Interruption.exitCode) }
            }
            if json {
                for (number, one) in search.verified.enumerated() { Terminal.put(line(number, one, spec).line) }
            } else {
                Terminal.put(text(search, spec))
            }
        }

        private func written(_ text: String) throws -> Objective {
            guard let objective = Objective(text: text) else {
                throw GymError(
                    .usage, "'\(text)' is no objective",
                    hint: "such as \"minimize latency\" or \"product latency: 1, energy: 1; area <= 2\"")
            }
            return objective
        }

        private func text(_ search: ProxySearch, _ spec: EnvironmentSpec) -> String {
            guard let best = search.best, let row = search.rows.row(of: best.action) else {
                return "  Nothing that was verified has a reward.\n"
            }
            let isNew = search.verified.contains { $0.action == best.action }
            let design = spec.actionSpace.named(best.action).compactMap { name, value in
                value.map { "\(name)=\($0.text)" }
            }
            let metrics = zip(spec.metrics, row.metrics).prefix(6).compactMap { metric, value in
                value.map { "\(metric.name) \(Figures.quantity($0, unit: metric.unit))" }
            }
            return "  best    \(isNew ? "verified now" : "known before")\n  design  "
                + design.joined(separator: "  ") + "\n  gives   " + metrics.joined(separator: ", ")
                + "\n\n  sextant studies \(study) --log \(log)\n"
        }

        private func line(_ number: Int, _ one: ProxySearch.Verified, _ spec: EnvironmentSpec) -> JSONText {
            let (status, reason) = one.evaluation.status.words
            return .object([
                "number": .number(Double(number)), "action": JSONText(one.action, of: spec.actionSpace),
                "metrics": JSONText(one.evaluation.metrics, of: spec.metrics), "status": .text(status),
                "reason": JSONText(reason), "reward": JSONText(one.score.reward),
                "violation": .number(one.score.violation), "promised": .number(one.promised),
            ])
        }
    }
}
