import Gym

/// Reads how people write operations: `rw`, `rf -N 12`, `rs -K 4..12 -N 0..3 -z 0..1`, separated by `,` or `;`.
enum RecipeReader {
    /// An operation with what is fixed of its options, and what is left to choose.
    struct Item: Sendable, Hashable {
        let operation: Operation
        let fixed: [String: Int]
        let free: [String: ClosedRange<Int>]

        /// What it is called: its shortest name and what is fixed.
        var label: String {
            let options = fixed.keys.sorted().map { letter in
                operation.switches.contains { $0.letter == letter && $0.range == nil }
                    ? letter : letter + "\(fixed[letter] ?? 0)"
            }
            return ([operation.names[0]] + options).joined(separator: "-")
        }

        /// The letters that are left to choose, in order.
        var freeLetters: [String] { free.keys.sorted() }

        /// The command with these numbers for the letters that are left.
        func command(_ values: [Int]) -> String {
            let chosen = Dictionary(zip(freeLetters, values)) { first, _ in first }
            let all = fixed.merging(chosen) { first, _ in first }
            return operation.text(all.keys.sorted().map { ($0, all[$0] ?? 0) })
        }
    }

    /// Reads a list of operations; where `isRecipe`, nothing may be left to choose.
    ///
    /// - Throws: `GymError` (`bad-option`) with a guess for an operation that there is not, and the range of a number.
    static func items(_ text: String, option: String, isRecipe: Bool) throws -> [Item] {
        let parts = text.split { $0 == "," || $0 == ";" }
        let items = try parts.map { part in
            try item(part.split(whereSeparator: \.isWhitespace).map(String.init), option: option)
        }
        guard !items.isEmpty else {
            throw GymError(.badOption, "'\(option)' names no operation", hint: "such as: rw, rf, b", field: option)
        }
        if isRecipe, let open = items.first(where: { !$0.free.isEmpty }) {
            throw GymError(
                .badOption, "'\(option)' leaves a number of '\(open.operation.names[0])' open", field: option)
        }
        return items
    }

    private static func item(_ words: [String], option: String) throws -> Item {
        guard let name = words.first else {
            throw GymError(.badOption, "'\(option)' has an empty place", field: option)
        }
        guard let operation = Operation.named(name) else {
            let known = Operation.all.flatMap(\.names)
            let fix = Guess.closest(to: name, among: known).map { "did you mean '\($0)'?" }
            throw GymError(
                .badOption, "'\(option)' names '\(name)', which is no operation",
                hint: fix ?? "there are: " + known.joined(separator: " "), field: option)
        }
        var (fixed, free) = ([String: Int](), [String: ClosedRange<Int>]())
        var place = 1
        while place < words.count {
            let letter = String(words[place].dropFirst())
            guard words[place].hasPrefix("-"), let known = operation.switches.first(where: { $0.letter == letter })
            else {
                let letters = operation.switches.map { "-\($0.letter)" }.joined(separator: " ")
                throw GymError(
                    .badOption, "'\(name)' has no option '\(words[place])'",
                    hint: letters.isEmpty ? "it has none" : "it has: \(letters)", field: option)
            }
            guard fixed[letter] == nil, free[letter] == nil else {
                throw GymError(.badOption, "'\(name)' has '-\(letter)' twice", field: option)
            }
            place += 1
            let next = place < words.count && !words[place].hasPrefix("-") ? words[place] : nil
            if next != nil { place += 1 }
            let range = try self.range(next, of: known, name: name, option: option)
            if range.count == 1 { fixed[letter] = range.lowerBound } else { free[letter] = range }
        }
        // A flag that is not to be set is as if it were not there.
        let unset = operation.switches.filter { $0.range == nil && fixed[$0.letter] == 0 }
        for flag in unset { fixed[flag.letter] = nil }
        return Item(operation: operation, fixed: fixed, free: free)
    }

    private static func range(
        _ text: String?, of known: Operation.Switch, name: String, option: String
    ) throws -> ClosedRange<Int> {
        let allowed = known.range ?? 0...1
        guard let text else {
            guard known.range == nil else {
                throw GymError(
                    .badOption, "'-\(known.letter)' of '\(name)' needs a number from \(self.text(of: allowed))",
                    field: option)
            }
            return 1...1
        }
        let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { Int($0) }
        guard ends.count == 1 || ends.count == 2 && text.contains(".."), let low = ends[0], let high = ends.last ?? nil,
            low <= high, allowed.contains(low), allowed.contains(high)
        else {
            throw GymError(
                .badOption, "'-\(known.letter) \(text)' of '\(name)' is not in \(self.text(of: allowed))",
                hint: "a number, or two with '..' between", field: option)
        }
        return low...high
    }

    private static func text(of range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }
}
