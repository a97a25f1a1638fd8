#if canImport(Glibc)
    import Glibc
#endif

/// A tree over the beginnings of genomes, in levels: what came of all genomes that begin alike.
///
/// Every genome adds at most one node, that at which it left the tree; a node holds only the values that were tried.
struct SearchTree: Sendable {
    /// A value that was tried after a certain beginning.
    struct Edge: Sendable {
        let level: Int32
        /// The node behind it; 0, which is the root, where there is none yet.
        var child: Int32 = 0
        /// Genomes that went this way and were told, and those under way.
        var visits: Int32 = 0
        var pending: Int32 = 0
        /// Of those with a sound reward: how many they are, their sum and the best.
        var sound: Int32 = 0
        var sum = 0.0
        var best = -Double.infinity
    }

    private struct Node: Sendable {
        var edges: [Edge] = []
        var visits = 0
    }

    private let length: Int
    private let limit: Int
    private var nodes = [Node()]
    /// The least and the greatest sound reward so far.
    private var lowest = Double.infinity
    private var highest = -Double.infinity

    /// Genomes have `length` values; beyond `limit` nodes none is added.
    init(length: Int, limit: Int) { (self.length, self.limit) = (length, limit) }

    /// The node behind a value; nil where the tree ends.
    func child(of node: Int, _ level: Int) -> Int? {
        guard let edge = nodes[node].edges.first(where: { $0.level == level }), edge.child > 0 else { return nil }
        return Int(edge.child)
    }

    /// Notes that a genome is under way through a value, by 1, or no longer, by -1.
    mutating func pend(_ node: Int, _ level: Int, by amount: Int32) {
        if let place = nodes[node].edges.firstIndex(where: { $0.level == level }) {
            nodes[node].edges[place].pending += amount
        } else if amount > 0 {
            nodes[node].edges.append(Edge(level: Int32(level), pending: amount))
        }
    }

    /// Takes in what came of a genome, nil where its reward is missing or it broke a constraint.
    mutating func learn(_ levels: [Int32], _ reward: Double?) {
        let reward = reward.map { min(1e150, max(-1e150, $0)) }
        if let reward { (lowest, highest) = (min(lowest, reward), max(highest, reward)) }
        var node = 0
        for (depth, level) in levels.enumerated() {
            nodes[node].visits += 1
            var place = nodes[node].edges.firstIndex { $0.level == level } ?? -1
            if place < 0 {
                place = nodes[node].edges.count
                nodes[node].edges.append(Edge(level: level))
            }
            nodes[node].edges[place].count(reward)
            let child = Int(nodes[node].edges[place].child)
            if child > 0 {
                node = child
                continue
            }
            guard depth + 1 < length, nodes.count < limit else { return }
            nodes[node].edges[place].child = Int32(nodes.count)
            return nodes.append(Node())
        }
    }

    /// The value to take by PUCT (Silver and others, 2017), the greatest q + c p sqrt(1 + N) / (1 + n), where q lies
    /// between 0 and 1, the least and the greatest reward so far (Schrittwieser and others, 2020). A value that was not
    /// tried is taken to be as good as the node's values are on average; one without a prior is never taken.
    ///
    /// - Parameters:
    ///   - greed: how much the best reward counts beside the mean one.
    func choice(at node: Int, priors: [Double], optimism: Double, greed: Double) -> Int? {
        var qualities = [Double](repeating: .nan, count: priors.count)
        var tries = [Double](repeating: 0, count: priors.count)
        var (sum, known, total) = (0.0, 0.0, 0.0)
        for edge in nodes[node].edges {
            let count = Double(edge.visits + edge.pending)
            total += count
            guard count > 0, priors.indices.contains(Int(edge.level)) else { continue }
            let quality = quality(of: edge, greed: greed)
            (qualities[Int(edge.level)], tries[Int(edge.level)]) = (quality, count)
            (sum, known) = (sum + quality * count, known + count)
        }
        let untried = known > 0 ? sum / known : 0.5
        var best: (level: Int, value: Double)?
        for (level, prior) in priors.enumerated() where prior > 0 {
            let quality = qualities[level].isNaN ? untried : qualities[level]
            let value = quality + optimism * prior * (1 + total).squareRoot() / (1 + tries[level])
            if value > best?.value ?? -.infinity { best = (level, value) }
        }
        return best?.level
    }

    /// Between 0 and 1; genomes under way, and those without a sound reward, count as the worst.
    private func quality(of edge: Edge, greed: Double) -> Double {
        guard edge.sound > 0 else { return 0 }
        let range = highest - lowest
        guard range > 0 else { return Double(edge.sound) / Double(edge.visits + edge.pending) * 0.5 }
        let mean = (edge.sum / Double(edge.sound) - lowest) / range
        let share = Double(edge.sound) / Double(edge.visits + edge.pending)
        return (1 - greed) * mean * share + greed * (edge.best - lowest) / range
    }
}

extension SearchTree.Edge {
    fileprivate mutating func count(_ reward: Double?) {
        visits += 1
        guard let reward else { return }
        sound += 1
        sum += reward
        best = max(best, reward)
    }
}
