import Files
import Gym

/// Tuned defaults: for every family of environments, each agent's configuration that did best in a lottery.
public enum Preset {
    /// The file of presets that a lottery gives: of each agent's configurations, its defaults among them, the one with
    /// the best mean score over all problems and budgets of a family.
    ///
    /// It was chosen by these very runs, so it looks better there than it is; the file's first lines say so.
    public static func text(of results: [LotteryResult], plan: Plan) -> String {
        let seeds = Set(plan.trials.map(\.seed)).sorted().map(String.init)
        let shown = seeds.count > 5 ? "\(seeds[0]) … \(seeds[seeds.count - 1])" : seeds.joined(separator: ", ")
        var lines = [
            "# Tuned defaults from the lottery \(plan.study), chosen with the seeds \(shown): judge them by others.",
            "# Scores: 0 is the median random design, 1 the best known.",
        ]
        var families: [(name: String, results: [LotteryResult])] = []
        for result in results {
            if let place = families.firstIndex(where: { $0.name == result.family }) {
                families[place].results.append(result)
            } else {
                families.append((result.family, [result]))
            }
        }
        for family in families {
            let agents = choices(family.results)
            guard !agents.isEmpty else { continue }
            lines.append("\(YAMLText.scalar(.text(family.name))):")
            lines += agents.map { "  " + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line per agent that had more than one configuration.
    private static func choices(_ results: [LotteryResult]) -> [String] {
        var names: [String] = []
        for name in results.flatMap(\.contenders).map(\.agent.name) where !names.contains(name) { names.append(name) }
        return names.compactMap { name in
            let contenders = results.map { $0.contenders.filter { $0.agent.name == name } }
            // Random search, which all are measured by, was not tuned.
            guard contenders.joined().contains(where: { !$0.isSingle }), let best = best(contenders) else { return nil }
            let space = contenders.joined().first?.agent.hyperparameters
            let values = best.settings.entries(in: space ?? Space([]))
            var remark = "\(Figures.number(best.score))"
            if let defaults = best.defaults, defaults != best.score {
                remark += ", its defaults \(Figures.number(defaults))"
            }
            let count = results.count == 1 ? "" : ", mean over \(results.count) tables"
            return "\(name): \(YAMLText.mapping(values))    # \(remark)\(count)"
        }
    }

    /// The configuration with the best mean over all tables; one that lacks a score in any is left out.
    private static func best(
        _ tables: [[ContenderResult]]
    ) -> (settings: Settings, score: Double, defaults: Double?)? {
        var scores: [Settings: [Double]] = [:]
        var order: [Settings] = []
        for configuration in tables.joined().flatMap(\.all) {
            if scores[configuration.settings] == nil { order.append(configuration.settings) }
            scores[configuration.settings, default: []].append(configuration.mean)
        }
        func mean(_ settings: Settings) -> Double? {
            guard let all = scores[settings], all.count >= tables.count else { return nil }
            return all.reduce(0, +) / Double(all.count)
        }
        let ranked = order.compactMap { settings in mean(settings).map { (settings: settings, score: $0) } }
        // The first of equals, which is the defaults where they are among them.
        let top = ranked.map(\.score).max()
        guard let best = ranked.first(where: { $0.score == top }) else { return nil }
        let defaults = tables.first?.first?.all.first { $0.number == 0 }.flatMap { mean($0.settings) }
        return (best.settings, best.score, defaults)
    }

    /// The hyperparameters that a file of presets has for an agent on a family of environments.
    ///
    /// - Throws: `GymError` (`bad-input`) for a file that can't be read, without the family or the agent, or with a
    ///   value that the agent can't have.
    static func values(_ file: YAMLNode, of agent: AgentEntry, family: String) throws -> [String: Value] {
        let families = try file.entries()
        guard let found = families.first(where: { $0.name == family })?.value else {
            throw GymError(
                .badInput, "the presets have nothing for \(family)",
                hint: "they are for: " + families.map(\.name).joined(separator: ", "), place: file.place)
        }
        guard let node = try found.entries().first(where: { $0.name == agent.name })?.value else {
            throw found.error("the presets for \(family) have nothing for the agent '\(agent.name)'")
        }
        let names = agent.hyperparameters.parameters.map(\.name)
        return try node.fields(names, kind: "hyperparameter of '\(agent.name)'").values(in: agent.hyperparameters)
    }
}
