import Agents
import Gym
import Testing

/// What an agent may be told at its worst.
private enum Fuzz: String, CaseIterable {
    case infeasible, notANumber, infinities, ties, enormous, everything

    func reward(_ draw: inout Generator) -> Double? {
        switch self {
        case .infeasible: nil
        case .notANumber: .nan
        case .infinities: draw.chance(0.5) ? .infinity : -.infinity
        case .ties: 1
        case .enormous: draw.chance(0.5) ? 1e308 : -1e308
        case .everything:
            [nil, .nan, .infinity, -.infinity, 1, 0, -0.0, 1e308, -1e308, .leastNonzeroMagnitude][draw.below(10)]
        }
    }
}

/// All but the one that follows an environment's advice, and has nothing to follow here; it has tests of its own.
private let searching = AgentCatalog.entries.filter { $0.name != "heuristic" }

@Suite("every agent keeps the contract")
struct AgentContractTests {
    @Test("names and hyperparameters are fit for a manifest", arguments: AgentCatalog.entries)
    func declaration(entry: AgentEntry) throws {
        #expect(entry.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" })
        #expect(!entry.summary.isEmpty)
        #expect(AgentCatalog.entries.count { $0.name == entry.name } == 1)
        for parameter in entry.hyperparameters.parameters {
            #expect(!parameter.note.isEmpty, "\(parameter.name) has no note")
            #expect(parameter.defaultValue != nil || parameter.note.contains("left out"), "\(parameter.name)")
        }
    }

    @Test("the same seed and tells give the same asks, another seed gives others", arguments: searching)
    func determinism(entry: AgentEntry) throws {
        func history(_ seed: UInt64) throws -> [Action] {
            var drive = Drive(try entry.made(Problems.problem(Problems.mixed), seed: seed))
            try drive.run(150) { $0[1] + $0[0] }
            return drive.actions
        }
        #expect(try history(7) == history(7))
        #expect(try history(7) != history(8))
    }

    @Test("asks that are answered from a history repeat it, short tells included", arguments: searching)
    func replay(entry: AgentEntry) throws {
        let problem = Problems.problem(Problems.mixed, slots: 5)
        var first = Drive(try entry.made(problem), slots: 5)
        for number in 0..<40 { try first.round(limit: number % 6) { $1[0] - $1[1] } }
        var again = Drive(try entry.made(problem), slots: 5)
        let rewards = first.rewards
        for number in 0..<40 { try again.round(limit: number % 6) { place, _ in rewards[place] } }
        #expect(first.actions == again.actions)
    }

    @Test("as many legal, canonical actions as observations, whatever the batch", arguments: searching)
    func legality(entry: AgentEntry) throws {
        for slots in [1, 2, 7, 64] {
            var drive = Drive(try entry.made(Problems.problem(Problems.mixed, slots: slots)), slots: slots)
            for _ in 0..<12 {
                let asked = try drive.round { $1[1] }
                #expect(asked.count == slots)
                #expect(asked.allSatisfy { Problems.mixed.contains($0) && Problems.mixed.canonical($0) == $0 })
            }
        }
    }

    @Test("masks are honoured, in one step and in several", arguments: searching, [1, 5])
    func masks(entry: AgentEntry, horizon: Int) throws {
        let problem = Problems.problem(Problems.mixed, horizon: horizon)
        var drive = Drive(try entry.made(problem))
        drive.endsEpisodes = false
        for number in 0..<150 {
            drive.legal = [[number % 3 != 0, number % 3 != 1, number % 3 == 2]]
            // Where a tell is short, the next mask meets an action that was asked for under another one.
            let asked = try drive.round(limit: number % 5) { $1[0] }
            #expect(asked.allSatisfy { Problems.mixed.allows($0, legal: drive.legal) && Problems.mixed.contains($0) })
        }
    }

    @Test("nothing that it is told upsets it", arguments: searching, Fuzz.allCases)
    private func fuzz(entry: AgentEntry, kind: Fuzz) throws {
        var draw = Generator(seed: 99, kind.rawValue)
        for horizon in [1, 3] {
            var agent = try entry.made(Problems.problem(Problems.mixed, horizon: horizon))
            for number in 0..<300 {
                let asked = try agent.ask([Observation](repeating: Observation(), count: 4))
                #expect(asked.allSatisfy(Problems.mixed.contains))
                let violations = [0, 1, .nan, .infinity]
                let told = asked.prefix(draw.below(5)).map { action in
                    Problems.transition(
                        number, action, reward: kind.reward(&draw), violation: violations[draw.below(4)],
                        isOver: draw.chance(0.5))
                }
                try agent.tell(told)
            }
        }
    }

