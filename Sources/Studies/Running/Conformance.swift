public import Gym

/// Whether an environment keeps the contract, tried through sessions like any agent's; `sextant envs check` prints it.
public struct Conformance {
    /// One sentence of the contract and what came of trying it.
    public struct Finding: Sendable, Hashable {
        /// How it went.
        public enum Verdict: String, Sendable, Hashable {
            case kept, doubtful, broken
        }

        /// The sentence.
        public let rule: String
        /// Whether it holds.
        public let verdict: Verdict
        /// What was seen.
        public let detail: String
    }

    private let datasheet: Datasheet
    private let open: (Int) throws -> any Session
    private let evaluations: Int
    private var generator = Generator(seed: 1, "conformance")

    /// Prepares to try an environment with this datasheet; `open` makes a session with so many slots that answers
    /// nothing from a cache. About `evaluations` random designs are evaluated per rule.
    public init(_ datasheet: Datasheet, evaluations: Int = 100, open: @escaping (Int) throws -> any Session) {
        (self.datasheet, self.evaluations, self.open) = (datasheet, max(4, evaluations), open)
    }

    /// Tries every rule; `note` hears of each finding as it comes.
    ///
    /// - Throws: what the broker does where a session can't be made at all.
    public mutating func run(note: (Finding) -> Void) throws {
        let session = try open(1)
        let spec = session.spec
        note(description(spec))
        note(try refusal(session))
        _ = try session.reset(seeds: [1])
        note(try reference(session))
        try session.close(.finished)
        let actions = try plays(of: spec)
        let first = try play(actions, slots: 1)
        note(validity(first, spec))
        let again = try play(actions, slots: 1)
        note(Conformance.equality(first, again, spec, "the same seeds and actions give the same bits"))
        let together = try play(actions, slots: min(8, actions.count))
        note(Conformance.equality(first, together, spec, "and on eight slots at once"))
        note(try influence(spec))
    }

    // MARK: What is written

    private func description(_ spec: EnvironmentSpec) -> Finding {
        var missing: [String] = []
        for (name, text) in [
            ("title", datasheet.title), ("summary", datasheet.summary), ("description", datasheet.description),
        ] where text.isEmpty { missing.append("a \(name)") }
        if spec.actionSpace.defaultAction == nil { missing.append("a default for every parameter") }
        missing += spec.metrics.filter { $0.unit.isEmpty }.map { "a unit of '\($0.name)'" }
        missing += spec.actionSpace.parameters.filter { $0.note.isEmpty }.map { "a note on '\($0.name)'" }
        let detail =
            missing.isEmpty
            ? "\(spec.actionSpace.parameters.count) parameters, \(spec.metrics.count) metrics, "
                + "\(spec.horizon) step\(spec.horizon == 1 ? "" : "s") an episode"
            : "missing: " + missing.prefix(4).joined(separator: ", ") + (missing.count > 4 ? ", …" : "")
        return Finding(
            rule: "the datasheet is complete", verdict: missing.isEmpty ? .kept : .doubtful, detail: detail)
    }

    private func refusal(_ session: any Session) throws -> Finding {
        let rule = "a step before reset and an illegal action are refused"
        guard let parameter = session.spec.actionSpace.parameters.first,
            let design = session.spec.actionSpace.defaultAction
        else { return Finding(rule: rule, verdict: .doubtful, detail: "not tried: there is no default design") }
        var illegal = design
        illegal[0] = parameter.highest + 1
        for (action, code) in [(design, GymError.Code.stepBeforeReset), (illegal, .illegalAction)] {
            do {
                _ = try session.step([action])
                return Finding(rule: rule, verdict: .broken, detail: "'\(code.rawValue)' did not come")
            } catch let error as GymError where error.code == code { continue } catch let error as GymError {
                return Finding(rule: rule, verdict: .broken, detail: error.message)
            }
        }
        return Finding(rule: rule, verdict: .kept, detail: "'\(parameter.name)' was named")
    }

    private func reference(_ session: any Session) throws -> Finding {
        let rule = "the default design can be evaluated"
        guard let design = session.spec.actionSpace.defaultAction, let step = try session.step([design]).first else {
            return Finding(rule: rule, verdict: .doubtful, detail: "there is none: rewards relate to nothing")
        }
        let (spec, evaluation) = (session.spec, step.evaluation)
        guard evaluation.status == .ok else {
            return Finding(rule: rule, verdict: .broken, detail: "it is \(evaluation.status.words)")
        }
        if let index = spec.metrics.indices.first(where: { index in
            spec.isOneshot && spec.reference[index] != nil && spec.reference[index] != evaluation.metrics[index]
        }) {
            return Finding(
                rule: rule, verdict: .broken,
                detail: "its \(spec.metrics[index].name) is not the reference that the spec states")
        }
        let value = evaluation.metrics.first.flatMap(\.self).map {
            Figures.quantity($0, unit: spec.metrics[0].unit)
        }
        return Finding(rule: rule, verdict: .kept, detail: value.map { "\(spec.metrics[0].name) \($0)" } ?? "")
    }

    // MARK: Random designs

