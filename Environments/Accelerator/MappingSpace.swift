package import Gym

/// The mappings of one layer on one architecture as a space: which loop each prime factor of each dimension goes to, in
/// which order loops lie, and which operands each level keeps. Factors always multiply to the layer's extents, so only
/// meshes and capacities can be exceeded.
package struct MappingSpace: Sendable {
    /// Where a factor can go: a level's temporal loops, or the columns or rows of the mesh below it.
    package struct Slot: Sendable, Hashable {
        /// Which way it is unrolled.
        package enum Kind: Sendable, Hashable { case time, x, y }
        /// Of the architecture, the innermost 0.
        package let level: Int
        /// In time or space.
        package let kind: Kind
    }

    /// The layer and the hardware.
    package let model: MappingModel
    /// The outermost loops first; a mesh of one column or row has no slot.
    package let slots: [Slot]
    /// The prime factors of all dimensions, the dimensions in order and each one's primes rising.
    package let factors: [(dimension: LoopDimension, prime: Int)]
    /// The dimensions that run more than once.
    package let dimensions: [LoopDimension]
    /// Levels and operands between keeping and bypassing which there is a choice, the outer levels first.
    package let keepChoices: [(level: Int, operand: Operand)]
    /// What a dataflow prescribes; a search keeps to it, the parameters of `space` do not know it.
    package let rules: MappingRules

    private var architecture: Architecture { model.architecture }

    /// Lists what there is to choose.
    package init(_ model: MappingModel, rules: MappingRules = MappingRules()) {
        (self.model, self.rules) = (model, rules)
        let levels = model.architecture.levels
        slots = levels.indices.reversed().flatMap { level in
            [Slot(level: level, kind: .time)] + (levels[level].meshX > 1 ? [Slot(level: level, kind: .x)] : [])
                + (levels[level].meshY > 1 ? [Slot(level: level, kind: .y)] : [])
        }
        let extents = model.layer.extents
        dimensions = LoopDimension.allCases.filter { extents[$0] > 1 }
        factors = dimensions.flatMap { dimension in
            Primes.factors(of: extents[dimension]).map { (dimension, $0) }
        }
        let free = levels.indices.dropLast().reversed().filter { rules.kept(at: $0) == nil }
        keepChoices = free.flatMap { level in
            Operand.allCases.filter { levels[level].holds.contains(OperandSet($0)) }.map { (level, $0) }
        }
    }

    /// The name of a slot, as choices of parameters have it: `glb`, `glb_x`, `glb_y`.
    package func name(of slot: Slot) -> String {
        let name = architecture.levels[slot.level].name
        return slot.kind == .time ? name : slot.kind == .x ? name + "_x" : name + "_y"
    }

    private var factorNames: [String] {
        var seen: [String: Int] = [:]
        return factors.map { dimension, prime in
            let name = "\(dimension.letter.lowercased())_\(prime)"
            seen[name, default: 0] += 1
            return "\(name)_\(seen[name] ?? 0)"
        }
    }

    /// The parameters of a whole mapping, whose defaults are the given one.
    ///
    /// - Throws: `GymError` (`too-large`) for a layer with more factors than a space can have.
    package func space(default mapping: Mapping) throws -> Space {
        let defaults = action(of: mapping)
        let words = slots.map(name)
        var parameters = zip(factorNames, factors).map { name, factor in
            Parameter(
                name, .categorical(words), note: "where a factor \(factor.prime) of \(factor.dimension.letter) runs")
        }
        for level in architecture.levels.indices.reversed() where dimensions.count > 1 {
            parameters += dimensions.map {
                Parameter(
                    "order_\(architecture.levels[level].name)_\($0.letter.lowercased())",
                    .integer(0...(dimensions.count - 1)),
                    note:
                        "the greater, the farther out the loop over \($0.letter) lies; equal ones by N G K C P Q R S"
                )
            }
        }
        parameters += keepChoices.map { level, operand in
            Parameter(
                "keep_\(architecture.levels[level].name)_\(operand.letter.lowercased())", .categorical(["no", "yes"]),
                note: "whether \(operand.letter) has a tile there")
        }
        return try Space(
            checking: zip(parameters, defaults).map { parameter, value in
                Parameter(
                    parameter.name, parameter.domain, default: parameter.named(value), note: parameter.note)
            })
    }

    /// The mapping that an action of `space` describes.
    ///
    /// With `foldsOverflow` a factor that finds no room on its mesh runs in time at the same level instead.
    package func mapping(of action: Action, foldsOverflow: Bool = false) -> Mapping {
        var choice = MappingChoice(self)
        for place in factors.indices { choice.slots[place] = Int(action[place]) }
        if foldsOverflow { foldOverflow(&choice) }
        var place = factors.count
        if dimensions.count > 1 {
            for level in architecture.levels.indices.reversed() {
                let ranks = action[place..<(place + dimensions.count)]
                let inner = zip(dimensions, ranks).enumerated().sorted {
                    ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
                }
                choice.setOrder(inner.map(\.element.0), of: level)
                place += dimensions.count
            }
        }
        for (level, operand) in keepChoices {
            if action[place] == 0 { choice.kept[level].remove(OperandSet(operand)) }
            place += 1
        }
        return choice.mapping(in: self)
    }

    /// Takes factors in order as long as the mesh has room.
    private func foldOverflow(_ choice: inout MappingChoice) {
        var used = [Int](repeating: 1, count: slots.count)
        for place in factors.indices {
            let slot = choice.slots[place]
            let storage = architecture.levels[slots[slot].level]
            guard slots[slot].kind != .time else { continue }
            let room = slots[slot].kind == .x ? storage.meshX : storage.meshY
            if used[slot] * factors[place].prime <= room {
                used[slot] *= factors[place].prime
            } else {
                let inTime = Slot(level: slots[slot].level, kind: .time)
                choice.slots[place] = slots.firstIndex(of: inTime) ?? 0
            }
        }
    }

    /// The action that describes a mapping whose factors multiply to the layer's extents.
    package func action(of mapping: Mapping) -> Action {
        var action: Action = []
        for dimension in dimensions {
            var rest = slots.map { mapping.factor(of: dimension, at: $0) }
            for prime in Primes.factors(of: model.layer.extents[dimension]) {
                let slot = rest.firstIndex { $0.isMultiple(of: prime) && $0 > 1 } ?? 0
                rest[slot] /= rest[slot] > 1 ? prime : 1
                action.append(Double(slot))
            }
        }
        if dimensions.count > 1 {
            for level in architecture.levels.indices.reversed() {
                let order = mapping.levels[level].order
                let places = (0..<8).map { Int(order[$0]) }.filter { place in
                    dimensions.contains { $0.rawValue == place }
                }
                action += dimensions.map { Double(places.firstIndex(of: $0.rawValue) ?? 0) }
            }
        }
        action += keepChoices.map { mapping.levels[$0.level].kept.contains(OperandSet($0.operand)) ? 1 : 0 }
        return action
    }
}