    @Test("shuffled, foreign, repeated and malformed tells upset nothing either", arguments: searching)
    func fuzzedTells(entry: AgentEntry) throws {
        var draw = Generator(seed: 41, "tells")
        for horizon in [1, 3] {
            var agent = try entry.made(Problems.problem(Problems.mixed, horizon: horizon))
            var asked: [Action] = []
            for number in 0..<200 {
                if draw.chance(0.8) {
                    asked = try agent.ask([Observation](repeating: Observation(), count: 1 + draw.below(6)))
                    #expect(asked.allSatisfy(Problems.mixed.contains))
                }
                var told = draw.shuffled(asked).prefix(draw.below(8)) + asked.prefix(draw.below(2))
                for _ in 0..<draw.below(3) { told.append(try Problems.mixed.sample(&draw)) }
                if draw.chance(0.1) { told += [[], [1, 2], [Double](repeating: .nan, count: 5)] }
                try agent.tell(
                    told.map { action in
                        let reward = draw.chance(0.2) ? nil : draw.unit()
                        return Problems.transition(number, action, reward: reward, isOver: draw.chance(0.5))
                    })
            }
        }
    }

    @Test("it learns from samples that it did not ask for", arguments: searching)
    func warmStart(entry: AgentEntry) throws {
        var agent = try entry.made(Problems.problem(Problems.line(30), budget: 30, slots: 1))
        let known = (1...20).map { Problems.transition($0, [Double($0)], reward: Double($0)) }
        try agent.tell(known)
        var drive = Drive(agent, slots: 1)
        try drive.run(10) { $0[0] }
        #expect(Set(drive.actions) == Set((21...30).map { [Double($0)] }))
    }

    /// Agents that look at no result can't be expected to find what others look for.
    private static let learners = searching.filter { !["random", "sobol", "grid"].contains($0.name) }

    @Test("it beats random search on a bowl", arguments: learners)
    func bowl(entry: AgentEntry) throws {
        let random = try #require(AgentCatalog.entries.first { $0.name == "random" })
        let wins = try (1...10).count { seed in
            let bests = try [entry, random].map { entry in
                var drive = Drive(try entry.made(Problems.problem(Problems.bowl, budget: 300), seed: UInt64(seed)))
                try drive.run(300, reward: Problems.bowlReward)
                return drive.best
            }
            return bests[0] > bests[1]
        }
        #expect(wins >= 9)
    }

    @Test("it reaches every value of every parameter", arguments: searching)
    func coverage(entry: AgentEntry) throws {
        let space = Problems.mixed
        var seen = [Set<Double>](repeating: [], count: space.parameters.count)
        for seed in 1...4 {
            var drive = Drive(try entry.made(Problems.problem(space, budget: 500), seed: UInt64(seed)))
            try drive.run(500) { _ in 0 }
            for action in drive.actions {
                for (place, value) in action.enumerated() { seen[place].insert(value) }
            }
        }
        for (parameter, values) in zip(space.parameters, seen) {
            if let count = parameter.discreteCount {
                #expect(values.count == count, "\(parameter.name)")
            } else {
                // A tenth of the range holds none of 2,000 uniform draws with a chance below 1e-90.
                let tenths = Set(values.map { Int(parameter.encode($0) * 10) })
                #expect(tenths.isSuperset(of: 0..<10), "\(parameter.name)")
            }
        }
    }

    @Test("no design twice in a space that is larger than the budget", arguments: searching)
    func duplicates(entry: AgentEntry) throws {
        var drive = Drive(try entry.made(Problems.problem(Problems.line(2_000), budget: 1_500)))
        try drive.run(1_500) { -abs($0[0] - 700) }
        #expect(Set(drive.actions).count == 1_500)
    }

    @Test("a small space is seen whole, and asking goes on after that", arguments: searching)
    func exhaustion(entry: AgentEntry) throws {
        for space in [Problems.line(1), Problems.line(3), Problems.line(50)] {
            let count = Int(space.cardinality)
            var drive = Drive(try entry.made(Problems.problem(space, slots: 1)), slots: 1)
            try drive.run(5 * count) { $0[0] }
            #expect(Set(drive.actions.prefix(count)).count == count)
            #expect(drive.actions.count == 5 * count)
        }
    }

    @Test("any draw of its hyperparameters works", arguments: searching)
    func settings(entry: AgentEntry) throws {
        var draw = Generator(seed: 5, "settings")
        for _ in 0..<40 {
            let named = entry.hyperparameters.named(try entry.hyperparameters.sample(&draw))
            let given = Dictionary(
                uniqueKeysWithValues: named.compactMap { name, value in value.map { (name, $0) } })
            var drive = Drive(try entry.made(Problems.problem(Problems.mixed, budget: 80), given))
            try drive.run(80) { $0[1] }
            #expect(drive.actions.allSatisfy(Problems.mixed.contains))
        }
    }
}
