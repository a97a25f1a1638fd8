import Foundation
import Gym

/// Checks a library in the genlib format of SIS: `GATE name area O=expression;`, then a `PIN` for each input or `*`.
enum GenlibReader {
    static func check(_ lines: [String], name: String) throws {
        var gates: Set<String> = []
        var inverts = false
        for (number, line) in lines.enumerated() {
            let text = line.prefix { $0 != "#" }
            guard text.contains(where: { !$0.isWhitespace }) else { continue }
            func fault(_ flaw: String) -> GymError {
                GymError(
                    .badInput, "'\(name)' is not a usable genlib: \(flaw)",
                    place: GymError.Place(file: name, line: number + 1, text: line))
            }
            guard text.unicodeScalars.allSatisfy({ $0.isASCII && ($0.value >= 32 || $0 == "\t") }) else {
                throw fault("the line has characters that are not plain text")
            }
            let (head, pins) = split(text)
            if let head {
                let gate = try self.gate(head, fault)
                guard gates.insert(gate.name).inserted else { throw fault("the gate '\(gate.name)' is there twice") }
                inverts = inverts || gate.function.hasPrefix("!")
            } else if gates.isEmpty {
                throw fault("it does not begin with a gate")
            }
            try check(pins, fault)
        }
        guard !gates.isEmpty else { throw GymError(.badInput, "'\(name)' is not a usable genlib: it has no gates") }
        guard inverts else {
            throw GymError(.badInput, "'\(name)' is not a usable genlib: none of its gates inverts")
        }
    }

    /// What stands before the first pin, where it is a gate, and what comes after.
    private static func split(_ line: Substring) -> (head: Substring?, pins: Substring) {
        let words = line.trimmingPrefix { $0.isWhitespace }
        guard words.hasPrefix("GATE") else { return (nil, words) }
        guard let end = words.firstIndex(of: ";") else { return (words, "") }
        return (words[...end], words[words.index(after: end)...])
    }

    private static func gate(
        _ text: Substring, _ fault: (String) -> GymError
    ) throws -> (name: String, function: String) {
        guard text.hasSuffix(";") else { throw fault("a gate's function does not end with ';'") }
        let words = text.dropFirst(4).dropLast().split(maxSplits: 2, whereSeparator: \.isWhitespace)
        guard words.count == 3, let area = Double(words[1]), area.isFinite, area >= 0 else {
            throw fault("a gate is 'GATE name area O=function;'")
        }
        let sides = words[2].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2 else { throw fault("a gate's function is 'O=expression'") }
        let function = sides[1].filter { !$0.isWhitespace }
        let isAllowed = function.allSatisfy { $0.isLetter || $0.isNumber || "!()*+'_[]<>^&|".contains($0) }
        guard !function.isEmpty, isAllowed, isBalanced(function) else {
            throw fault("the function '\(function)' is no expression of ! * + and parentheses")
        }
        return (String(words[0]), function)
    }

    private static func isBalanced(_ function: String) -> Bool {
        var depth = 0
        for letter in function {
            depth += letter == "(" ? 1 : letter == ")" ? -1 : 0
            if depth < 0 { return false }
        }
        return depth == 0
    }

    private static func check(_ pins: Substring, _ fault: (String) -> GymError) throws {
        let words = pins.split(whereSeparator: \.isWhitespace)
        var place = 0
        while place < words.count {
            guard words[place] == "PIN", place + 9 <= words.count else {
                throw fault("a pin is 'PIN name INV|NONINV|UNKNOWN' and six numbers")
            }
            guard ["INV", "NONINV", "UNKNOWN"].contains(words[place + 2]) else {
                throw fault("a pin's phase is INV, NONINV or UNKNOWN, not '\(words[place + 2])'")
            }
            for word in words[place + 3..<place + 9] {
                guard let number = Double(word), number.isFinite, number >= 0 else {
                    throw fault("'\(word)' is no number of a pin")
                }
            }
            place += 9
        }
    }
}
