import Foundation
import Gym

/// Reads AIGER, binary and ASCII (Biere, The AIGER And-Inverter Graph Format, 2007), and checks all of it: ABC dies of
/// an assertion on a corrupt file, so none may reach it.
struct AIGERReader {
    private let bytes: [UInt8]
    private let name: String
    private var place = 0

    private init(_ bytes: [UInt8], name: String) { (self.bytes, self.name) = (bytes, name) }

    /// The numbers of a header.
    private struct Header {
        let isBinary: Bool
        let maximum: Int
        let inputs: Int
        let outputs: Int
        let ands: Int
    }

    /// The circuit of a file, and how many of its bytes say what it is; what follows are names and comments.
    ///
    /// - Throws: `GymError` (`bad-input`) with the first thing that is wrong and where it stands.
    static func read(_ bytes: [UInt8], name: String) throws -> (circuit: Circuit, coreCount: Int) {
        var reader = AIGERReader(bytes, name: name)
        let header = try reader.header()
        let circuit = header.isBinary ? try reader.binary(header) : try reader.text(header)
        return (circuit, reader.place)
    }

    private func fault(_ message: String, hint: String? = nil) -> GymError {
        GymError(.badInput, "'\(name)' is not a usable AIGER file: \(message)", hint: hint)
    }

    private mutating func line() throws -> Substring {
        guard let end = bytes[place...].firstIndex(of: 10) else {
            throw fault("it ends in the middle, at byte \(bytes.count)")
        }
        defer { place = end + 1 }
        guard end - place <= 200 else { throw fault("the line at byte \(place) is too long") }
        return Substring(String(decoding: bytes[place..<end], as: UTF8.self))
    }

    private mutating func numbers(_ count: Int, _ what: String) throws -> [Int] {
        let start = place
        let words = try line().split(separator: " ", omittingEmptySubsequences: false)
        let numbers = words.compactMap { word in word.utf8.allSatisfy { (48...57).contains($0) } ? Int(word) : nil }
        guard numbers.count == words.count, numbers.count == count else {
            throw fault("\(what) at byte \(start) is not \(count == 1 ? "a number" : "\(count) numbers")")
        }
        return numbers
    }

    private mutating func header() throws -> Header {
        let isBinary = bytes.starts(with: Array("aig ".utf8))
        guard isBinary || bytes.starts(with: Array("aag ".utf8)) else {
            throw fault("it does not begin with 'aig' or 'aag'")
        }
        let words = try line().split(separator: " ").dropFirst()
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, (5...9).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 }) else {
            throw fault("its first line is not five numbers M I L O A")
        }
        guard numbers[2] == 0 else {
            throw fault(
                "it has \(numbers[2]) latches, and recipes are for combinational circuits",
                hint: "make registers inputs and outputs first, in ABC with the command 'comb'")
        }
        guard numbers.dropFirst(5).allSatisfy({ $0 == 0 }) else {
            throw fault("it states properties to be proved, which a circuit for synthesis has none of")
        }
        let (maximum, inputs, outputs, ands) = (numbers[0], numbers[1], numbers[3], numbers[4])
        let limit = Circuit.sizeLimit
        guard [maximum, inputs, outputs, ands].allSatisfy({ $0 <= limit }), inputs + outputs + ands <= limit else {
            throw fault("it has more than \(limit) inputs, outputs and gates")
        }
        guard outputs > 0 else { throw fault("it has no outputs") }
        guard isBinary ? maximum == inputs + ands : maximum >= inputs + ands else {
            throw fault("its first line says \(maximum) variables, and \(inputs) inputs and \(ands) gates")
        }
        return Header(isBinary: isBinary, maximum: maximum, inputs: inputs, outputs: outputs, ands: ands)
    }

    private mutating func binary(_ header: Header) throws -> Circuit {
        var outputs: [UInt32] = []
        for _ in 0..<header.outputs {
            let literal = try numbers(1, "an output")[0]
            guard literal <= 2 * header.maximum + 1 else { throw fault("an output is the literal \(literal)") }
            outputs.append(UInt32(literal))
        }
        // Two deltas of at least one byte each: a header that promises more than there is must not reserve memory.
        guard bytes.count - place >= 2 * header.ands else { throw fault("it ends in the middle of its gates") }
        var fanins: [UInt32] = []
        fanins.reserveCapacity(2 * header.ands)
        for number in 0..<header.ands {
            let own = UInt32(2 * (header.inputs + 1 + number))
            let first = try delta()
            guard first >= 1, first <= own else { throw fault("gate \(number) does not come after its inputs") }
            let second = try delta()
            guard second <= own - first else { throw fault("gate \(number) has an input below zero") }
            fanins.append(own - first)
            fanins.append(own - first - second)
        }
        return Circuit(inputCount: header.inputs, fanins: fanins, outputs: outputs)
    }

    private mutating func delta() throws -> UInt32 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 28, by: 7) {
            guard place < bytes.count else { throw fault("it ends in the middle of its gates") }
            let byte = bytes[place]
            place += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                guard value <= UInt64(UInt32.max) else { break }
                return UInt32(value)
            }
        }
        throw fault("the number that ends at byte \(place) is too large")
    }

    /// Gates may stand in any order and have any numbers, so they are put in order first.
    private mutating func text(_ header: Header) throws -> Circuit {
        // Every line has at least two bytes.
        guard bytes.count - place >= 2 * (header.inputs + header.outputs + header.ands) else {
            throw fault("it ends in the middle, at byte \(bytes.count)")
        }
        var renamed = [UInt32?](repeating: nil, count: header.maximum + 1)
        renamed[0] = 0
        for number in 1..<(header.inputs + 1) {
            let literal = try numbers(1, "an input")[0]
            guard literal.isMultiple(of: 2), literal / 2 <= header.maximum, renamed[literal / 2] == nil else {
                throw fault("input \(number - 1) is the literal \(literal)")
            }
            renamed[literal / 2] = UInt32(2 * number)
        }
        var outputs: [Int] = []
        for _ in 0..<header.outputs { outputs.append(try numbers(1, "an output")[0]) }
        var gates = [(Int, Int)?](repeating: nil, count: header.maximum + 1)
        for _ in 0..<header.ands {
            let gate = try numbers(3, "a gate")
            guard gate[0].isMultiple(of: 2), gate[0] / 2 <= header.maximum, renamed[gate[0] / 2] == nil,
                gates[gate[0] / 2] == nil
            else { throw fault("the literal \(gate[0]) is defined twice, inverted or too large") }
            gates[gate[0] / 2] = (gate[1], gate[2])
        }
        let order = try AIGEROrder(gates: gates, inputs: header.inputs, renamed: renamed)
        do { return try order.circuit(outputs: outputs) } catch let flaw as AIGEROrder.Flaw {
            throw fault(flaw.sentence)
        }
    }
}

