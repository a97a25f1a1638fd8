import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// How likely each value is to come next, by what the best genomes so far have in the same place: those that begin
/// alike count most.
///
/// It is the conditional density of a mixture of kernels, one around each of the best genomes, the i-th of which weighs
/// i^-bias. A kernel gives most to its genome's own value, something to a number's near ones, and the rest to all.
struct ElitePrior: Sendable {
    private let levels: Levels
    private let size: Int
    private let bias: Double
    /// What a kernel gives to values other than its genome's, all together.
    private let blur: Double
    /// The best first.
    private(set) var elite: [(score: Score, levels: [Int32])] = []
    /// The deviation of a number's bell, in levels, for each place; nil where levels have no order.
    private let spreads: [Double?]

    /// - Parameters:
    ///   - changes: in how many values a draw differs from the genome it was drawn by, on average.
    init(_ genomes: Genomes, _ levels: Levels, size: Int, bias: Double, changes: Double) {
        (self.levels, self.size, self.bias) = (levels, size, bias)
        blur = min(0.9, changes / Double(max(1, genomes.length)))
        spreads = (0..<genomes.length).map { place in
            genomes.parameter(at: place).isCategorical ? nil : max(0.7, Double(levels.counts[place]) / 16)
        }
    }

    /// Takes in a genome; whether it is among the best.
    mutating func learn(_ levels: [Int32], _ score: Score) {
        let place = elite.firstIndex { score.isBetter(than: $0.score) } ?? elite.count
        guard place < size, score.reward != nil else { return }
        elite.insert((score, levels), at: place)
        if elite.count > size { elite.removeLast() }
    }

    /// How much each of the best counts before anything is chosen.
    var weights: [Double] { elite.indices.map { pow(Double($0 + 1), -bias) } }

    /// How likely each level of a place is under weights of the best, 1 or a little less in sum; all alike where there
    /// is none.
    func shares(at place: Int, weights: [Double]) -> [Double] {
        let count = levels.counts[place]
        var shares = [Double](repeating: 0, count: count)
        var total = 0.0
        for (genome, weight) in zip(elite, weights) where weight > 0 {
            total += weight
            add(weight, around: Int(genome.levels[place]), at: place, to: &shares)
        }
        guard total > 0 else { return [Double](repeating: 1 / Double(count), count: count) }
        for level in shares.indices { shares[level] = shares[level] * (1 - blur) / total + blur / Double(count) }
        return shares
    }

    /// What the weights are once a level was chosen: those whose genomes have another one there fall.
    func turn(_ weights: inout [Double], at place: Int, to level: Int) {
        let ground = blur / Double(levels.counts[place])
        var highest = 0.0
        for index in weights.indices where index < elite.count {
            let own = Int(elite[index].levels[place])
            weights[index] *= (1 - blur) * bell(own, level, at: place) + ground
            highest = max(highest, weights[index])
        }
        // Only their proportions matter, and those of long genomes would soon be no numbers any more.
        if highest > 0 { for index in weights.indices { weights[index] /= highest } }
    }

    private func add(_ weight: Double, around own: Int, at place: Int, to shares: inout [Double]) {
        guard spreads[place] != nil else {
            shares[own] += weight
            return
        }
        for level in shares.indices { shares[level] += weight * bell(own, level, at: place) }
    }

    /// Half of a number's kernel is its own level's, the other half a bell around it.
    private func bell(_ own: Int, _ level: Int, at place: Int) -> Double {
        guard let spread = spreads[place] else { return own == level ? 1 : 0 }
        let distance = Double(own - level) / spread
        // A bell that is cut off at an end is a little too low there, which the ground makes up for.
        let height = 0.4 / spread
        return (own == level ? 0.5 : 0) + 0.5 * height * exp(-0.5 * distance * distance)
    }
}
