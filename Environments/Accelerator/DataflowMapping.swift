/// A mapping made in closed form, without a search: meshes are filled first, then every level from the inside takes as
/// many loops as its tiles have room for, in a handful of orders of which the best is taken.
struct DataflowMapping {
    private let space: MappingSpace
    private let goal: MappingSearch.Goal

    init(_ space: MappingSpace, goal: MappingSearch.Goal) { (self.space, self.goal) = (space, goal) }

    /// Which dimensions a level takes first.
    private static let growths: [[LoopDimension]] = [
        [.r, .s, .c, .k, .q, .p, .n, .g], [.r, .s, .q, .p, .c, .k, .n, .g], [.r, .s, .k, .q, .p, .c, .n, .g],
    ]

    /// The loops of a level by the operand that stays while its innermost ones run.
    private static let orders: [[LoopDimension]] = [
        [.p, .q, .n, .k, .c, .r, .s, .g], [.k, .p, .q, .n, .c, .r, .s, .g], [.c, .r, .s, .k, .p, .q, .n, .g],
    ]

    /// The best of them with its cost and how many were priced; nil where none can be run.
    func best() -> (choice: MappingChoice?, cost: Double, count: Int) {
        var price = Price(space, goal)
        var (best, least): (MappingChoice?, Double) = (nil, .infinity)
        func consider(_ choice: MappingChoice) {
            let cost = price.cost(of: choice)
            if cost < least { (best, least) = (choice, cost) }
        }
        let inner = space.keepChoices.filter { $0.operand == .weights && $0.level > 0 }
        for unrolling in space.rules.unrollings {
            for growth in DataflowMapping.growths {
                for bypasses in inner.isEmpty ? [false] : [false, true] {
                    var filling = Filling(space)
                    if bypasses {
                        for (level, operand) in inner { filling.choice.kept[level].remove(OperandSet(operand)) }
                    }
                    filling.unroll(unrolling)
                    filling.grow(growth)
                    consider(filling.choice)
                }
            }
        }
        guard let base = best else { return (nil, .infinity, price.count) }
        let last = space.model.architecture.levels.count - 1
        for outer in DataflowMapping.orders {
            for order in DataflowMapping.orders {
                var choice = base
                choice.setOrder(outer.filter(space.dimensions.contains), of: last)
                for level in 0..<last { choice.setOrder(order.filter(space.dimensions.contains), of: level) }
                consider(choice)
            }
        }
        return (best, least, price.count)
    }
}

/// A mapping that is being filled from the inside.
private struct Filling {
    private let space: MappingSpace
    var choice: MappingChoice
    /// What each level's tile covers.
    private var parts: [Extents]
    /// The factors that still run at the outermost level.
    private var free: [Bool]

    init(_ space: MappingSpace) {
        self.space = space
        choice = MappingChoice(space)
        parts = Array(repeating: .ones, count: space.model.architecture.levels.count)
        free = Array(repeating: true, count: space.factors.count)
    }

    /// Unrolls the largest divisors that meshes have room for, the outermost mesh first.
    mutating func unroll(_ unrolling: MappingRules.Unrolling) {
        for (place, slot) in space.slots.enumerated() where slot.kind != .time {
            let storage = space.model.architecture.levels[slot.level]
            var room = slot.kind == .x ? storage.meshX : storage.meshY
            for dimension in slot.kind == .x ? unrolling.columns : unrolling.rows
            where room > 1 && space.rules.allows(dimension, at: slot) {
                room /= take(dimension, upTo: room, to: place)
            }
        }
    }

    /// Gives the largest divisor of what is left of a dimension to a slot, and says which that was.
    private mutating func take(_ dimension: LoopDimension, upTo room: Int, to slot: Int) -> Int {
        var rest = 1
        for (place, factor) in space.factors.enumerated() where free[place] && factor.dimension == dimension {
            rest *= factor.prime
        }
        var divisor = min(room, rest)
        while !rest.isMultiple(of: divisor) { divisor -= 1 }
        var taken = 1
        for (place, factor) in space.factors.enumerated()
        where free[place] && factor.dimension == dimension && (divisor / taken).isMultiple(of: factor.prime) {
            if put(place, at: slot) { taken *= factor.prime }
        }
        return taken
    }

    /// Fills levels with loops, the innermost first.
    mutating func grow(_ dimensions: [LoopDimension]) {
        for level in 0..<(parts.count - 1) {
            let slot = MappingSpace.Slot(level: level, kind: .time)
            guard let place = space.slots.firstIndex(of: slot) else { continue }
            for dimension in dimensions where space.rules.allows(dimension, at: slot) {
                for (factor, entry) in space.factors.enumerated() where free[factor] && entry.dimension == dimension {
                    _ = put(factor, at: place)
                }
            }
        }
    }

    /// Moves a factor inwards where the tiles then still fit.
    private mutating func put(_ factor: Int, at slot: Int) -> Bool {
        let (dimension, prime) = space.factors[factor]
        let level = space.slots[slot].level
        for outer in level..<(parts.count - 1) {
            var part = parts[outer]
            part[dimension] *= prime
            guard fits(part, at: outer) else { return false }
        }
        for outer in level..<parts.count { parts[outer][dimension] *= prime }
        (choice.slots[factor], free[factor]) = (slot, false)
        return true
    }

    private func fits(_ part: Extents, at level: Int) -> Bool {
        let architecture = space.model.architecture
        let storage = architecture.levels[level]
        guard let room = storage.usableWords else { return true }
        var needed = 0
        for operand in Operand.allCases where choice.kept[level].contains(OperandSet(operand)) {
            let words = architecture.words(space.model.layer.size(of: operand, part), of: operand)
            if let share = storage.share(of: operand), words > share { return false }
            needed += words
        }
        return needed <= room
    }
}

/// Prices choices, one after the other, in the same room.
struct Price {
    private let space: MappingSpace
    private let goal: MappingSearch.Goal
    private var mapping: Mapping
    private var report: MappingReport
    /// How many were priced.
    private(set) var count = 0

    init(_ space: MappingSpace, _ goal: MappingSearch.Goal) {
        (self.space, self.goal) = (space, goal)
        mapping = MappingChoice(space).mapping(in: space)
        report = MappingReport(levels: space.model.architecture.levels.count)
    }

    /// What a goal minimises; infinite for a mapping that can't be run.
    mutating func cost(of choice: MappingChoice) -> Double {
        count += 1
        choice.write(into: &mapping, in: space)
        guard space.model.evaluate(mapping, into: &report) == nil else { return .infinity }
        switch goal {
        case .product: return report.energy * report.cycles
        case .energy: return report.energy
        case .cycles: return report.cycles
        }
    }
}
