import Environments
import Gym
import Proxies
import Studies

/// What the program can make: the environments of the catalog, and proxies by their files.
enum Offers {
    /// How a proxy is named wherever an environment's id goes: this and the file.
    static let proxyMark = "proxy:"

    /// The environment of an id, or of `proxy:FILE`.
    ///
    /// - Throws: `GymError`: an unknown id with a guess, or a file that is no proxy.
    static func entry(_ id: String) throws -> EnvironmentEntry {
        guard id.hasPrefix(proxyMark) else { return try EnvironmentCatalog.entry(id) }
        return try proxy(String(id.dropFirst(proxyMark.count)))
    }

    /// The environments of these ids, or the whole catalog where none is named.
    static func entries(_ ids: [String]) throws -> [EnvironmentEntry] {
        try ids.isEmpty ? EnvironmentCatalog.entries : ids.map(entry)
    }

    /// The catalog, and the proxies of a plan.
    static func entries(of plan: Plan) -> [EnvironmentEntry] {
        var entries = EnvironmentCatalog.entries
        for trial in plan.trials where trial.cell.environment.origin != nil {
            let id = trial.cell.environment.datasheet.id
            if !entries.contains(where: { $0.datasheet.id == id }) { entries.append(trial.cell.environment) }
        }
        return entries
    }

    /// The proxy of a file as an environment: what it foretells goes by an id of its own, so that no learned number
    /// ever stands among real ones.
    @Sendable static func proxy(_ path: String) throws -> EnvironmentEntry {
        let file = try ProxyFile(path: path)
        let (proxy, card, id) = (file.proxy, file.proxy.card, file.environmentID)
        let learned = proxy.choices.map { "\($0.metric) by \($0.model)" }.joined(separator: ", ")
        let things = file.episodes == nil ? "designs" : "steps"
        let caution = OptionSpec(
            "caution", .number(0...100), default: 0,
            note: "by how many deviations every metric is made worse, to keep a search where much is known")
        let datasheet = Datasheet(
            id: id, title: "Proxy",
            summary: "a model of \(card.environment), learned from \(Figures.count(card.designs)) \(things)",
            description: """
                Foretells \(learned). It was trained on \(things) of \(card.environment)\
                \(card.options.isEmpty ? "" : " with \(card.options)"): \(Figures.count(card.designs)) unique ones of \
                \(Figures.count(card.samples)) samples, by \(card.agents) agents in \(card.studies) studies. Every \
                row that it gives has the fidelity proxy. `sextant proxy score FILE` measures how far it is off.
                """,
            options: file.episodes == nil ? [caution] : [],
            references: ["trained on data \(card.contentHash), written by \(file.program)"],
            history: ["the file hashes to \(file.contentHash)"])
        if let episodes = file.episodes {
            return EnvironmentEntry(datasheet, origin: proxyMark + path) { _ in
                try LearnedEpisodes(proxy, episodes, id: id)
            }
        }
        return EnvironmentEntry(datasheet, origin: proxyMark + path) { options in
            Oneshot(LearnedModel(proxy, id: id, caution: options.number("caution")))
        }
    }
}
