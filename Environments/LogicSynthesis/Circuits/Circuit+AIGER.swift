import Foundation
import Gym

extension Circuit {
    /// Reads AIGER, binary or ASCII; `name` is what errors call it.
    ///
    /// - Throws: `GymError` (`bad-input`) with the first thing that is wrong and where it stands.
    public init(aiger bytes: [UInt8], name: String) throws {
        self = try AIGERReader.read(bytes, name: name).circuit
    }

    /// The graph as binary AIGER, without names and comments.
    public var binaryAIGER: [UInt8] {
        var bytes = Array("aig \(variableCount - 1) \(inputCount) 0 \(outputs.count) \(andCount)\n".utf8)
        for literal in outputs { bytes += Array("\(literal)\n".utf8) }
        bytes.reserveCapacity(bytes.count + 2 * fanins.count)
        func put(_ delta: UInt32) {
            var rest = delta
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        for number in 0..<andCount {
            let own = UInt32(2 * (inputCount + 1 + number))
            put(own - fanins[2 * number])
            put(fanins[2 * number] - fanins[2 * number + 1])
        }
        return bytes
    }

    /// The graph as ASCII AIGER, without names and comments.
    public var textAIGER: String {
        var lines = ["aag \(variableCount - 1) \(inputCount) 0 \(outputs.count) \(andCount)"]
        lines += (0..<inputCount).map { "\(2 * ($0 + 1))" } + outputs.map { "\($0)" }
        lines += (0..<andCount).map { number in
            "\(2 * (inputCount + 1 + number)) \(fanins[2 * number]) \(fanins[2 * number + 1])"
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
