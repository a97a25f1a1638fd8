import Gym
import Synchronization

/// What the layers of a network cost on a machine.
struct LayerCost: Sendable {
    /// Of one occurrence.
    var cycles = 0.0
    /// Without limits of bandwidth.
    var computeCycles = 0.0
    /// pJ altogether, of the multipliers, of DRAM and of the wires.
    var energy = 0.0
    var macEnergy = 0.0
    var dramEnergy = 0.0
    var wireEnergy = 0.0

    init(_ report: MappingReport) {
        (cycles, computeCycles) = (report.cycles, Double(report.computeCycles))
        (energy, macEnergy, wireEnergy) = (report.energy, report.macEnergy, report.networkEnergy)
        dramEnergy = report.levelEnergies.last ?? 0
    }
}

/// Costs of layers on machines, each mapped once: a pure function that remembers its last results.
final class LayerCosts: Sendable {
    private struct Key: Hashable {
        let extents: Extents
        let strides: SIMD4<Int>
        let architecture: Architecture
        let rules: MappingRules
        let array: SystolicArray?
    }

    /// How mappings are found.
    let evaluations: Int
    let goal: MappingSearch.Goal
    /// A layer that can't be run has an empty entry.
    private let known = Mutex<[Key: LayerCost?]>([:])
    private static let limit = 50_000

    init(evaluations: Int, goal: MappingSearch.Goal) { (self.evaluations, self.goal) = (evaluations, goal) }

    /// What one occurrence of a layer costs; nil where no mapping of it was found that fits.
    ///
    /// - Throws: `DeadlineExpired`.
    func cost(of layer: Layer, on design: HardwareDesign, deadline: Deadline) throws -> LayerCost? {
        // The useful multiply-accumulates need not be known: energy is of the padded ones.
        let key = Key(
            extents: layer.extents,
            strides: SIMD4(layer.strideHeight, layer.strideWidth, layer.dilation, design.array == nil ? 0 : layer.macs),
            architecture: design.architecture, rules: design.rules, array: design.array)
        if let cost = known.withLock({ $0[key] }) { return cost }
        let space = MappingSpace(design.model(layer), rules: design.rules)
        let found = try MappingSearch(space, goal: goal).run(evaluations: evaluations, seed: 0, deadline: deadline)
        let cost = found.map { LayerCost($0.report) }
        known.withLock { known in
            if known.count >= LayerCosts.limit { known.removeAll(keepingCapacity: true) }
            known[key] = .some(cost)
        }
        return cost
    }
}

/// A network whose like layers are listed once.
struct LayerList: Sendable {
    /// Each different layer with how often it occurs.
    private(set) var layers: [(layer: Layer, count: Int)] = []

    /// Lists the layers for a batch, padded or not.
    ///
    /// - Throws: `GymError` where one gets too large.
    init(_ network: Network, batch: Int, isPadded: Bool) throws {
        for layer in network.layers {
            var layer = try layer.batched(batch)
            if isPadded { layer = try layer.padded() }
            if let place = layers.firstIndex(where: { $0.layer.isLike(layer) }) {
                layers[place].count += layer.repeats
            } else {
                layers.append((layer, layer.repeats))
            }
        }
    }
}
