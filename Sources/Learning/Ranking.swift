/// How alike two orders of the same things are, and how sure the first place is.
public enum Ranking {
    /// Kendall's τ-b of two lists of scores: 1 for the same order, -1 for the reverse, ties taken account of; nil with
    /// fewer than two scores, or where one list is all ties. Takes n² comparisons.
    public static func agreement(_ first: [Double], _ second: [Double]) -> Double? {
        let count = min(first.count, second.count)
        var (sum, firstTies, secondTies) = (0.0, 0.0, 0.0)
        for one in 0..<count {
            for other in (one + 1)..<max(one + 1, count) {
                let (a, b) = (sign(first[one], first[other]), sign(second[one], second[other]))
                sum += a * b
                if a == 0 { firstTies += 1 }
                if b == 0 { secondTies += 1 }
            }
        }
        let pairs = Double(count * (count - 1) / 2)
        let scale = ((pairs - firstTies) * (pairs - secondTies)).squareRoot()
        return scale > 0 ? sum / scale : nil
    }

    /// The places of the scores from the greatest down, equal ones in their order.
    public static func order(_ scores: [Double]) -> [Int] {
        scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    }

    /// How often each of several contenders comes first when the configurations of all are drawn again and compared by
    /// their median score; the shares add up to 1. A contender without scores never wins.
    public static func firstPlaces(
        _ scores: [[Double]], resamples: Int = 2_000, using generator: inout some RandomNumberGenerator
    ) -> [Double] {
        var wins = [Double](repeating: 0, count: scores.count)
        guard scores.contains(where: { !$0.isEmpty }) else { return wins }
        var drawn = scores
        for _ in 0..<max(1, resamples) {
            var best: (place: Int, median: Double)?
            for (place, own) in scores.enumerated() {
                for index in own.indices { drawn[place][index] = own[Chance.below(own.count, &generator)] }
                guard let median = Spread(drawn[place])?.median else { continue }
                if best.map({ median > $0.median }) ?? true { best = (place, median) }
            }
            if let best { wins[best.place] += 1 }
        }
        return wins.map { $0 / Double(max(1, resamples)) }
    }

    private static func sign(_ a: Double, _ b: Double) -> Double { a < b ? -1 : a > b ? 1 : 0 }
}
