/// What moves in and out of one instance of a level for one operand.
package struct AccessCounts: Sendable, Hashable {
    /// Words read.
    package var reads = 0
    /// Words written from the outer side; for outputs those that are drained, as Timeloop counts them.
    package var fills = 0
    /// Words of outputs written from the inner side.
    package var updates = 0
    /// Words that the level must hold.
    package var tile = 0
    /// Whether the operand is kept there at all.
    package var isKept = false
}

/// What a mapping costs. One report is filled again and again, so that evaluating allocates nothing.
package struct MappingReport: Sendable {
    /// Of level l and operand o at 3·l + o.
    package internal(set) var counts: [AccessCounts]
    /// How many instances of each level are used.
    package internal(set) var instances: [Int]
    /// Turns of the temporal loops: cycles without any limit of bandwidth.
    package internal(set) var computeCycles = 0
    /// Cycles with the slowest level's bandwidth.
    package internal(set) var cycles = 0.0
    /// The level whose bandwidth decides; nil where the multipliers do.
    package internal(set) var slowestLevel: Int?
    /// pJ of the multipliers.
    package internal(set) var macEnergy = 0.0
    /// pJ of each level over all its instances.
    package internal(set) var levelEnergies: [Double]
    /// pJ of leakage over the cycles.
    package internal(set) var leakageEnergy = 0.0
    /// pJ of moving words over the meshes between levels.
    package internal(set) var networkEnergy = 0.0

    /// Room for a report of so many levels.
    package init(levels: Int) {
        counts = Array(repeating: AccessCounts(), count: 3 * levels)
        instances = Array(repeating: 1, count: levels)
        levelEnergies = Array(repeating: 0, count: levels)
    }

    /// pJ altogether.
    package var energy: Double { levelEnergies.reduce(macEnergy + leakageEnergy + networkEnergy, +) }

    /// What moves at a level for an operand.
    package func counts(_ level: Int, _ operand: Operand) -> AccessCounts { counts[3 * level + operand.rawValue] }

    /// Words read from, and written to, all instances of a level.
    package func traffic(_ level: Int) -> (read: Int, written: Int) {
        Operand.allCases.reduce((0, 0)) { sum, operand in
            let counts = counts(level, operand)
            let writes = counts.fills + counts.updates
            return (sum.0 + counts.reads * instances[level], sum.1 + writes * instances[level])
        }
    }
}

