import Gym

/// A circuit as ABC wrote it: where a step begins and what it leads to. Equal bytes are equal states.
public final class CircuitState: Sendable {
    /// The first half of the SHA-256 of the AIGER file up to the last byte of its gates, in hexadecimal digits; what
    /// follows there is a comment with a date.
    public let name: String
    /// Those bytes.
    public let core: [UInt8]
    /// What can be said of the graph.
    public let features: CircuitFeatures
    /// Ports and behaviour.
    let signature: UInt64
    /// The patterns that the signature is taken under; all circuits of an episode share them.
    let patterns: [[UInt64]]

    /// Takes an AIGER file, which is checked whole.
    ///
    /// - Throws: `GymError` (`bad-input`) with the first thing that is wrong.
    public convenience init(file: [UInt8], name: String) throws {
        try self.init(file: file, name: name, patterns: nil)
    }

    init(file: [UInt8], name: String, patterns: [[UInt64]]?) throws {
        let (circuit, coreCount) = try AIGERReader.read(file, name: name)
        // ABC reads binary files only.
        core = file.starts(with: Array("aig ".utf8)) ? Array(file[..<coreCount]) : circuit.binaryAIGER
        self.name = SHA256.text(core)
        features = CircuitFeatures(circuit)
        let known = patterns.flatMap { $0.count == circuit.inputCount ? $0 : nil }
        self.patterns = known ?? Circuit.comparisonPatterns(inputCount: circuit.inputCount)
        signature = circuit.signature(under: self.patterns)
    }

    /// The state that a step from this one led to.
    ///
    /// - Throws: `ABCFailure` (`wrong`) where the file is no circuit, or not one of this function.
    func successor(file: [UInt8]) throws -> CircuitState {
        let state: CircuitState
        do { state = try CircuitState(file: file, name: "o.aig", patterns: patterns) } catch let error as GymError {
            throw ABCFailure(kind: .wrong, detail: error.message)
        }
        guard state.signature == signature else {
            throw ABCFailure(kind: .wrong, detail: "the circuit that it left computes something else")
        }
        return state
    }

    /// About how many bytes it takes in memory.
    var byteCount: Int { core.count + 600 }
}