/// Puts the gates of an ASCII file in topological order, without recursion: chains may be long.
private struct AIGEROrder {
    struct Flaw: Error { let sentence: String }

    private var renamed: [UInt32?]
    private let inputs: Int
    private var fanins: [UInt32] = []

    init(gates: [(Int, Int)?], inputs: Int, renamed: [UInt32?]) throws {
        (self.inputs, self.renamed) = (inputs, renamed)
        var isOpen = [Bool](repeating: false, count: gates.count)
        for root in gates.indices where gates[root] != nil {
            var stack = [root]
            while let variable = stack.last {
                guard self.renamed[variable] == nil else {
                    stack.removeLast()
                    continue
                }
                guard let gate = gates[variable] else {
                    throw GymError(.badInput, "not a usable AIGER file: variable \(variable) is used, but not defined")
                }
                let sources = [gate.0 / 2, gate.1 / 2]
                guard sources.allSatisfy({ $0 < gates.count }) else {
                    throw GymError(.badInput, "not a usable AIGER file: a gate has an input beyond the last variable")
                }
                let missing = sources.filter { self.renamed[$0] == nil }
                guard missing.isEmpty else {
                    guard !isOpen[variable] else {
                        throw GymError(.badInput, "not a usable AIGER file: variable \(variable) depends on itself")
                    }
                    isOpen[variable] = true
                    stack += missing
                    continue
                }
                stack.removeLast()
                add(gate, as: variable)
            }
        }
    }

    private mutating func add(_ gate: (Int, Int), as variable: Int) {
        let literals = [gate.0, gate.1].map { (renamed[$0 / 2] ?? 0) | UInt32($0 & 1) }
        fanins.append(max(literals[0], literals[1]))
        fanins.append(min(literals[0], literals[1]))
        renamed[variable] = UInt32(2 * (inputs + fanins.count / 2))
    }

    func circuit(outputs: [Int]) throws -> Circuit {
        let literals = try outputs.map { literal in
            guard literal / 2 < renamed.count, let variable = renamed[literal / 2] else {
                throw Flaw(sentence: "an output is the literal \(literal), which nothing defines")
            }
            return variable | UInt32(literal & 1)
        }
        return Circuit(inputCount: inputs, fanins: fanins, outputs: literals)
    }
}
