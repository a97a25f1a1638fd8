import Environments
import Foundation
import Gym
import Proxies
import Samples
import Studies

/// The samples of one environment in some logs, as proxies learn from them.
struct ProxyLogs {
    /// The unique designs.
    private(set) var rows: DesignRows
    /// The episodes of an environment of steps, which has no rows.
    private(set) var episodes: EpisodeRows?
    /// The options of all trials that were read, as the log has them.
    let options: String
    /// What was read.
    private(set) var logs: [DataCard.Log] = []
    /// The metrics that the trials sought, in the environment's order.
    private(set) var sought: [String] = []

    /// In which options trials may differ: those named, or any. Only steps are learned across some, since what is seen
    /// says which problem it is.
    enum Across {
        case named(Set<String>)
        case all

        /// An identity without these options.
        func common(_ identity: String) -> String {
            guard case .named(let names) = self else { return "" }
            return identity.split(separator: ";").filter { !names.contains(String($0.prefix { $0 != "=" })) }
                .joined(separator: ";")
        }
    }

    /// Reads all trials of an environment, or those with the given options and of the given agents.
    ///
    /// - Throws: `GymError`: no such log, an environment or agent that none of them has, with a guess, or trials whose
    ///   options differ, since their numbers are those of different problems.
    init(
        _ paths: [String], environment: String, options given: [String], agents: [String] = [],
        across: Across = .named([])
    ) throws {
        var found: [(path: String, log: SampleLog, trials: [TrialSummary])] = []
        var known: Set<String> = []
        for path in paths {
            let log = try SampleLog(path: path, mode: .read)
            let trials = try log.studies().flatMap { try log.trials(of: $0.name) }
            known.formUnion(trials.map(\.environment))
            found.append((path, log, trials.filter { $0.environment == environment && $0.samples > 0 }))
        }
        defer { found.forEach { $0.log.close() } }
        guard known.contains(environment) else {
            throw GymError.unknown(
                .usage, "samples of the environment", environment, among: known.sorted(),
                hint: "it is not in \(paths.joined(separator: ", "))")
        }
        let there = Set(found.flatMap { $0.trials.map(\.description.agent) })
        for agent in agents where !there.contains(agent) {
            throw GymError.unknown(.usage, "trial of the agent", agent, among: there.sorted())
        }
        let chosen = found.map { entry in
            let trials = entry.trials.filter { agents.isEmpty || agents.contains($0.description.agent) }
            return (entry.path, entry.log, trials.filter { ProxyLogs.fits($0.description.options, given) })
        }
        let identities = Set(chosen.flatMap { $0.2.map { across.common($0.description.options) } }).sorted()
        guard let options = identities.first, identities.count == 1, let first = chosen.first(where: { !$0.2.isEmpty })
        else {
            throw GymError(
                .usage,
                identities.isEmpty
                    ? "no trial of '\(environment)' has \(given.joined(separator: " and "))"
                    : "the trials of '\(environment)' have different options",
                hint: identities.isEmpty
                    ? nil : "choose with --option name=value among:\n" + identities.joined(separator: "\n"))
        }
        self.options = options
        let spec = try first.1.spec(of: first.2[0].number)
        let page = try first.1.samples(of: first.2[0].number, from: 0, limit: 1_000)
        rows = DesignRows(
            ProxyLogs.described(spec, from: page.first { $0.evaluation.status == .ok }?.action))
        if spec.horizon > 1 {
            episodes = EpisodeRows(rows.spec)
        } else if case .named(let names) = across, let name = names.min() {
            throw GymError(
                .usage, "designs of '\(environment)' can't be learned across the option '\(name)'",
                hint: "numbers of different problems would stand side by side; choose with --option \(name)=value")
        }
        for (number, (path, log, trials)) in chosen.enumerated() {
            var hash = ContentHash()
            for trial in trials { try read(trial, of: log, Int64(number), spec, &hash) }
            logs.append(DataCard.Log(name: URL(filePath: path).lastPathComponent, contentHash: hash.text))
        }
        let objectives = chosen.flatMap(\.2).compactMap { Objective(text: $0.description.objective) }
        let names = Set(objectives.flatMap { $0.terms.map(\.metric) })
        sought = spec.metrics.map(\.name).filter(names.contains)
    }

    /// The description with its defaults and notes, which a log does not keep, where the catalog has the same space;
    /// else, as for an imported table, with a design of the log for defaults, so that there is one to begin from.
    private static func described(_ logged: EnvironmentSpec, from design: Action?) -> EnvironmentSpec {
        let entry = EnvironmentCatalog.entries.first { $0.datasheet.id == logged.id }
        var known = try? entry?.make().spec
        if known?.metrics.map(\.name) != logged.metrics.map(\.name) { known = nil }
        let parameters = logged.actionSpace.parameters.enumerated().map { place, parameter -> Parameter in
            let own = known?.actionSpace.parameters.first { $0.name == parameter.name }
            // An option may have changed what there is to choose from.
            let usual = own?.defaultValue.flatMap {
                (try? parameter.value(of: $0, code: .badInput)) == nil ? nil : $0
            }
            return Parameter(
                parameter.name, parameter.domain, scale: parameter.scale, unit: parameter.unit,
                default: known == nil ? design.map { parameter.named($0[place]) } : usual,
                note: own?.note ?? parameter.note)
        }
        let space = Space(
            parameters, constraints: logged.actionSpace.constraints.map(\.text),
            activity: logged.actionSpace.activity.mapValues(\.text))
        return EnvironmentSpec(
            id: logged.id, actionSpace: space, observationNames: logged.observationNames,
            metrics: known?.metrics ?? logged.metrics, horizon: logged.horizon, isPure: logged.isPure,
            reference: logged.reference)
    }

    /// Whether the options of a trial hold all that is given.
    private static func fits(_ identity: String, _ given: [String]) -> Bool {
        let parts = Set(identity.split(separator: ";").map(String.init))
        return given.allSatisfy(parts.contains)
    }

    private mutating func read(
        _ trial: TrialSummary, of log: SampleLog, _ place: Int64, _ spec: EnvironmentSpec, _ hash: inout ContentHash
    ) throws {
        let own = try log.spec(of: trial.number)
        guard own.actionSpace == spec.actionSpace, own.metrics.map(\.name) == spec.metrics.map(\.name),
            own.observationNames == spec.observationNames
        else {
            throw GymError(
                .usage, "the trials of '\(spec.id)' have different spaces", hint: "they are of different versions")
        }
        let source = DesignRows.Source(study: trial.description.study, agent: trial.description.agent)
        try log.eachPage(of: trial) { page in
            for sample in page {
                if spec.horizon > 1 {
                    // Trials are numbered log by log.
                    let key = EpisodeRows.Key(
                        trial: place << 40 | trial.number, slot: sample.slot, episode: sample.episode)
                    try episodes?.add(sample, to: key, from: source)
                } else {
                    rows.add(sample.action, sample.evaluation, from: source, fidelity: sample.fidelity)
                }
                for value in sample.action + sample.evaluation.metrics.map({ $0 ?? .nan }) {
                    withUnsafeBytes(of: value.bitPattern.littleEndian) { hash.add($0) }
                }
            }
        }
    }
}
