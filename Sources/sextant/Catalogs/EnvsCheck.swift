import ArgumentParser
import Environments
import Exchange
import Foundation
import Gym
import Studies

extension Envs {
    /// `sextant envs check`: whether environments keep the contract.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that an environment keeps the contract that agents rely on.",
            discussion: """
                Same seeds and actions give the same bits, random legal designs give finite metrics, illegal ones are \
                refused, every parameter matters. At a broker elsewhere the samples go into its log.

                Examples:
                  sextant envs check dram-controller-v0
                  sextant envs check tcp://127.0.0.1:5755 my-model-v0
                """)

        @Argument(help: "An environment's id, or the endpoint of a broker.")
        var target: String

        @Argument(help: "The environment's id at that broker (default: all that outside workers serve there).")
        var id: String?

        @Option(name: .long, help: ArgumentHelp("An option of the environment.", valueName: "name=value"))
        var option: [String] = []

        @Option(help: "About how many designs are evaluated for each rule.")
        var evaluations = 100

        @OptionGroup var key: KeyOption

        @Flag(help: "One JSON object per finding.")
        var json = false

        func run() throws {
            var broker: Broker?
            let client: Client
            var sheets: [Datasheet]
            if target.contains("://") {
                client = try Client(endpoint: target, key: key.read())
                sheets = try remote(client)
            } else {
                guard key.key == nil else {
                    throw GymError(
                        .usage, "a key opens a broker, and none is named", hint: "sextant envs check ENDPOINT --key …")
                }
                let entry = try Offers.entry(target)
                var configuration = Broker.Configuration(environments: [entry])
                configuration.workers = try Threads.count(nil)
                let own = try Broker(configuration, sink: NoLog(), endpoints: ["inproc://sextant"])
                client = try Client(endpoint: own.endpoints[0], context: own.context)
                (broker, sheets) = (own, [entry.datasheet])
            }
            defer { broker?.stop() }
            let broken = try sheets.reduce(0) { try $0 + check($1, client) }
            if broken > 0 {
                throw GymError(.badInput, "\(broken) rule\(broken == 1 ? " is" : "s are") broken; see above")
            }
        }

        private func remote(_ client: Client) throws -> [Datasheet] {
            let offers = try client.list()
            if let id {
                guard let offer = offers.first(where: { $0.datasheet.id == id }) else {
                    throw GymError.unknown(.unknownEnvironment, "environment", id, among: offers.map(\.datasheet.id))
                }
                return [offer.datasheet]
            }
            let outside = offers.filter { $0.servedBy != "built-in" }.map(\.datasheet)
            guard !outside.isEmpty else {
                throw GymError(
                    .usage, "no outside worker serves an environment at \(target)",
                    hint: "name one: sextant envs check \(target) \(offers.first?.datasheet.id ?? "ID")")
            }
            return outside
        }

        /// Checks one environment and returns how many rules it breaks.
        private func check(_ sheet: Datasheet, _ client: Client) throws -> Int {
            let options = try Assignments.parse(option, of: "--option")
            let study = "check-\(sheet.id)"
            var count = 0
            var conformance = Conformance(sheet, evaluations: evaluations) { slots in
                count += 1
                let label = "\(Int(Date().timeIntervalSince1970 * 1_000))-\(count)"
                return try client.make(
                    sheet.id, options: options,
                    trial: TrialDescription(study: study, label: label, agent: "check", slots: slots), isCaching: false)
            }
            var broken = 0
            if !json { Terminal.put("  \(sheet.id)") }
            try conformance.run { finding in
                if finding.verdict == .broken { broken += 1 }
                Terminal.put(json ? line(finding, of: sheet.id).line : text(finding))
            }
            return broken
        }

        private func text(_ finding: Conformance.Finding) -> String {
            let mark = [.kept: "ok    ", .doubtful: "doubt ", .broken: "BROKEN"][finding.verdict] ?? ""
            return "    \(mark)  \(finding.rule)" + (finding.detail.isEmpty ? "" : " · \(finding.detail)")
        }

        private func line(_ finding: Conformance.Finding, of id: String) -> JSONText {
            .object([
                "environment": .text(id), "rule": .text(finding.rule), "verdict": .text(finding.verdict.rawValue),
                "detail": .text(finding.detail),
            ])
        }
    }
}