    /// One list of actions per episode: random designs, or episodes of random steps.
    private mutating func plays(of spec: EnvironmentSpec) throws -> [[Action]] {
        let length = min(spec.horizon, 50)
        return try (0..<max(2, evaluations / length)).map { _ in
            try (0..<length).map { _ in try spec.actionSpace.sample(&generator) }
        }
    }

    /// Plays every episode with the seed of its place until it ends.
    private func play(_ plays: [[Action]], slots: Int) throws -> [[Evaluation]] {
        let session = try open(slots)
        defer { try? session.close(.finished) }
        var played: [[Evaluation]] = []
        for start in stride(from: 0, to: plays.count, by: slots) {
            let group = plays[start..<min(plays.count, start + slots)]
            var results = [[Evaluation]](repeating: [], count: group.count)
            var isOver = [Bool](repeating: false, count: group.count)
            var observations = try session.reset(seeds: (0..<slots).map { UInt64(start + $0) })
            for place in 0..<(group.first?.count ?? 0) where isOver.contains(false) {
                let actions = group.enumerated().map { slot, actions in
                    // The same choice however many slots there are.
                    var generator = Generator(seed: UInt64(start + slot), "mask \(place)")
                    return session.spec.actionSpace.masked(
                        actions[place], legal: observations[slot].legal, &generator)
                }
                for (slot, step) in try session.step(actions).enumerated() {
                    observations[slot] = step.observation
                    if !isOver[slot] { results[slot].append(step.evaluation) }
                    if step.evaluation.terminated || step.truncated { isOver[slot] = true }
                }
            }
            played += results
        }
        return played
    }

    private func validity(_ played: [[Evaluation]], _ spec: EnvironmentSpec) -> Finding {
        let all = played.flatMap(\.self)
        let failed = all.filter { if case .failed = $0.status { true } else { false } }
        let infeasible = all.count { if case .infeasible = $0.status { true } else { false } }
        let detail = "\(all.count - failed.count - infeasible) ok, \(infeasible) infeasible, \(failed.count) failed"
        let reason = failed.first.map { ": \($0.status.words)" } ?? ""
        let verdict: Finding.Verdict =
            !failed.isEmpty ? .broken : infeasible * 10 > all.count * 9 ? .doubtful : .kept
        return Finding(
            rule: "random legal actions give finite metrics, or say why not", verdict: verdict, detail: detail + reason)
    }

    private static func equality(
        _ one: [[Evaluation]], _ other: [[Evaluation]], _ spec: EnvironmentSpec, _ rule: String
    ) -> Finding {
        for (episode, pair) in zip(one, other).enumerated() {
            guard pair.0.count == pair.1.count else {
                return Finding(rule: rule, verdict: .broken, detail: "episode \(episode) has another length")
            }
            for (step, pair) in zip(pair.0, pair.1).enumerated() {
                guard let name = Conformance.difference(pair.0, pair.1, spec) else { continue }
                return Finding(
                    rule: rule, verdict: .broken, detail: "\(name) differs in episode \(episode), step \(step)")
            }
        }
        return Finding(rule: rule, verdict: .kept, detail: "\(one.count) episodes")
    }

    /// The first thing that differs though nothing says that it may.
    private static func difference(_ one: Evaluation, _ other: Evaluation, _ spec: EnvironmentSpec) -> String? {
        if one.status != other.status { return "the status" }
        if one.observation.values != other.observation.values { return "the observation" }
        return spec.metrics.indices.first { index in
            spec.metrics[index].isDeterministic && one.metrics[index] != other.metrics[index]
        }.map { spec.metrics[$0].name }
    }

    // MARK: Parameters

    private mutating func influence(_ spec: EnvironmentSpec) throws -> Finding {
        let rule = "every parameter changes a metric"
        guard spec.isOneshot else {
            return Finding(rule: rule, verdict: .kept, detail: "not tried: what a step does depends on its episode")
        }
        let session = try open(1)
        defer { try? session.close(.finished) }
        _ = try session.reset(seeds: [1])
        var silent: [String] = []
        for (place, parameter) in spec.actionSpace.parameters.enumerated() {
            if try !hasInfluence(place, session) { silent.append("'\(parameter.name)'") }
        }
        guard !silent.isEmpty else { return Finding(rule: rule, verdict: .kept, detail: "each of them did") }
        let detail = silent.joined(separator: ", ") + " changed nothing; the datasheet should say when it is inert"
        return Finding(rule: rule, verdict: .doubtful, detail: detail)
    }

    private mutating func hasInfluence(_ place: Int, _ session: any Session) throws -> Bool {
        let (space, parameter) = (session.spec.actionSpace, session.spec.actionSpace.parameters[place])
        for _ in 0..<6 {
            let context = try space.sample(&generator)
            var seen: Evaluation?
            for feature in [0.0, 0.5, 1] {
                var action = context
                action[place] = parameter.decode(feature)
                guard space.contains(action), space.active(action)[place] else { continue }
                guard let step = try session.step([space.canonical(action)]).first else { continue }
                if let seen, seen != step.evaluation { return true }
                seen = step.evaluation
            }
        }
        return false
    }
}

extension Evaluation.Status {
    /// As the end of a sentence.
    fileprivate var words: String {
        switch self {
        case .ok: "ok"
        case .infeasible(let reason): "infeasible (\(reason))"
        case .failed(let reason): "failed (\(reason))"
        }
    }
}
