package import Gym

/// Finds good mappings: climbing with a falling tolerance, by moves of one or two prime factors, two loops or one tile;
/// first from the mapping that is made in closed form, then from near the best so far, and now and then from a random
/// one.
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
    private static let patience = 300
    /// So much worse may a neighbour be, as a share, at the beginning of that wait; nothing at its end.
    private static let tolerance = 0.05
    /// How often climbs begin anew and not near the best.
    private static let freshRounds = 3

    /// Prepares a search.
    package init(_ space: MappingSpace, goal: Goal = .product) { (self.space, self.goal) = (space, goal) }

    /// Searches with a budget of evaluations, of which none leaves the mapping made in closed form; nil where the
    /// architecture can't run the layer in any way that was tried.
    ///
    /// - Throws: `DeadlineExpired`.
    package func run(evaluations: Int, seed: UInt64, deadline: Deadline = .none) throws -> Outcome? {
        var generator = Generator(seed: seed, "mapping search")
        var climb = Climb(space, goal)
        var round = climb.startFromDataflow() ? 0 : 1
        while climb.count < evaluations {
            try deadline.check()
            if round > 0 {
                if round.isMultiple(of: MappingSearch.freshRounds) || !climb.hasFound {
                    climb.start(&generator, budget: evaluations)
                } else {
                    climb.leaveBest(&generator, budget: evaluations)
                }
            }
            round += 1
            climb.beginRound()
            var idle = 0
            while idle < MappingSearch.patience, climb.count < evaluations {
                let left = 1 - Double(idle) / Double(MappingSearch.patience)
                idle = climb.step(&generator, tolerance: MappingSearch.tolerance * left) ? 0 : idle + 1
                if climb.count.isMultiple(of: 1_024) { try deadline.check() }
            }
        }
        let mapping = climb.best.mapping(in: space)
        guard climb.hasFound, let report = space.model.report(mapping).report else { return nil }
        return Outcome(mapping: mapping, report: report, evaluations: climb.count)
    }
}

/// Where a search stands.
private struct Climb {
    private let space: MappingSpace
    private let goal: MappingSearch.Goal
    private var current: MappingChoice
    /// What is tried; it trades places with the current one, so that a step allocates nothing.
    private var next: MappingChoice
    private var currentCost = Double.infinity
    /// The least since the round began.
    private var roundCost = Double.infinity
    private(set) var best: MappingChoice
    private var leastCost = Double.infinity
    var hasFound: Bool { leastCost.isFinite }
    private var price: Price
    private var spent = 0
    var count: Int { price.count + spent }

    init(_ space: MappingSpace, _ goal: MappingSearch.Goal) {
        (self.space, self.goal) = (space, goal)
        (current, next, best) = (MappingChoice(space), MappingChoice(space), MappingChoice(space))
        price = Price(space, goal)
    }

    /// Begins with the mapping that is made in closed form; false where it can't be run.
    mutating func startFromDataflow() -> Bool {
        let (choice, cost, count) = DataflowMapping(space, goal: goal).best()
        spent = count
        guard let choice else { return false }
        (current, currentCost) = (choice, cost)
        note()
        return true
    }

    /// Begins anew: from everything in the outermost level, factors go to random places in random order, each as long
    /// as the mapping can then still be run.
    mutating func start(_ generator: inout Generator, budget: Int) {
        current = MappingChoice(space)
        for level in current.orders.indices { current.setOrder(generator.shuffled(space.dimensions), of: level) }
        for (level, operand) in space.keepChoices where generator.chance(0.2) {
            current.kept[level].remove(OperandSet(operand))
        }
        currentCost = price.cost(of: current)
        if !currentCost.isFinite, count < budget {
            for (level, operand) in space.keepChoices { current.kept[level].remove(OperandSet(operand)) }
            currentCost = price.cost(of: current)
        }
        for place in generator.shuffled(Array(space.factors.indices)) where count < budget {
            next.assign(current)
            next.slots[place] = slot(of: place, &generator)
            let cost = price.cost(of: next)
            if cost.isFinite {
                swap(&current, &next)
                currentCost = cost
            }
        }
        note()
    }

    /// Begins near the best mapping so far: some factors go to other places, and each level may get another order.
    mutating func leaveBest(_ generator: inout Generator, budget: Int) {
        current.assign(best)
        currentCost = leastCost
        for _ in 0..<max(2, space.factors.count / 4) where count < budget && !space.factors.isEmpty {
            next.assign(current)
            let place = generator.below(next.slots.count)
            next.slots[place] = slot(of: place, &generator)
            if generator.chance(0.5), space.dimensions.count > 1 { swapLoops(&generator) }
            let cost = price.cost(of: next)
            if cost.isFinite {
                swap(&current, &next)
                currentCost = cost
            }
        }
        note()
    }

    /// Tries a neighbour and takes it where it is not worse than tolerated; true where it is the best of its round.
    mutating func step(_ generator: inout Generator, tolerance: Double) -> Bool {
        next.assign(current)
        let dice = generator.unit()
        if dice < 0.7, !space.factors.isEmpty {
            moveFactor(&generator)
        } else if dice < 0.95, space.dimensions.count > 1 {
            swapLoops(&generator)
        } else if !space.keepChoices.isEmpty {
            let (level, operand) = space.keepChoices[generator.below(space.keepChoices.count)]
            next.kept[level].formSymmetricDifference(OperandSet(operand))
        }
        let cost = price.cost(of: next)
        guard cost <= currentCost * (1 + tolerance) else { return false }
        let isBetter = cost < roundCost
        swap(&current, &next)
        currentCost = cost
        if isBetter {
            roundCost = cost
            note()
        }
        return isBetter
    }

    /// From here on a round's best is counted.
    mutating func beginRound() { roundCost = currentCost }

    private mutating func note() {
        guard currentCost < leastCost else { return }
        leastCost = currentCost
        best.assign(current)
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

    /// Gives a factor another place, or the place of another factor, which full tiles and meshes leave room for.
    private mutating func moveFactor(_ generator: inout Generator) {
        let place = generator.below(next.slots.count)
        let other = generator.below(next.slots.count)
        let (here, there) = (space.slots[next.slots[place]], space.slots[next.slots[other]])
        if generator.chance(0.4), space.rules.allows(space.factors[place].dimension, at: there),
            space.rules.allows(space.factors[other].dimension, at: here)
        {
            next.slots.swapAt(place, other)
        } else {
            next.slots[place] = slot(of: place, &generator)
        }
    }

    private mutating func swapLoops(_ generator: inout Generator) {
        let level = generator.below(next.orders.count)
        // Dimensions that run once lie behind the others and stay there.
        let (a, b) = (generator.below(space.dimensions.count), generator.below(space.dimensions.count))
        let order = next.orders[level]
        (next.orders[level][a], next.orders[level][b]) = (order[b], order[a])
    }
}
