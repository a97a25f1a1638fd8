/// FuseMax (Nayak et al., MICRO 2024): attention in one pass over each row of scores, so that what must stay on the
/// chip does not grow with the sequence. Closed forms of the published artifact, in the paper's steps.
package enum FuseMax: String, Sendable, CaseIterable {
    /// The one-pass cascade of operations on FLAT's hardware: exponentials and sums stay on the vector lanes.
    case cascade = "fusemax-cascade"
    /// Also the array of FuseMax, whose multipliers compute maxima, exponentials (six MACs) and sums.
    case architecture = "fusemax-arch"
    /// Also the binding that interleaves the steps of neighbouring tiles on array and lanes.
    case binding = "fusemax"

    /// Cycles of each step, named as in the paper's cascade: on the array QK, LM (maximum), SLN (exponential), SLD
    /// (sum) and SLNV (product with V), on the lanes RM, PRM, SPD, SPNV, RD, RNV and AV, which correct by the running
    /// maximum and divide.
    private struct Steps {
        let qk, lm, sln, sld, slnv: Double
        let rm, prm, spd, spnv, rd, rnv, av: Double

        init(_ workload: AttentionWorkload, _ side: Double) {
            let array = workload.scores / (side * side)
            let lanes = workload.heads * workload.length / side
            let tiles = workload.length / side
            (qk, lm, sln, sld) = (workload.depth * array, array, 7 * array, array)
            slnv = workload.depth * array
            (rm, prm, spd) = (tiles * lanes, 7 * tiles * lanes, tiles * lanes)
            (spnv, rd) = (workload.depth * tiles * lanes, tiles * lanes)
            (rnv, av) = (workload.depth * tiles * lanes, workload.depth * lanes)
        }
    }

    /// Latency, traffic and energy; nil where the buffer can't hold one tile of each operand.
    ///
    /// Sequences are counted in whole tiles of the array's side.
    package func cost(_ workload: AttentionWorkload, on hardware: AttentionHardware) -> AttentionCost? {
        guard let blocks = blocks(workload, hardware) else { return nil }
        let side = hardware.width
        let steps = Steps(workload, side)
        let cycles: Double
        switch self {
        case .binding:
            cycles =
                max(steps.qk + steps.lm, steps.rd + steps.rnv + steps.av) + steps.rm
                + max(steps.sln + steps.sld, steps.prm + steps.spd) + max(steps.slnv, steps.spnv)
        case .architecture:
            cycles =
                max(steps.qk + steps.lm, steps.rd + steps.av) + side * steps.lm + steps.rm
                + max(steps.sln + steps.sld, steps.prm + steps.spd) + max(steps.slnv, steps.spnv + steps.rnv)
        case .cascade: cycles = max(steps.qk + steps.slnv, cascadeLanes(steps, side))
        }
        let words = 2 * workload.depth * workload.length
        let traffic = 2 * workload.heads * (words + blocks * words)
        let array =
            self == .cascade
            ? steps.qk + steps.slnv : steps.qk + steps.lm + steps.sln + steps.sld + steps.slnv
        let lanes = steps.rm + steps.prm + steps.spd + steps.spnv + steps.rd + steps.rnv + steps.av
        return AttentionCost(
            latency: max(cycles / hardware.clock, traffic / hardware.bandwidth), traffic: traffic,
            energy: energy(workload, side) + traffic * AttentionEnergy.dramByte, arrayCycles: array,
            vectorCycles: self == .cascade ? cascadeLanes(steps, side) : lanes)
    }

    /// Without FuseMax's array the lanes do every maximum, exponential and sum, an operation a cycle.
    private func cascadeLanes(_ steps: Steps, _ side: Double) -> Double {
        side * (steps.lm + 2 * steps.lm + steps.sld) + steps.rm + 2 * steps.rm + steps.spd + steps.spnv + steps.rd
            + steps.rnv + steps.av
    }

    /// How often keys and values are read: queries stay in blocks of as many tiles as the buffer holds beside two tiles
    /// of keys and values.
    private func blocks(_ workload: AttentionWorkload, _ hardware: AttentionHardware) -> Double? {
        let side = hardware.side
        let both = 2 * workload.model.depth
        let perTile = 2 * side * (both + 2 + (self == .cascade ? 2 * side : 0))
        let room = (hardware.buffer - 2 * side * both) / perTile
        let tiles = (workload.tokens + side - 1) / side
        guard room >= 1 else { return nil }
        guard let most = (1...min(room, tiles)).last(where: { tiles.isMultiple(of: $0) }) else { return nil }
        return Double(tiles / most)
    }

    /// Operations by the cascade; buffers and registers by a fit to the artifact's rows for a side of 256 (worst error
    /// of the whole energy 0.6 %, of the bare cascade 4 %), carried to other sides by how often tiles are read.
    private func energy(_ workload: AttentionWorkload, _ side: Double) -> Double {
        let (scores, both) = (workload.scores, 2 * workload.depth)
        let divisions = workload.heads * workload.length * workload.depth * AttentionEnergy.division
        let correction = workload.depth * (AttentionEnergy.mac + AttentionEnergy.add)
        if self == .cascade {
            let each = both * AttentionEnergy.mac + AttentionEnergy.maximum + 2 * AttentionEnergy.add
            let running =
                AttentionEnergy.maximum + AttentionEnergy.exponential + 2 * AttentionEnergy.add + correction
            return scores * (each + AttentionEnergy.exponential + 385 + 1.055 * both) + scores / side * running
                + divisions
        }
        let each = (both + 6) * AttentionEnergy.mac + AttentionEnergy.maximum + 2 * AttentionEnergy.add
        let running = AttentionEnergy.maximum + 8 * AttentionEnergy.mac + 2 * AttentionEnergy.add + correction
        let buffers = 0.14 + 0.559 * both + 0.231 * both * side / workload.length
        return scores * (each + buffers) + scores / side * running + divisions
    }
}