extension Mapping {
    /// How often a dimension runs in a slot.
    package func factor(of dimension: LoopDimension, at slot: MappingSpace.Slot) -> Int {
        switch slot.kind {
        case .time: levels[slot.level].temporal[dimension]
        case .x: levels[slot.level].spatialX[dimension]
        case .y: levels[slot.level].spatialY[dimension]
        }
    }

    mutating func multiply(_ dimension: LoopDimension, at slot: MappingSpace.Slot, by factor: Int) {
        switch slot.kind {
        case .time: levels[slot.level].temporal[dimension] *= factor
        case .x: levels[slot.level].spatialX[dimension] *= factor
        case .y: levels[slot.level].spatialY[dimension] *= factor
        }
    }
}

/// A mapping as the choices that make it: what searching changes.
struct MappingChoice: Sendable, Hashable {
    /// Of each factor, in a space's order.
    var slots: [Int]
    /// Of each level, the innermost dimension first.
    var orders: [SIMD8<UInt8>]
    /// Of each level.
    var kept: [OperandSet]

    /// Everything in loops of the outermost level, every level keeping what it can.
    init(_ space: MappingSpace) {
        let levels = space.model.architecture.levels
        slots = Array(repeating: 0, count: space.factors.count)
        orders = Array(repeating: LevelMapping.plainOrder, count: levels.count)
        kept = levels.indices.map { space.rules.kept(at: $0) ?? levels[$0].holds }
        for level in levels.indices { setOrder(space.dimensions, of: level) }
    }

    /// Takes another's choices in the room that is there.
    mutating func assign(_ other: MappingChoice) {
        for place in slots.indices { slots[place] = other.slots[place] }
        for level in orders.indices { (orders[level], kept[level]) = (other.orders[level], other.kept[level]) }
    }

    /// Puts these dimensions, the innermost first, inside all others.
    mutating func setOrder(_ inner: [LoopDimension], of level: Int) {
        let order = inner + LoopDimension.allCases.filter { !inner.contains($0) }
        for (place, dimension) in order.enumerated() { orders[level][place] = UInt8(dimension.rawValue) }
    }

    func mapping(in space: MappingSpace) -> Mapping {
        var mapping = Mapping(kept.map { LevelMapping(kept: $0) })
        write(into: &mapping, in: space)
        return mapping
    }

    /// The same in a mapping that is there already, without allocating.
    func write(into mapping: inout Mapping, in space: MappingSpace) {
        for level in mapping.levels.indices {
            mapping.levels[level] = LevelMapping(kept: kept[level])
            mapping.levels[level].order = orders[level]
        }
        for place in slots.indices {
            let (dimension, prime) = space.factors[place]
            mapping.multiply(dimension, at: space.slots[slots[place]], by: prime)
        }
    }
}
