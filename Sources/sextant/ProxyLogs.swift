import Environments
import Foundation
import Gym
import Proxies
import Samples
import Studies

/// The samples of one environment in some logs, as proxies learn from them.
struct ProxyLogs {
    private static let pageSize = 1_000

    /// The unique designs.
    private(set) var rows: DesignRows
    /// The options of all trials that were read, as the log has them.
    let options: String
    /// What was read.
    private(set) var logs: [DataCard.Log] = []
    /// The metrics that the trials sought, in the environment's order.
    private(set) var sought: [String] = []

    /// Reads all trials of an environment, or those with the given options.
    ///
    /// - Throws: `GymError`: no such log, an environment that none of them has, with a guess, or trials whose options
    ///   differ, since their numbers are those of different problems.
    init(_ paths: [String], environment: String, options given: [String]) throws {
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
        let chosen = found.map { entry in
            (entry.path, entry.log, entry.trials.filter { ProxyLogs.fits($0.description.options, given) })
        }
        let identities = Set(chosen.flatMap { $0.2.map(\.description.options) }).sorted()
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
        rows = DesignRows(ProxyLogs.described(spec))
        for (path, log, trials) in chosen {
            var hash = ContentHash()
            for trial in trials { try read(trial, of: log, spec, &hash) }
            logs.append(DataCard.Log(name: URL(filePath: path).lastPathComponent, contentHash: hash.text))
        }
        let objectives = chosen.flatMap(\.2).compactMap { Objective(text: $0.description.objective) }
        let names = Set(objectives.flatMap { $0.terms.map(\.metric) })
        sought = spec.metrics.map(\.name).filter(names.contains)
    }

    /// The description with its defaults and notes, which a log does not keep, where the catalog has the same space.
    private static func described(_ logged: EnvironmentSpec) -> EnvironmentSpec {
        guard let entry = EnvironmentCatalog.entries.first(where: { $0.datasheet.id == logged.id }),
            let known = try? entry.make().spec, known.metrics.map(\.name) == logged.metrics.map(\.name)
        else { return logged }
        let parameters = logged.actionSpace.parameters.map { parameter -> Parameter in
            guard let own = known.actionSpace.parameters.first(where: { $0.name == parameter.name }) else {
                return parameter
            }
            // An option may have changed what there is to choose from.
            let value = own.defaultValue.flatMap { (try? parameter.value(of: $0, code: .badInput)) == nil ? nil : $0 }
            return Parameter(
                parameter.name, parameter.domain, scale: parameter.scale, unit: parameter.unit, default: value,
                note: own.note)
        }
        let space = Space(
            parameters, constraints: logged.actionSpace.constraints.map(\.text),
            activity: logged.actionSpace.activity.mapValues(\.text))
        return EnvironmentSpec(
            id: logged.id, actionSpace: space, observationNames: logged.observationNames, metrics: known.metrics,
            horizon: logged.horizon, isPure: logged.isPure, reference: logged.reference)
    }

    /// Whether the options of a trial hold all that is given.
    private static func fits(_ identity: String, _ given: [String]) -> Bool {
        let parts = Set(identity.split(separator: ";").map(String.init))
        return given.allSatisfy(parts.contains)
    }

    private mutating func read(
        _ trial: TrialSummary, of log: SampleLog, _ spec: EnvironmentSpec, _ hash: inout ContentHash
    ) throws {
        guard try log.spec(of: trial.number).actionSpace == spec.actionSpace else {
            throw GymError(
                .usage, "the trials of '\(spec.id)' have different spaces", hint: "they are of different versions")
        }
        let source = DesignRows.Source(study: trial.description.study, agent: trial.description.agent)
        var next: Int64 = 0
        while true {
            let page = try log.samples(of: trial.number, from: next, limit: Self.pageSize)
            for sample in page {
                rows.add(sample.action, sample.evaluation, from: source, fidelity: sample.fidelity)
                for value in sample.action + sample.evaluation.metrics.map({ $0 ?? .nan }) {
                    withUnsafeBytes(of: value.bitPattern.littleEndian) { hash.add($0) }
                }
            }
            guard let last = page.last else { return }
            next = last.number + 1
        }
    }
}
