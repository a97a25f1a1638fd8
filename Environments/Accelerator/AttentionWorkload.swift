/// A transformer's attention on a batch of sequences: what FuseMax, FLAT and unfused dataflows are compared on. Scores
/// are dense: no causal mask hides any.
package struct AttentionWorkload: Sendable, Hashable {
    /// A model by the sizes that matter here.
    package struct Model: Sendable, Hashable {
        /// As the option `model` names it.
        package let name: String
        /// Heads of a layer.
        package let heads: Int
        /// Numbers of a query, a key or a value in a head.
        package let depth: Int
        /// Width between layers.
        package let width: Int
        /// Width in the middle of the feed-forward part.
        package let middle: Int
    }

    /// The models of FLAT's and FuseMax's papers.
    package static let models = [
        Model(name: "bert", heads: 12, depth: 64, width: 768, middle: 3_072),
        Model(name: "trxl", heads: 16, depth: 64, width: 1_024, middle: 4_096),
        Model(name: "t5", heads: 8, depth: 64, width: 512, middle: 2_048),
        Model(name: "xlm", heads: 16, depth: 128, width: 2_048, middle: 8_192),
    ]

    /// Which model.
    package let model: Model
    /// Tokens of a sequence; each attends to all.
    package let tokens: Int
    /// Sequences at once.
    package let batch: Int

    /// Sets a model on a batch of sequences.
    package init(_ model: Model, tokens: Int, batch: Int = 64) {
        (self.model, self.tokens, self.batch) = (model, tokens, batch)
    }

    /// Scores of all heads and sequences.
    var scores: Double { Double(batch) * Double(model.heads) * length * length }
    /// Heads of all sequences.
    var heads: Double { Double(batch) * Double(model.heads) }
    var length: Double { Double(tokens) }
    var depth: Double { Double(model.depth) }
    /// Multiply-accumulates of QK and AV.
    var macs: Double { 2 * depth * scores }
}

/// The hardware of FuseMax's comparison: a square array of multipliers, a row of vector lanes as long as its side, a
/// buffer, and DRAM. Words have two bytes.
package struct AttentionHardware: Sendable, Hashable {
    /// Multipliers along a side of the array; also the number of vector lanes.
    package let side: Int
    /// Bytes of the buffer between array and DRAM.
    package let buffer: Int
    /// Bytes a second from and to DRAM.
    package let bandwidth: Double
    /// Hertz.
    package let clock: Double

    /// Describes hardware.
    package init(side: Int, buffer: Int, bandwidth: Double, clock: Double = 940e6) {
        (self.side, self.buffer, self.bandwidth, self.clock) = (side, buffer, bandwidth, clock)
    }

    /// The artifact's cloud configuration, with FuseMax's buffer of 16 MiB.
    package static let fuseMaxCloud = AttentionHardware(side: 256, buffer: 16 << 20, bandwidth: 400 * 0x1p30)
    /// The same with the 32 MiB that FLAT and unfused dataflows are given.
    package static let flatCloud = AttentionHardware(side: 256, buffer: 32 << 20, bandwidth: 400 * 0x1p30)

    var width: Double { Double(side) }
}

/// What attention costs under a dataflow.
package struct AttentionCost: Sendable, Hashable {
    /// Seconds, where transfers hide behind computation or the other way round.
    package var latency: Double
    /// Bytes from and to DRAM.
    package var traffic: Double
    /// pJ.
    package var energy: Double
    /// Cycles in which the array has work.
    package var arrayCycles: Double
    /// Cycles in which the vector lanes have work.
    package var vectorCycles: Double

    /// One after the other.
    package static func + (left: AttentionCost, right: AttentionCost) -> AttentionCost {
        AttentionCost(
            latency: left.latency + right.latency, traffic: left.traffic + right.traffic,
            energy: left.energy + right.energy, arrayCycles: left.arrayCycles + right.arrayCycles,
            vectorCycles: left.vectorCycles + right.vectorCycles)
    }
}

/// pJ of operations on bfloat16 at 45 nm and of DRAM (HBM2 by Accelergy's older table), as the artifact has them.
enum AttentionEnergy {
    static let mac = 17.1645
    static let add = 8.3395
    static let maximum = 0.028
    static let exponential = 94.65
    static let division = 36.25
    static let dramByte = 249.6 / 8
}
