package import Gym

/// Finds good mappings: hill climbing from random starts with moves of one prime factor, two loops or one tile.
///
/// The result depends on nothing but the layer, the architecture, the goal, the number of evaluations and the seed.
package struct MappingSearch: Sendable {
    /// What is minimised.
    package enum Goal: String, Sendable, CaseIterable {
        /// Energy times cycles.
        case product = "edp"
        case energy
        case cycles
    }

    /// What was found.
    package struct Outcome: Sendable {
        /// The best mapping.
        package let mapping: Mapping
        /// What it costs.
        package let report: MappingReport
        /// How many mappings were evaluated, those that can't be run among them.
        package let evaluations: Int
    }

    private let space: MappingSpace
    private let goal: Goal
    /// A climb is given up after this many evaluations without a better mapping.
    private static let patience = 500

    /// Prepares a search.
    package init(_ space: MappingSpace, goal: Goal = .product) { (self.space, self.goal) = (space, goal) }

    /// Searches with a budget of evaluations; nil where the architecture can't run the layer in any way that was tried.
    ///
    /// - Throws: `DeadlineExpired`.
    package func run(evaluations: Int, seed: UInt64, deadline: Deadline = .none) throws -> Outcome? {
        var generator = Generator(seed: seed, "mapping search")
        var climb = Climb(space, goal)
        while climb.count < evaluations {
            try deadline.check()
            climb.start(&generator, budget: evaluations)
            var idle = 0
            while idle < MappingSearch.patience, climb.count < evaluations {
                idle = climb.step(&generator) ? 0 : idle + 1
                if climb.count.isMultiple(of: 1_024) { try deadline.check() }
            }
        }
        guard let best = climb.best else { return nil }
        let mapping = best.mapping(in: space)
        guard let report = space.model.report(mapping).report else { return nil }
        return Outcome(mapping: mapping, report: report, evaluations: climb.count)
    }
}

/// Where a search stands.
private struct Climb {
    private let space: MappingSpace
    private let goal: MappingSearch.Goal
    private var current: MappingChoice
    private var currentCost = Double.infinity
    private(set) var best: MappingChoice?
    private var leastCost = Double.infinity
    private(set) var count = 0
    private var mapping: Mapping
    private var report: MappingReport

    init(_ space: MappingSpace, _ goal: MappingSearch.Goal) {
        (self.space, self.goal) = (space, goal)
        current = MappingChoice(space)
        mapping = current.mapping(in: space)
        report = MappingReport(levels: space.model.architecture.levels.count)
    }

    /// Begins anew: from everything in the outermost level, factors go to random places in random order, each as long
    /// as the mapping can then still be run.
    mutating func start(_ generator: inout Generator, budget: Int) {
        current = MappingChoice(space)
        for level in current.orders.indices { current.setOrder(generator.shuffled(space.dimensions), of: level) }
        for (level, operand) in space.keepChoices where generator.chance(0.2) {
            current.kept[level].remove(OperandSet(operand))
        }
        currentCost = cost(of: current)
        if !currentCost.isFinite, count < budget {
            for (level, operand) in space.keepChoices { current.kept[level].remove(OperandSet(operand)) }
            currentCost = cost(of: current)
        }
        for place in generator.shuffled(Array(space.factors.indices)) where count < budget {
            var next = current
            next.slots[place] = slot(of: place, &generator)
            let cost = cost(of: next)
            if cost.isFinite { (current, currentCost) = (next, cost) }
        }
        note()
    }

    /// Tries a neighbour and takes it where it is not worse; true where it is better.
    mutating func step(_ generator: inout Generator) -> Bool {
        var next = current
        let dice = generator.unit()
        if dice < 0.7, !space.factors.isEmpty {
            let place = generator.below(next.slots.count)
            next.slots[place] = slot(of: place, &generator)
        } else if dice < 0.95, space.dimensions.count > 1 {
            swapLoops(&next, &generator)
        } else if !space.keepChoices.isEmpty {
            let (level, operand) = space.keepChoices[generator.below(space.keepChoices.count)]
            next.kept[level].formSymmetricDifference(OperandSet(operand))
        }
        let cost = cost(of: next)
        guard cost <= currentCost else { return false }
        let isBetter = cost < currentCost
        (current, currentCost) = (next, cost)
        if isBetter { note() }
        return isBetter
    }

    private mutating func note() {
        guard currentCost < leastCost else { return }
        (best, leastCost) = (current, currentCost)
    }

    private mutating func cost(of choice: MappingChoice) -> Double {
        count += 1
        choice.write(into: &mapping, in: space)
        guard space.model.evaluate(mapping, into: &report) == nil else { return .infinity }
        switch goal {
        case .product: return report.energy * report.cycles
        case .energy: return report.energy
        case .cycles: return report.cycles
        }
    }

    /// Slots in space weigh three times as much, since arrays that are left idle are seldom good.
    private func slot(of factor: Int, _ generator: inout Generator) -> Int {
        let dimension = space.factors[factor].dimension
        func weight(_ slot: MappingSpace.Slot) -> Int {
            guard space.rules.allows(dimension, at: slot) else { return 0 }
            return slot.kind == .time ? 1 : 3
        }
        var draw = generator.below(space.slots.reduce(0) { $0 + weight($1) })
        for (place, slot) in space.slots.enumerated() {
            draw -= weight(slot)
            if draw < 0 { return place }
        }
        return 0
    }

    private func swapLoops(_ choice: inout MappingChoice, _ generator: inout Generator) {
        let level = generator.below(choice.orders.count)
        // Dimensions that run once lie behind the others and stay there.
        let (a, b) = (generator.below(space.dimensions.count), generator.below(space.dimensions.count))
        let order = choice.orders[level]
        (choice.orders[level][a], choice.orders[level][b]) = (order[b], order[a])
    }
}
