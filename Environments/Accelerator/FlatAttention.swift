/// FLAT (Kao et al., ASPLOS 2023): the scores of some rows, or of a head, stay on the chip between the two products, if
/// they fit; what does not is spilled. Closed forms of FuseMax's published artifact, which models FLAT.
package struct FlatAttention: Sendable, Hashable {
    /// What stays in the array while the other operands pass.
    package enum Stationary: String, Sendable, CaseIterable {
        case output, input, weight
    }

    /// How much is computed between the two products.
    package enum Granularity: String, Sendable, CaseIterable {
        /// A whole head.
        case head
        /// `rows` rows of a head's scores.
        case row
    }

    /// A tensor that may have its place on the chip.
    package struct Places: OptionSet, Sendable, Hashable {
        /// A bit per tensor.
        package let rawValue: UInt8
        /// Names tensors by their bits.
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        /// Queries.
        package static let queries = Places(rawValue: 1)
        /// Keys.
        package static let keys = Places(rawValue: 2)
        /// Values.
        package static let values = Places(rawValue: 4)
        /// The results.
        package static let outputs = Places(rawValue: 8)
        /// Scores, before and after softmax.
        package static let scores = Places(rawValue: 16)
    }

    /// What has its place on the chip; the rest streams through in tiles.
    package var onChip: Places
    /// What stays during QK.
    package var scoreStationary: Stationary
    /// What stays during AV: the output, or the values.
    package var outputStationary: Stationary
    /// How much is fused.
    package var granularity: Granularity
    /// Rows at once under `row`.
    package var rows: Int

    /// Describes a mapping.
    package init(
        onChip: Places, scoreStationary: Stationary = .output, outputStationary: Stationary = .output,
        granularity: Granularity, rows: Int
    ) {
        (self.onChip, self.granularity, self.rows) = (onChip, granularity, rows)
        (self.scoreStationary, self.outputStationary) = (scoreStationary, outputStationary)
    }

    /// The share of what has its place on the chip that does not fit. Scores are held once; what streams, and what
    /// stays beside them, twice, so that a tile is filled while the other is used.
    package func spilled(_ workload: AttentionWorkload, on hardware: AttentionHardware) -> Double {
        let depth = workload.depth
        let tile = hardware.width * depth
        let piece = pieceRows(workload)
        func held(_ place: Places, _ rows: Double) -> Double { onChip.contains(place) ? rows * depth : tile }
        let needed =
            2
            * (held(.queries, piece) + held(.keys, workload.length) + held(.values, workload.length)
                + held(.outputs, piece)) + (onChip.contains(.scores) ? piece * workload.length : 0)
        return max(0, 1 - Double(hardware.buffer) / 2 / needed)
    }

    private func pieceRows(_ workload: AttentionWorkload) -> Double {
        granularity == .row ? Double(min(rows, workload.tokens)) : workload.length
    }

    /// Latency, traffic and energy. `spilled` replaces what follows from the buffer.
    package func cost(
        _ workload: AttentionWorkload, on hardware: AttentionHardware, spilled: Double? = nil
    ) -> AttentionCost {
        let share = spilled ?? self.spilled(workload, on: hardware)
        let (length, depth, side) = (workload.length, workload.depth, hardware.width)
        let matrix = length * depth
        let (tiles, pieces) = (length / side, length / pieceRows(workload))
        // How often each matrix passes the array, and how often it is fetched where it stays on the chip.
        let queryReads = matrix * (scoreStationary == .input ? 1 : tiles)
        let keyReads = matrix * (scoreStationary == .weight ? pieces : tiles)
        let valueReads = matrix * tiles
        let queries = onChip.contains(.queries) ? matrix : queryReads
        let keys = onChip.contains(.keys) ? matrix * pieces : keyReads
        let values = onChip.contains(.values) || outputStationary == .weight ? matrix * pieces : valueReads
        let scores = length * length
        // Off the chip scores are written and read before and after softmax; a spilled one moves seven times.
        var extra = onChip.contains(.scores) ? 7 * share * scores : 4 * scores
        if onChip.contains(.queries) { extra += share * (queryReads - matrix) }
        if onChip.contains(.keys) { extra += share * (keyReads - matrix * pieces) }
        if onChip.contains(.values) { extra += share * (valueReads - matrix * pieces) }
        let traffic = 2 * workload.heads * (queries + keys + values + matrix + extra)
        let array = 2 * depth * workload.scores / (side * side)
        let lanes = 4 * workload.scores / side
        return AttentionCost(
            latency: max(max(array, lanes) / hardware.clock, traffic / hardware.bandwidth), traffic: traffic,
            energy: energy(workload) + traffic * AttentionEnergy.dramByte, arrayCycles: array, vectorCycles: lanes)
    }

    /// Operations, and buffers by a fit to the artifact's rows (worst error of the whole energy 2.4 %).
    private func energy(_ workload: AttentionWorkload) -> Double {
        let buffers = 641 + 0.537 * 2 * workload.depth - (onChip.contains(.scores) ? 0 : 74)
        return workload.scores * (AttentionWorkload.softmaxEnergy + 2 * workload.depth * AttentionEnergy.mac + buffers)
    }

    /// The mapping that the artifact would choose: the least latency, of those the least traffic, among all places,
    /// stationarities, a head, or as many rows as the array's side or four times as many.
    package static func best(_ workload: AttentionWorkload, on hardware: AttentionHardware) -> FlatAttention {
        var best = FlatAttention(onChip: [], granularity: .head, rows: hardware.side)
        var least = best.cost(workload, on: hardware)
        for candidate in candidates(side: hardware.side, tokens: workload.tokens) {
            let cost = candidate.cost(workload, on: hardware)
            let isBetter =
                cost.latency < least.latency || (cost.latency == least.latency && cost.traffic < least.traffic)
            if isBetter { (best, least) = (candidate, cost) }
        }
        return best
    }

    private static func candidates(side: Int, tokens: Int) -> [FlatAttention] {
        let pieces = [(Granularity.head, side)] + [side, 4 * side].filter { $0 <= tokens }.map { (.row, $0) }
        return pieces.flatMap { granularity, rows in
            (UInt8(0)..<32).flatMap { bits in
                Stationary.allCases.flatMap { scores in
                    [Stationary.output, .weight].map { outputs in
                        FlatAttention(
                            onChip: Places(rawValue: bits), scoreStationary: scores, outputStationary: outputs,
                            granularity: granularity, rows: rows)
                    }
                }
            }
        }
    }
}

extension AttentionWorkload {
    /// pJ of softmax for one score by plain operations: maximum, two sums, exponential, division.
    static let softmaxEnergy =
        AttentionEnergy.maximum + 2 * 8.34 + AttentionEnergy.exponential + AttentionEnergy.division
}
