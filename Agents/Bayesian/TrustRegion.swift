import Learning

/// The part of the space around the best design that is searched: it grows with success, shrinks without, and when it
/// is too small a new one begins elsewhere (TuRBO, Eriksson and others, 2019; for choices the Hamming ball of
/// CASMOPOLITAN, Wan and others, 2021).
struct TrustRegion: Sendable {
    private static let (first, least) = (0.8, 0.05)
    private static let successes = 3

    private let axes: [DesignKernel.Axis]
    private let patience: Int
    private let choices: Int
    /// The share of a number's range, and of the choices, that may differ from the middle.
    private(set) var share = first
    /// The best design since the region began.
    private(set) var middle: [Double]?
    private var best = -Double.infinity
    private var wins = 0
    private var losses = 0

    init(_ axes: [DesignKernel.Axis]) {
        self.axes = axes
        choices = axes.count { $0 == .choice }
        patience = max(4, axes.count)
    }

    /// How many choices may differ.
    private var radius: Int { max(1, Int((share * Double(choices)).rounded())) }

    /// Whether a design lies in the region; all do before there is a best one.
    func contains(_ design: [Double]) -> Bool {
        guard let middle else { return true }
        var changes = 0
        for (place, axis) in axes.enumerated() where design[place] != middle[place] {
            if axis == .choice {
                changes += 1
            } else if abs(design[place] - middle[place]) > share / 2 + 1e-9 {
                return false
            }
        }
        return changes <= radius
    }

    /// Takes in a value of a design; true where the region has become too small, and a new one is to begin.
    mutating func learn(_ design: [Double], _ value: Double) -> Bool {
        guard middle != nil, value <= best + 1e-3 * abs(best) else {
            if middle != nil { (wins, losses) = (wins + 1, 0) }
            (middle, best) = (design, value)
            if wins == Self.successes { (share, wins) = (min(1, 2 * share), 0) }
            return false
        }
        // An improvement too small to count moves the middle all the same.
        if value > best { (middle, best) = (design, value) }
        (wins, losses) = (0, losses + 1)
        guard losses == patience else { return false }
        (share, losses) = (share / 2, 0)
        guard share < Self.least else { return false }
        self = TrustRegion(axes)
        return true
    }
}