/// The cost of mappings of one layer on one architecture, with the semantics of Timeloop 2.0: everything is counted in
/// closed form, perfect double buffering hides transfers, and the slowest of multipliers and bandwidths decides.
package struct MappingModel: Sendable {
    /// The layer.
    package let layer: Layer
    /// The hardware.
    package let architecture: Architecture
    /// Cycles of the multipliers where the mapping does not decide, as in a systolic array.
    private let computeCycles: Int?

    /// Sets a layer on an architecture.
    package init(_ layer: Layer, on architecture: Architecture, computeCycles: Int? = nil) {
        (self.layer, self.architecture, self.computeCycles) = (layer, architecture, computeCycles)
    }

    /// Fills the report with a mapping's cost, or says why it can't be run; the report is then not to be read.
    ///
    /// Counts can't overflow: the mapping's factors are checked against the layer, whose size is bounded.
    package func evaluate(_ mapping: Mapping, into report: inout MappingReport) -> MappingFlaw? {
        var nest = LoopNest()
        if let flaw = nest.unfold(mapping, of: layer, on: architecture) { return flaw }
        if let flaw = placeTiles(mapping, nest, &report) { return flaw }
        let last = architecture.levels.count - 1
        report.computeCycles = computeCycles ?? nest.turns
        report.instances[last] = 1
        for level in stride(from: last - 1, through: 0, by: -1) {
            report.instances[level] = report.instances[level + 1] * nest.spatial[level + 1].product
        }
        report.networkEnergy = 0
        for operand in Operand.allCases { count(operand, mapping, nest, &report) }
        price(&report)
        return nil
    }

    /// The same with a report of its own; nil with the flaw where it can't be run.
    package func report(_ mapping: Mapping) -> (report: MappingReport?, flaw: MappingFlaw?) {
        var report = MappingReport(levels: architecture.levels.count)
        if let flaw = evaluate(mapping, into: &report) { return (nil, flaw) }
        return (report, nil)
    }

    private func placeTiles(_ mapping: Mapping, _ nest: borrowing LoopNest, _ report: inout MappingReport)
        -> MappingFlaw?
    {
        for level in architecture.levels.indices {
            let storage = architecture.levels[level]
            let kept = mapping.levels[level].kept
            var needed = 0
            for operand in Operand.allCases {
                let place = 3 * level + operand.rawValue
                report.counts[place] = AccessCounts()
                guard kept.contains(OperandSet(operand)) else {
                    if level == architecture.levels.count - 1 { return .outermost(operand) }
                    continue
                }
                guard storage.holds.contains(OperandSet(operand)) else { return .holds(level: level, operand) }
                let tile = layer.size(of: operand, nest.parts[level])
                report.counts[place].tile = tile
                report.counts[place].isKept = true
                let words = architecture.words(tile, of: operand)
                needed += words
                if let share = storage.share(of: operand), words > share {
                    return .share(level: level, operand, needed: words, present: share)
                }
            }
            if let room = storage.usableWords, needed > room {
                return .capacity(level: level, needed: needed, present: room)
            }
        }
        return nil
    }

    /// Follows an operand from the multipliers outwards through the levels that keep it.
    private func count(
        _ operand: Operand, _ mapping: Mapping, _ nest: borrowing LoopNest, _ report: inout MappingReport
    ) {
        let last = architecture.levels.count - 1
        let set = OperandSet(operand)
        var inner = -1
        // Each multiplier takes a word of each operand every cycle: there is no latch beside it.
        var delivered = nest.turns
        for level in 0...last where mapping.levels[level].kept.contains(set) {
            if inner >= 0 {
                let tile = report.counts[3 * inner + operand.rawValue].tile
                delivered = nest.deliveries(of: operand, to: inner, tile: tile, layer: layer, outermost: last)
                report.counts[3 * inner + operand.rawValue].fills = delivered
            }
            let (distinct, shared) = nest.spread(of: operand, over: (inner + 1)...level, layer: layer)
            let isJoined = joins(operand, over: (inner + 1)...level, nest)
            let words = delivered * distinct * (isJoined ? 1 : shared)
            if architecture.hasHops { move(operand, delivered, from: level, past: inner, nest, &report) }
            let place = 3 * level + operand.rawValue
            if operand == .outputs {
                report.counts[place].updates = words
                // A word's first update finds nothing to add to.
                report.counts[place].reads = words - outputsOfAnInstance(of: level, nest, last: last)
            } else {
                report.counts[place].reads = words
            }
            inner = level
        }
    }

    /// Whether every mesh that the operand's words are shared over multicasts, or sums outputs.
    private func joins(_ operand: Operand, over levels: ClosedRange<Int>, _ nest: borrowing LoopNest) -> Bool {
        for level in levels where nest.isSpatial[level] {
            let storage = architecture.levels[level]
            if operand == .outputs ? !storage.reduces : !storage.multicasts { return false }
        }
        return true
    }

    private func outputsOfAnInstance(of level: Int, _ nest: borrowing LoopNest, last: Int) -> Int {
        var extents = layer.extents
        for outer in (level + 1)..<(last + 1) where nest.isSpatial[outer] {
            for dimension in 0..<8 where Operand.outputs.relevant & (1 << UInt8(dimension)) != 0 {
                extents[dimension] /= nest.spatial[outer][dimension]
            }
        }
        return layer.size(of: .outputs, extents)
    }

    private func price(_ report: inout MappingReport) {
        var (exposed, slowest) = (0.0, 0.0)
        report.slowestLevel = nil
        report.macEnergy = Double(layer.turns) * architecture.macEnergy
        for level in architecture.levels.indices {
            let storage = architecture.levels[level]
            var (reads, writes) = (0, 0)
            var energy = 0.0
            for operand in Operand.allCases {
                let counts = report.counts[3 * level + operand.rawValue]
                let read = architecture.words(counts.reads, of: operand)
                let filled = architecture.words(counts.fills, of: operand)
                let updated = architecture.words(counts.updates, of: operand)
                reads += read
                writes += filled + updated
                energy += Double(storage.blocks(read)) * storage.readEnergy
                energy += Double(storage.blocks(filled) + storage.blocks(updated)) * storage.writeEnergy
            }
            report.levelEnergies[level] = energy * Double(report.instances[level])
            let needed = max(
                (Double(reads) / storage.readBandwidth).rounded(.up),
                (Double(writes) / storage.writeBandwidth).rounded(.up))
            if storage.buffering == .single {
                exposed += needed
            } else if needed > slowest {
                (slowest, report.slowestLevel) = (needed, level)
            }
        }
        report.cycles = max(Double(report.computeCycles) + exposed, slowest)
        if slowest <= Double(report.computeCycles) + exposed { report.slowestLevel = nil }
        if architecture.startsEmpty { report.cycles += firstTiles(report) }
        let leakage = architecture.leakage
        // mW times ns is pJ.
        report.leakageEnergy = leakage == 0 ? 0 : leakage * report.cycles * 1_000 / architecture.clock
    }

    /// Cycles until every level has its first tiles of weights and inputs, one level after the other.
    private func firstTiles(_ report: borrowing MappingReport) -> Double {
        var cycles = 0.0
        for level in architecture.levels.indices.dropLast() {
            var words = 0
            for operand in [Operand.weights, .inputs] {
                words += architecture.words(report.counts[3 * level + operand.rawValue].tile, of: operand)
            }
            let (own, outer) = (architecture.levels[level].writeBandwidth, architecture.levels[level + 1].readBandwidth)
            cycles += (Double(words) / min(own, outer)).rounded(.up)
        }
        return cycles
    }

    /// Adds what an operand's words cost on the meshes from a level to the next inner one that keeps it.
    ///
    /// A word goes half of the used columns and rows on average, and a step more to each further node that needs it.
    private func move(
        _ operand: Operand, _ delivered: Int, from level: Int, past inner: Int, _ nest: borrowing LoopNest,
        _ report: inout MappingReport
    ) {
        let bits = Double(architecture.widths[operand.rawValue])
        for mesh in (inner + 1)...level where nest.isSpatial[mesh] {
            let storage = architecture.levels[mesh]
            let distinct = nest.spread(of: operand, over: (inner + 1)...mesh, layer: layer).distinct
            let shared = nest.spread(of: operand, over: mesh...mesh, layer: layer).shared
            let isTree = operand == .outputs ? storage.reduces : storage.multicasts
            let halfway = Double(nest.columns[mesh] + nest.rows[mesh]) / 2
            let hops = isTree ? halfway + Double(shared - 1) : halfway * Double(shared)
            let words = Double(delivered) * Double(distinct) * Double(report.instances[mesh])
            report.networkEnergy += words * bits * hops * storage.hopEnergy
        }
    }
}

extension StorageLevel {
    /// Accesses that so many words take.
    fileprivate func blocks(_ words: Int) -> Int { block == 1 ? words : (words + block - 1) / block }
}
