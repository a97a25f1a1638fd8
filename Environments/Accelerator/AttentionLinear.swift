/// The linear layers around attention: the projections of queries, keys, values and results, and the two of the
/// feed-forward part.
package enum AttentionLinear {
    /// Latency, traffic and energy of all six on the array.
    ///
    /// Weights are read once where the buffer holds them; else inputs stay in blocks of tokens, the largest power of
    /// two that takes less than the buffer, and weights are read for each block. The rule was found from the artifact's
    /// rows, whose traffic it gives exactly. `isFuseMax` chooses between the fits of what buffers cost (worst error of
    /// the whole energy 0.3 %).
    package static func cost(
        _ workload: AttentionWorkload, on hardware: AttentionHardware, isFuseMax: Bool
    ) -> AttentionCost {
        let model = workload.model
        let layers =
            Array(repeating: (model.width, model.width), count: 4)
            + [(model.width, model.middle), (model.middle, model.width)]
        var sum = AttentionCost(latency: 0, traffic: 0, energy: 0, arrayCycles: 0, vectorCycles: 0)
        for (inputs, outputs) in layers {
            sum = sum + cost(workload, inputs, outputs, hardware, isFuseMax: isFuseMax)
        }
        return sum
    }

    private static func cost(
        _ workload: AttentionWorkload, _ inputs: Int, _ outputs: Int, _ hardware: AttentionHardware, isFuseMax: Bool
    ) -> AttentionCost {
        let tokens = workload.batch * workload.tokens
        let macs = Double(tokens) * Double(inputs) * Double(outputs)
        var readings = 1
        if 2 * inputs * outputs >= hardware.buffer {
            let block = blockTokens(tokens, inputs, hardware.buffer)
            readings = (tokens + block - 1) / block
        }
        let weights = Double(inputs) * Double(outputs) * Double(readings)
        let traffic = 2 * (Double(tokens) * Double(inputs + outputs) + weights)
        let cycles = macs / (hardware.width * hardware.width)
        let width = Double(workload.model.width)
        let buffers = isFuseMax ? 0.3823 + 46.1 / width : 0.7281 + 79.46 / width
        return AttentionCost(
            latency: max(cycles / hardware.clock, traffic / hardware.bandwidth), traffic: traffic,
            energy: macs * (AttentionEnergy.mac + buffers) + traffic * AttentionEnergy.dramByte, arrayCycles: cycles,
            vectorCycles: 0)
    }

    /// The largest power of two of tokens whose inputs take less than the whole buffer.
    private static func blockTokens(_ tokens: Int, _ inputs: Int, _ buffer: Int) -> Int {
        var block = 1
        while block * 2 <= tokens, 2 * block * 2 * inputs < buffer { block *= 2 }
        return block
    }
}
