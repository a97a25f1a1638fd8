/// Attention as three operators that hand everything over in DRAM: QK, softmax, AV.
package enum UnfusedAttention {
    /// Latency, traffic and energy. Latency and traffic are the artifact's up to 64 Ki tokens and within 0.4 % beyond,
    /// where it reads some rows again; the energy of buffers is a fit (worst error of the whole energy 4 %).
    package static func cost(_ workload: AttentionWorkload, on hardware: AttentionHardware) -> AttentionCost {
        let (length, depth, side) = (workload.length, workload.depth, hardware.width)
        let product = 2 * workload.heads * (2 * length * depth + length * length)
        let softmax = 4 * workload.scores
        let array = depth * workload.scores / (side * side)
        let lanes = 4 * workload.scores / side
        func phase(_ cycles: Double, _ bytes: Double) -> Double {
            max(cycles / hardware.clock, bytes / hardware.bandwidth)
        }
        let traffic = 2 * product + softmax
        let buffers = 490 + 1 * 2 * depth
        let operations = AttentionWorkload.softmaxEnergy + 2 * depth * AttentionEnergy.mac
        return AttentionCost(
            latency: 2 * phase(array, product) + phase(lanes, softmax), traffic: traffic,
            energy: workload.scores * (operations + buffers) + traffic * AttentionEnergy.dramByte,
            arrayCycles: 2 * array, vectorCycles: lanes)
    }
}
