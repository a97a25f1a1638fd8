import Gym

/// An operation of ABC that a recipe may use. Only these, and whole numbers in these ranges, ever become a command.
struct Operation: Sendable, Hashable {
    /// One option of an operation.
    struct Switch: Sendable, Hashable {
        /// The letter, as ABC's help has it.
        let letter: String
        /// Its numbers; nil for one that takes none.
        let range: ClosedRange<Int>?
    }

    /// What recipes call it, the shortest name first.
    let names: [String]
    /// The command before its options.
    let command: String
    /// The options that are set by the name alone.
    let preset: [String]
    /// The options that may be given.
    let switches: [Switch]
    /// What comes before and after in the same step.
    let (before, after): (String, String)

    init(
        _ names: [String], _ command: String, preset: [String] = [], _ switches: [Switch] = [], before: String = "",
        after: String = ""
    ) {
        (self.names, self.command, self.preset, self.switches) = (names, command, preset, switches)
        (self.before, self.after) = (before, after)
    }

    /// One step of ABC with these options.
    func text(_ given: [(letter: String, value: Int)]) -> String {
        var words = [command] + preset.map { "-\($0)" }
        for (letter, value) in given {
            guard let option = switches.first(where: { $0.letter == letter }) else { continue }
            // A flag that is set by the name stays set.
            if option.range == nil {
                if value == 1, !preset.contains(letter) { words.append("-\(letter)") }
            } else {
                words.append("-\(letter) \(value)")
            }
        }
        return [before, words.joined(separator: " "), after].filter { !$0.isEmpty }.joined(separator: "; ")
    }

    private static func flag(_ letter: String) -> Switch { Switch(letter: letter, range: nil) }
    private static func number(_ letter: String, _ range: ClosedRange<Int>) -> Switch {
        Switch(letter: letter, range: range)
    }

    private static func graph(_ names: [String], _ command: String, _ switches: [Switch] = []) -> Operation {
        Operation(names, command, switches, before: "&get -n", after: "&put")
    }

    private static let resubstitution = [number("K", 4...16), number("N", 0...3), flag("l")]

    /// Every operation, with the ranges that ABC's help and its errors give.
    static let all = [
        Operation(["rw", "rewrite"], "rewrite", [flag("l"), flag("z")]),
        Operation(["rwz"], "rewrite", preset: ["z"], [flag("l")]),
        Operation(["rf", "refactor"], "refactor", [number("N", 2...15), flag("l"), flag("z")]),
        Operation(["rfz"], "refactor", preset: ["z"], [number("N", 2...15), flag("l")]),
        Operation(["rs", "resub"], "resub", resubstitution + [flag("z")]),
        Operation(["rsz"], "resub", preset: ["z"], resubstitution),
        Operation(["b", "balance"], "balance", [flag("l"), flag("d"), flag("s"), flag("x")]),
        Operation(
            ["fr", "fraig"], "fraig", [number("R", 128...32_768), number("D", 128...32_768), number("C", 1...10_000)]),
        graph(["sopb"], "&sopb", [number("C", 2...100)]),
        graph(["blut"], "&blut", [number("K", 2...6), number("C", 1...8)]),
        graph(["dsdb"], "&dsdb", [number("K", 3...6), number("C", 2...100)]),
        graph(["syn2"], "&syn2", [number("R", 0...100)]), graph(["syn3"], "&syn3"), graph(["syn4"], "&syn4"),
        graph(["gdc2"], "&dc2", [flag("l")]), Operation(["dc2"], "dc2", [flag("b"), flag("l")]),
        Operation(["irw"], "irw", [flag("l"), flag("z")]),
        Operation(["drw"], "drw", [number("C", 1...20), number("N", 1...20), flag("l"), flag("z")]),
        Operation(["drf"], "drf", [number("M", 1...8), number("K", 4...15), flag("l"), flag("z")]),
        Operation(["dch"], "dch", [flag("f")], after: "strash"),
        Operation(
            ["lut"], "if",
            [number("K", 3...16), number("C", 1...1_024), number("F", 0...4), number("A", 0...4), flag("g")],
            after: "strash"),
    ]

    /// The operation of a name; nil where there is none.
    static func named(_ name: String) -> Operation? { all.first { $0.names.contains(name) } }
}
