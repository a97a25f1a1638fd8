import ArgumentParser
import Environments
import Exchange
import Gym
import Studies

/// `sextant envs`: what can be searched.
struct Envs: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the environments, print the datasheet of one, or check that one keeps the contract.",
        subcommands: [Show.self, Check.self], defaultSubcommand: Show.self)

    /// `sextant envs [ID]`: the list, or the datasheet of one.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the environments, or print the datasheet of one (the default).")

        @Argument(help: "The environment's id.")
        var id: String?

        @Option(help: ArgumentHelp("Ask a broker instead of this program.", valueName: "endpoint"))
        var at: String?

        @OptionGroup var key: KeyOption

        @Flag(help: "One JSON object per environment.")
        var json = false

        /// An environment with what its default instance is.
        private typealias Offer = (datasheet: Datasheet, spec: EnvironmentSpec?)

        func run() throws {
            guard key.key == nil || at != nil else {
                throw GymError(.usage, "a key opens a broker, and none is named", hint: "add --at ENDPOINT")
            }
            // Some can't be made on every machine, for want of an outside program; their datasheets can be read all the
            // same.
            var offers = try at.map(remote) ?? EnvironmentCatalog.entries.map { ($0.datasheet, try? $0.make().spec) }
            var id = id
            if at == nil, let name = id, name.hasPrefix(Offers.proxyMark) {
                let entry = try Offers.entry(name)
                (offers, id) = ([(entry.datasheet, try entry.make().spec)], entry.datasheet.id)
            }
            if let id {
                guard let offer = offers.first(where: { $0.datasheet.id == id }) else {
                    throw GymError.unknown(.unknownEnvironment, "environment", id, among: offers.map(\.datasheet.id))
                }
                offers = [offer]
                if !json { return Terminal.put(DatasheetText(offer.datasheet, offer.spec).text) }
            }
            if json {
                for offer in offers { Terminal.put(line(offer).line) }
            } else {
                Terminal.put(table(offers))
            }
        }

        private func remote(_ endpoint: String) throws -> [Offer] {
            try Client(endpoint: endpoint, key: key.read()).list().map { ($0.datasheet, $0.spec) }
        }

        private func table(_ offers: [Offer]) -> String {
            let columns = [
                Table.Column("id"), Table.Column("family"), Table.Column("parameters", .right),
                Table.Column("designs", .right), Table.Column("steps", .right), Table.Column("metrics"),
            ]
            let rows = offers.map { sheet, spec in
                let metrics = spec?.metrics ?? []
                let names = metrics.prefix(3).map { $0.unit == "1" ? $0.name : "\($0.name) \($0.unit)" }
                return [
                    sheet.id, sheet.title, spec.map { "\($0.actionSpace.parameters.count)" } ?? "",
                    spec.map { Figures.number($0.actionSpace.cardinality) } ?? "", spec.map { "\($0.horizon)" } ?? "",
                    names.joined(separator: ", ") + (metrics.count > 3 ? " and \(metrics.count - 3) more" : ""),
                ]
            }
            return Table(columns, rows: rows).text + "\n  sextant envs ID prints the datasheet of one.\n"
        }

        private func line(_ offer: Offer) -> JSONText {
            let (sheet, spec) = offer
            return .object([
                "id": .text(sheet.id), "title": .text(sheet.title), "summary": .text(sheet.summary),
                "description": .text(sheet.description),
                "options": .list(sheet.options.map(\.json)),
                "parameters": .list((spec?.actionSpace.parameters ?? []).map(\.json)),
                "constraints": .list((spec?.actionSpace.constraints ?? []).map { .text($0.text) }),
                "metrics": .list((spec?.metrics ?? []).map(\.json)),
                "horizon": JSONText((spec?.horizon).map(Double.init)),
                "reference": spec.map { JSONText($0.reference, of: $0.metrics) } ?? .null,
                "references": .list(sheet.references.map(JSONText.text)),
                "history": .list(sheet.history.map(JSONText.text)),
            ])
        }
    }
}

extension OptionSpec {
    fileprivate var json: JSONText {
        .object([
            "name": .text(name), "kind": .text(kindText), "default": JSONText(defaultValue), "note": .text(note),
        ])
    }
}

extension Parameter {
    /// The parameter for a program to read.
    var json: JSONText {
        var fields: [String: JSONText] = [
            "name": .text(name), "values": .text(domainText), "scale": .text(scale.rawValue), "unit": .text(unit),
            "default": JSONText(defaultValue), "note": .text(note),
        ]
        switch domain {
        case .integer(let range, let step):
            fields["integer"] = .list([range.lowerBound, range.upperBound, step].map { .number(Double($0)) })
        case .real(let range): fields["real"] = .list([.number(range.lowerBound), .number(range.upperBound)])
        case .ordinal(let values): fields["ordinal"] = .list(values.map(JSONText.number))
        case .categorical(let choices): fields["categorical"] = .list(choices.map(JSONText.text))
        }
        return .object(fields)
    }
}

extension Metric {
    fileprivate var json: JSONText {
        .object([
            "name": .text(name), "unit": .text(unit), "goal": .text(goal.rawValue), "positive": .bool(isPositive),
            "deterministic": .bool(isDeterministic), "note": .text(note),
        ])
    }
}
