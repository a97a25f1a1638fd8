import Environments
public import Gym
public import Testing

extension EnvironmentEntry: CustomTestStringConvertible {
    /// The environment's id, so that a failing test says which one.
    public var testDescription: String { datasheet.id }

    /// How many evaluations a test may take: a formula is quick, a simulation is not.
    fileprivate var evaluations: Int { ["Synthetic": 1_000, "LogicSynthesis": 8][datasheet.title] ?? 60 }

    /// Whether some sentence of the description says when the parameter is inert.
    fileprivate func admitsInertness(of name: String) -> Bool {
        // Not at every point: names of other projects hold some.
        datasheet.description.replacing("\n", with: " ").split(separator: ". ").contains {
            $0.contains(name) && $0.contains("inert")
        }
    }
}

/// Every environment that this machine can make: without ABC there is no live logic synthesis.
private let present: [EnvironmentEntry] = {
    let all = EnvironmentCatalog.entries
    guard !RealABC.isThere else { return all }
    print("ABC is not installed: the contract is not checked for its environments")
    return all.filter { $0.datasheet.title != "LogicSynthesis" }
}()

/// One episode of random legal actions. Action and episode follow from the seed alone.
private func episode(of environment: inout any Environment, seed: UInt64) throws -> [Evaluation] {
    var generator = Generator(seed: seed, "actions")
    var observation = try environment.reset(seed: seed)
    var evaluations: [Evaluation] = []
    for _ in 0..<environment.spec.horizon {
        let action = try environment.spec.actionSpace.sample(&generator, legal: observation.legal)
        let evaluation = try environment.step(action, deadline: .none)
        evaluations.append(evaluation)
        if evaluation.terminated { break }
        observation = evaluation.observation
    }
    return evaluations
}

/// The bits of what must be the same each time; metrics that are declared to vary are left out.
private func bits(_ evaluations: [Evaluation], _ spec: EnvironmentSpec) -> [[UInt64?]] {
    evaluations.map { evaluation in
        zip(spec.metrics, evaluation.metrics).map { $0.isDeterministic ? $1?.bitPattern : nil }
            + evaluation.observation.values.map(\.bitPattern)
    }
}

@Suite("every environment keeps the contract")
struct EnvironmentContractTests {
    @Test("datasheet and description agree and are complete", arguments: present)
    func declaration(entry: EnvironmentEntry) throws {
        let (sheet, spec) = (entry.datasheet, try entry.make().spec)
        #expect(spec.id == sheet.id)
        #expect(sheet.id.firstMatch(of: /^[a-z0-9]+(-[a-z0-9]+)*-v[0-9]+$/) != nil)
        #expect(EnvironmentCatalog.entries.count { $0.datasheet.id == sheet.id } == 1)
        for text in [sheet.title, sheet.summary, sheet.description] + sheet.options.map(\.note) {
            #expect(!text.isEmpty)
        }
        #expect(!sheet.references.isEmpty && !sheet.history.isEmpty)
        #expect(spec.horizon >= 1 && !spec.metrics.isEmpty)
        #expect(spec.reference.count == spec.metrics.count)
        let names = spec.actionSpace.parameters.map(\.name) + spec.metrics.map(\.name)
        #expect(Set(names).count == names.count, "two quantities share a name")
        // What stands in for another project's environment keeps its names.
        let own = sheet.id.hasPrefix("archgym-") ? [] : names
        for name in own + sheet.options.map(\.name) {
            #expect(name.firstMatch(of: /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/) != nil, "\(name)")
        }
        #expect(throws: GymError.self) { try entry.make(["no_such_option": 1]) }
    }

    @Test("the reference metrics are those of the default design", arguments: present)
    func reference(entry: EnvironmentEntry) throws {
        var environment = try entry.make()
        guard environment.spec.horizon == 1 else { return }
        let design = try #require(environment.spec.actionSpace.defaultAction)
        _ = try environment.reset(seed: 1)
        let evaluation = try environment.step(design, deadline: .none)
        #expect(evaluation.metrics == environment.spec.reference)
    }

    @Test("random legal actions give metrics that keep their promises", arguments: present)
    func metrics(entry: EnvironmentEntry) throws {
        var environment = try entry.make()
        let spec = environment.spec
        for seed in 0..<UInt64(entry.evaluations) {
            for evaluation in try episode(of: &environment, seed: seed) {
                try #require(evaluation.metrics.count == spec.metrics.count)
                #expect(evaluation.observation.values.count == spec.observationNames.count)
                #expect(!evaluation.observation.values.contains { !$0.isFinite })
                for (metric, value) in zip(spec.metrics, evaluation.metrics) {
                    guard evaluation.status == .ok else {
                        #expect(value == nil, "\(metric.name) of a design that is not ok")
                        continue
                    }
                    guard let value else { continue }
                    #expect(value.isFinite && (!metric.isPositive || value > 0), "\(metric.name) is \(value)")
                }
            }
        }
    }

