import Gym

extension [Parameter] {
    /// The hyperparameters of every policy network and of what it learns from, in the order in which agents list them.
    static func network(layers: Int, activation: String) -> [Parameter] {
        [
            Parameter("hidden", .integer(4...256), scale: .log2, default: 64, note: "the width of each hidden layer"),
            Parameter("layers", .integer(1...3), default: .number(Double(layers)), note: "how many hidden layers"),
            Parameter(
                "activation", .categorical(["tanh", "relu"]), default: .text(activation),
                note: "behind each hidden layer"),
            Parameter(
                "levels", .integer(4...1_024), scale: .log2, default: 128, note: "parts of a number's range, at most"),
            Parameter(
                "smooth", .categorical(["on", "off"]), default: "on",
                note: "whether near values of a number share what is learned of them"),
            Parameter(
                "reward", .categorical(RewardShape.Kind.allCases.map(\.rawValue)),
                note: "how rewards are scaled; left out: rank for designs; standard, by the deviation of returns, in "
                    + "episodes of several steps"),
        ]
    }
}
