import Gym

/// What may be done in one step, as parameters of a space: which operation, and its numbers where they are open.
struct ActionSet: Sendable {
    let items: [RecipeReader.Item]

    /// The seven operations of DRiLLS, OpenABC-D and ABC-RL.
    static let seven = "rw, rwz, rf, rfz, rs, rsz, b"
    /// The eleven of BOiLS.
    static let eleven = seven + ", fr, sopb, blut, dsdb"

    /// Reads `std7`, `ext11` or a list of operations.
    ///
    /// - Throws: `GymError` (`bad-option`).
    init(_ text: String) throws {
        let list = ["std7": Self.seven, "ext11": Self.eleven][text] ?? text
        items = try RecipeReader.items(list, option: "actions", isRecipe: false)
        let labels = items.map(\.label)
        guard Set(labels).count == labels.count, items.count >= 2 else {
            throw GymError(
                .badOption, "'actions' has \(items.count < 2 ? "one operation only" : "an operation twice")",
                field: "actions")
        }
    }

    /// How many parameters a step has.
    var parameterCount: Int { 1 + items.reduce(0) { $0 + $1.free.count } }

    /// The parameters of one step, their names led by `prefix`, and when each is active.
    func parameters(
        _ name: String, prefix: String, default choice: Int, note: String
    ) -> (parameters: [Parameter], activity: [String: String]) {
        let labels = items.map(\.label)
        var parameters = [
            Parameter(name, .categorical(labels), default: .text(labels[choice]), note: note)
        ]
        var activity: [String: String] = [:]
        for item in items {
            for letter in item.freeLetters {
                let range = item.free[letter] ?? 0...0
                let own = prefix + Self.word(item.label) + "_" + letter.lowercased()
                parameters.append(
                    Parameter(
                        own, .integer(range), default: .number(Double(range.lowerBound)),
                        note: "the option -\(letter) of \(item.label)"))
                activity[own] = "\(name) == '\(item.label)'"
            }
        }
        return (parameters, activity)
    }

    /// The command of one step of an action.
    func command(_ action: ArraySlice<Double>) -> (choice: Int, text: String) {
        let values = Array(action)
        let choice = Int(values[0])
        let start = 1 + items[..<choice].reduce(0) { $0 + $1.free.count }
        let numbers = values[start..<start + items[choice].free.count].map { Int($0) }
        return (choice, items[choice].command(numbers))
    }

    /// The place of the operation that runs this command when nothing is open; nil where there is none.
    func choice(of command: String) -> Int? {
        items.firstIndex { $0.free.isEmpty && $0.command([]) == command }
            ?? items.firstIndex { $0.operation.text([]) == command }
    }

    private static func word(_ label: String) -> String {
        label.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
    }
}
