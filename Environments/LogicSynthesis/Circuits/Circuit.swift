/// A combinational and-inverter graph. A literal is twice a variable, plus one where it is inverted; variable 0 is the
/// constant false, then come the inputs, then the ANDs in topological order, as in binary AIGER.
public struct Circuit: Sendable, Hashable {
    /// How many inputs there are: variables 1 … `inputCount`.
    public let inputCount: Int
    /// Two literals per AND, the larger one first, both of variables before the AND's own.
    public let fanins: [UInt32]
    /// One literal per output.
    public let outputs: [UInt32]

    /// At most this many inputs, outputs and ANDs together: what fits into memory several times over.
    public static let sizeLimit = 8_000_000

    /// Takes a graph whose literals are known to be in order.
    init(inputCount: Int, fanins: [UInt32], outputs: [UInt32]) {
        (self.inputCount, self.fanins, self.outputs) = (inputCount, fanins, outputs)
    }

    /// How many ANDs there are.
    public var andCount: Int { fanins.count / 2 }

    /// How many variables there are, the constant among them.
    public var variableCount: Int { 1 + inputCount + andCount }

    /// The number of ANDs on the longest path to each variable; 0 for the constant and the inputs.
    public var levels: [Int32] {
        var levels = [Int32](repeating: 0, count: variableCount)
        var variable = inputCount + 1
        for place in stride(from: 0, to: fanins.count, by: 2) {
            levels[variable] = 1 + max(levels[Int(fanins[place] >> 1)], levels[Int(fanins[place + 1] >> 1)])
            variable += 1
        }
        return levels
    }

    /// The number of ANDs on the longest path to an output.
    public var depth: Int {
        let levels = levels
        return Int(outputs.map { levels[Int($0 >> 1)] }.max() ?? 0)
    }
}
