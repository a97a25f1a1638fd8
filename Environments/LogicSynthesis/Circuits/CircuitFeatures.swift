import Foundation

/// Twenty-three numbers about an and-inverter graph that do not depend on how its nodes are numbered.
public struct CircuitFeatures: Sendable, Hashable {
    /// As `names`.
    public let values: [Double]
    /// The number of ANDs.
    public let ands: Int
    /// The number of ANDs on the longest path to an output.
    public let levels: Int

    private static let bins = 10

    /// What each number is.
    public static let names =
        [
            "log2_ands", "log2_levels", "log2_inputs", "log2_outputs", "fanout_mean", "log2_fanout_max",
            "fanout_one_share", "inverted_share", "xor_share", "mux_share", "output_inverted_share",
            "output_level_mean", "ands_per_level",
        ] + (0..<bins).map { "level_share\($0)" }

    /// Looks at a circuit once, in linear time.
    public init(_ circuit: Circuit) {
        let heights = circuit.levels
        let (andCount, first) = (circuit.andCount, circuit.inputCount + 1)
        let deepest = circuit.outputs.map { heights[Int($0 >> 1)] }.max() ?? 0
        (ands, levels) = (andCount, Int(deepest))
        var fanouts = [Int32](repeating: 0, count: circuit.variableCount)
        var inverted = 0
        for literal in circuit.fanins {
            fanouts[Int(literal >> 1)] += 1
            inverted += Int(literal & 1)
        }
        for literal in circuit.outputs { fanouts[Int(literal >> 1)] += 1 }
        let (xors, muxes) = Self.selectors(circuit)
        var histogram = [Double](repeating: 0, count: Self.bins)
        for height in heights[first...] {
            let bin = (Int(height) - 1) * Self.bins / max(1, levels)
            histogram[min(bin, Self.bins - 1)] += 1
        }
        let count = Double(max(1, andCount))
        let used = fanouts[1...].filter { $0 > 0 }
        let outputs = Double(max(1, circuit.outputs.count))
        let outputHeights = circuit.outputs.reduce(0.0) { $0 + Double(heights[Int($1 >> 1)]) }
        values =
            [
                log2(1 + Double(andCount)), log2(1 + Double(levels)), log2(1 + Double(circuit.inputCount)),
                log2(outputs), Double(used.reduce(0) { $0 + Int($1) }) / Double(max(1, used.count)),
                log2(1 + Double(used.max() ?? 0)), Double(used.count { $0 == 1 }) / Double(max(1, used.count)),
                Double(inverted) / (2 * count), Double(xors) / count, Double(muxes) / count,
                Double(circuit.outputs.count { $0 & 1 == 1 }) / outputs,
                outputHeights / outputs / Double(max(1, levels)),
                log2(1 + count / Double(max(1, levels))),
            ] + histogram.map { $0 / count }
    }

    /// ANDs that choose between two others by an input of both, once inverted; XORs are those that choose between a
    /// literal and its inverse.
    private static func selectors(_ circuit: Circuit) -> (xors: Int, muxes: Int) {
        let (fanins, first) = (circuit.fanins, UInt32(circuit.inputCount + 1))
        var (xors, muxes) = (0, 0)
        for place in stride(from: 0, to: fanins.count, by: 2) {
            let (left, right) = (fanins[place], fanins[place + 1])
            guard left & right & 1 == 1, left >> 1 >= first, right >> 1 >= first else { continue }
            let (a, b) = (Int((left >> 1) - first) * 2, Int((right >> 1) - first) * 2)
            let (p, q, r, s) = (fanins[a], fanins[a + 1], fanins[b], fanins[b + 1])
            let crossings = [p ^ r, p ^ s, q ^ r, q ^ s].count { $0 == 1 }
            if crossings == 2 { xors += 1 } else if crossings == 1 { muxes += 1 }
        }
        return (xors, muxes)
    }
}
