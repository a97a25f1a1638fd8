import Gym

/// Whether a policy over designs has made up its mind and finds nothing better any more, so that what is left of the
/// budget serves a new one that begins elsewhere.
///
/// A policy has converged when nearly all that it draws was tried before: then only neighbours of that are tried, which
/// pays for a while.
struct Convergence: Sendable {
    /// The share of draws that were tried before, from which on a policy counts as converged.
    private static let share = 0.75

    private let budget: Int?
    private let isOn: Bool
    /// How many samples the policy of now was begun after.
    private(set) var start = 0
    private var best: Score?
    private var bestAt = 0

    init(_ problem: Problem, isOn: Bool) {
        budget = problem.sampleBudget
        self.isOn = isOn && problem.isOfDesigns
    }

    /// Takes in what the sample of a number gave.
    mutating func note(_ score: Score, at number: Int) {
        guard best.map({ score.isBetter(than: $0) }) ?? true else { return }
        (best, bestAt) = (score, number)
    }

    /// Whether a new policy should begin after so many samples; then its time counts from here. It should where an
    /// eighth of the budget, 256 samples where that is unknown, brought nothing better, and where as much is left as
    /// the policy of now has had.
    ///
    /// - Parameter repeats: the share of the latest draws that had been tried before.
    mutating func isOver(after told: Int, repeats: Double) -> Bool {
        let patience = budget.map { $0 / 8 } ?? 256
        guard isOn, repeats >= Self.share, told - bestAt >= patience else { return false }
        if let budget, budget - told < told - start { return false }
        (start, best, bestAt) = (told, nil, told)
        return true
    }
}
