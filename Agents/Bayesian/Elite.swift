import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// The designs around which a search looks: the best ones, or of two objectives those that no other one beats in both.
struct Elite: Sendable {
    /// A design with what became of it; of `values` more is better, one for each objective.
    struct Member: Sendable {
        let score: Score
        let values: [Double]
        let genome: [Double]
    }

    private static let (few, many) = (16, 100)

    /// The best first where there is one objective, or where no design keeps the constraints yet.
    private(set) var members: [Member] = []

    /// Whether a design keeps the constraints.
    var isFeasible: Bool { members.first.map { $0.score.violation == 0 } ?? false }

    mutating func insert(_ member: Member) {
        guard member.values.count > 1, member.score.violation == 0 else {
            if member.values.count > 1, isFeasible { return }
            let place = members.firstIndex { member.score.isBetter(than: $0.score) } ?? members.count
            members.insert(member, at: place)
            if members.count > Self.few { members.removeLast() }
            return
        }
        if !isFeasible { members = [] }
        let costs = member.values.map { -$0 }
        if members.contains(where: { $0.values == member.values || Pareto.dominates($0.values.map { -$0 }, costs) }) {
            return
        }
        members.removeAll { Pareto.dominates(costs, $0.values.map { -$0 }) }
        members.append(member)
        guard members.count > Self.many else { return }
        let room = Pareto.crowding(members.map(\.values))
        if let tightest = room.indices.min(by: { (room[$0], $0) < (room[$1], $1) }) { members.remove(at: tightest) }
    }

    /// Genomes to begin from, at most so many: the best ones, or some of a front.
    func heads(_ count: Int, _ generator: inout Generator) -> [[Double]] {
        guard members.count > count, members[0].values.count > 1, isFeasible else {
            return members.prefix(count).map(\.genome)
        }
        return generator.shuffled(members.map(\.genome)).prefix(count).map(\.self)
    }
}

/// What an agent's surrogates learn of an outcome: the reward, or each of two metrics.
struct Goals: Sendable {
    private let terms: [(place: Int, sign: Double, isLogarithmic: Bool)]

    /// Two metrics where the objective is a front of two, else the reward.
    init(_ problem: Problem) {
        let names = problem.objective.kind == .pareto ? problem.objective.terms.map(\.metric) : []
        let found = names.compactMap { name in problem.spec.metrics.firstIndex { $0.name == name } }
        terms =
            found.count == 2 && names.count == 2
            ? found.map { place in
                let metric = problem.spec.metrics[place]
                return (place, metric.goal == .minimize ? -1 : 1, metric.isPositive)
            } : []
    }

    /// How many there are.
    var count: Int { max(1, terms.count) }

    /// One value for each goal, more is better; nil where there is no reward, or a metric is missing.
    func values(_ outcome: Outcome) -> [Double]? {
        guard let reward = outcome.score.reward else { return nil }
        guard !terms.isEmpty else { return [reward] }
        let values: [Double] = terms.compactMap { term in
            guard outcome.metrics.indices.contains(term.place), let value = outcome.metrics[term.place], !value.isNaN
            else { return nil }
            return term.sign * (term.isLogarithmic && value > 0 ? log(value) : value)
        }
        return values.count == terms.count ? values : nil
    }
}