    @Test("the same seeds give the same evaluations in any order", arguments: present)
    func order(entry: EnvironmentEntry) throws {
        var (first, second) = (try entry.make(), try entry.make())
        let seeds = Array(0..<UInt64(entry.evaluations / 2))
        let forwards = try seeds.map { try episode(of: &first, seed: $0) }
        let backwards = try seeds.reversed().map { try episode(of: &second, seed: $0) }
        for (one, other) in zip(forwards, backwards.reversed()) {
            #expect(bits(one, first.spec) == bits(other, first.spec))
        }
    }

    @Test("and on several threads at once", arguments: present)
    func threads(entry: EnvironmentEntry) async throws {
        let prepared = try entry.make()
        let seeds = Array(0..<UInt64(entry.evaluations / 4))
        var alone = prepared
        let wanted = try seeds.map { try episode(of: &alone, seed: $0) }
        try await withThrowingTaskGroup(of: [[Evaluation]].self) { group in
            for _ in 0..<4 {
                // Copies share what the instance has prepared, such as a trace.
                group.addTask {
                    var copy = prepared
                    return try seeds.map { try episode(of: &copy, seed: $0) }
                }
            }
            for try await found in group {
                for (one, other) in zip(wanted, found) {
                    #expect(bits(one, prepared.spec) == bits(other, prepared.spec))
                }
            }
        }
    }

    @Test(
        "every value of every parameter is legal and changes a metric, or the datasheet says when it is inert",
        arguments: present)
    func influence(entry: EnvironmentEntry) throws {
        var environment = try entry.make()
        let space = environment.spec.actionSpace
        var generator = Generator(seed: 17, "contexts")
        let contexts = try (0..<12).map { _ in try space.sample(&generator) }
        for (place, parameter) in space.parameters.enumerated() where !entry.admitsInertness(of: parameter.name) {
            var silent = Set(Self.coarseValues(of: parameter))
            for context in contexts where !silent.isEmpty {
                var outcomes: [(value: Double, bits: [[UInt64?]])] = []
                for value in Self.coarseValues(of: parameter) {
                    var action = context
                    action[place] = value
                    guard space.contains(action), space.active(action)[place] else { continue }
                    _ = try environment.reset(seed: 1)
                    let evaluation = try environment.step(action, deadline: .none)
                    outcomes.append((value, bits([evaluation], environment.spec)))
                }
                for outcome in outcomes where outcomes.contains(where: { $0.bits != outcome.bits }) {
                    silent.remove(outcome.value)
                }
            }
            #expect(silent.isEmpty, "\(parameter.name) at \(silent.sorted()) changes nothing, and nothing says so")
        }
    }

    @Test("an illegal action is rejected by the parameter's name", arguments: present)
    func illegal(entry: EnvironmentEntry) throws {
        let space = try entry.make().spec.actionSpace
        let design = try #require(space.defaultAction)
        for (place, parameter) in space.parameters.enumerated() {
            for value in [parameter.highest + 1, parameter.lowest - 1, .nan, .infinity] {
                var action = design
                action[place] = value
                #expect {
                    try space.checked(action)
                } throws: { error in
                    (error as? GymError)?.code == .illegalAction && (error as? GymError)?.field == parameter.name
                }
            }
        }
    }

    // The session refuses a step before reset; a pure environment has no episode that could be missing.
    @Test(
        "a step before the first reset is an error, or gives what it gives after", arguments: present
    )
    func stepBeforeReset(entry: EnvironmentEntry) throws {
        var environment = try entry.make()
        let spec = environment.spec
        let action = try #require(spec.actionSpace.defaultAction)
        guard spec.isPure, spec.horizon == 1 else {
            #expect {
                _ = try environment.step(action, deadline: .none)
            } throws: { error in
                (error as? GymError)?.code == .stepBeforeReset
            }
            return
        }
        let before = try environment.step(action, deadline: .none)
        _ = try environment.reset(seed: 5)
        let after = try environment.step(action, deadline: .none)
        #expect(bits([before], spec) == bits([after], spec))
        #expect(before.terminated && after.terminated)
    }

    /// Every choice of a categorical, at most nine values of a numeric one, its ends among them.
    private static func coarseValues(of parameter: Parameter) -> [Double] {
        if parameter.isCategorical { return (0..<(parameter.discreteCount ?? 0)).map(Double.init) }
        let values = (0...8).map { parameter.decode(Double($0) / 8) }
        return values.enumerated().filter { $0.offset == 0 || values[$0.offset - 1] != $0.element }.map(\.element)
    }
}
