import Gym

/// A circuit of the project's own, in any width, with what its ports mean.
public struct GeneratedCircuit: Sendable {
    /// What it is called.
    public let name: String
    /// What it computes, in one line; words are unsigned and their lowest bit comes first, where nothing else is said.
    public let note: String
    /// Which widths there are.
    public let widths: ClosedRange<Int>
    /// The width that is taken when none is given.
    public let defaultWidth: Int
    /// The widths of the words that the inputs are, in order, for a width of the circuit.
    public let operands: @Sendable (Int) -> [Int]
    private let body: @Sendable (inout CircuitBuilder, [[UInt32]], Int, UInt64) -> [UInt32]

    init(
        _ name: String, _ widths: ClosedRange<Int>, default defaultWidth: Int, note: String,
        operands: @escaping @Sendable (Int) -> [Int],
        body: @escaping @Sendable (inout CircuitBuilder, [[UInt32]], Int, UInt64) -> [UInt32]
    ) {
        (self.name, self.widths, self.defaultWidth, self.note) = (name, widths, defaultWidth, note)
        (self.operands, self.body) = (operands, body)
    }

    /// Makes the circuit in a width; the seed matters only where the note says so.
    ///
    /// - Throws: `GymError` (`bad-option`) for a width that there is not.
    public func circuit(width: Int? = nil, seed: UInt64 = 0) throws -> Circuit {
        let width = width ?? defaultWidth
        guard widths.contains(width) else {
            throw GymError(
                .badOption, "'\(name)' has widths from \(widths.lowerBound) to \(widths.upperBound), not \(width)",
                field: "width")
        }
        var builder = CircuitBuilder()
        var words: [[UInt32]] = []
        for count in operands(width) { words.append(builder.inputs(count)) }
        let outputs = body(&builder, words, width, seed)
        return builder.circuit(outputs)
    }

    /// Every circuit.
    public static let all = arithmetic + control

    /// The circuit of a name; nil where there is none.
    public static func named(_ name: String) -> GeneratedCircuit? { all.first { $0.name == name } }

    /// How many bits number `count` things; at least 1.
    static func indexWidth(_ count: Int) -> Int {
        max(1, Int.bitWidth - (count - 1).leadingZeroBitCount)
    }
}
