import Gym
import Learning

#if canImport(Glibc)
    import Glibc
#endif

/// What makes a design promising.
enum Acquisition: String, Sendable {
    /// The logarithm of the improvement to expect (Ament and others, 2023).
    case logei
    /// The mean and some deviations more.
    case ucb
    /// How good the design is in a function drawn from the process.
    case thompson
}

/// How promising designs around a middle are, by what the surrogates predict of them.
struct Outlook: Sendable {
    private let acquisition: Acquisition
    private let beta: Double
    /// The best value so far, nil where no design keeps the constraints yet.
    private let best: Double?
    /// What of each prediction's variance counts nothing: the noise, where only the smooth part of a function does.
    private let ignored: [Double]
    /// What two objectives' front is, nil where there is one objective or none is feasible.
    private let front: FrontImprovement?
    /// One for each objective.
    private var objectives: [LocalPredictor]
    /// How many designs are known.
    let known: Int
    private var feasibility: LocalPredictor?
    /// What the feasibility's surrogate must predict at least.
    private let threshold: Double

    /// Surrogates must be prepared.
    init(
        _ acquisition: Acquisition, beta: Double, isSmooth: Bool, elite: Elite, objectives: [Surrogate],
        feasibility: Surrogate?
    ) {
        (self.acquisition, self.beta) = (acquisition, beta)
        ignored = objectives.map { isSmooth ? $0.process.kernel.noise : 0 }
        let values = elite.isFeasible ? elite.members.map { zip(objectives, $0.values).map { $0.standard($1) } } : []
        best = isSmooth && !values.isEmpty ? objectives[0].smoothBest(upTo: values[0][0]) : values.first?.first
        front = objectives.count == 2 && !values.isEmpty ? FrontImprovement(values) : nil
        known = objectives[0].process.count
        self.objectives = objectives.map { LocalPredictor($0.process) }
        self.feasibility = feasibility.map { LocalPredictor($0.process) }
        threshold = feasibility?.standard(0) ?? 0
    }

    mutating func move(to design: [Double]) {
        for place in objectives.indices { objectives[place].move(to: design) }
        feasibility?.move(to: design)
    }

    /// A cheap foretaste of the promise.
    mutating func foretaste(_ design: [Double]) -> Double {
        if best == nil, let mean = feasibility?.expectation(of: design) { return mean }
        return objectives.indices.reduce(0) { $0 + objectives[$1].expectation(of: design) }
    }

    /// The more, the better.
    mutating func promise(_ design: [Double]) -> Double {
        let likelihood = logFeasibility(design)
        guard let best else { return likelihood }
        let prediction = objectives[0].prediction(of: design)
        if let front {
            let other = objectives[1].prediction(of: design)
            return front.logExpected(
                (-prediction.mean, -other.mean), (deviation(prediction.variance, 0), deviation(other.variance, 1)))
                + likelihood
        }
        let deviation = deviation(prediction.variance, 0)
        switch acquisition {
        case .logei, .thompson:
            return Normal.logExcess((prediction.mean - best) / deviation) + log(deviation) + likelihood
        case .ucb: return prediction.mean + beta * deviation + likelihood
        }
    }

    /// The deviation of an objective that counts.
    private func deviation(_ variance: Double, _ place: Int) -> Double {
        max(1e-9, variance - ignored[place]).squareRoot()
    }

    /// The logarithm of the probability that a design keeps the constraints.
    mutating func logFeasibility(_ design: [Double]) -> Double {
        guard let prediction = feasibility?.prediction(of: design) else { return 0 }
        return Normal.logCumulative((prediction.mean - threshold) / prediction.variance.squareRoot())
    }
}

extension FrontImprovement {
    /// A front of standardised values, of which more is better; volume counts up to a tenth beyond its worst ones.
    fileprivate init(_ values: [[Double]]) {
        let costs = values.map { $0.map { -$0 } }
        let reference = (0..<2).map { side in
            let (least, most) = costs.reduce((Double.infinity, -Double.infinity)) {
                (min($0.0, $1[side]), max($0.1, $1[side]))
            }
            // A front of one point has no extent; deviations are 1.
            return most + max(0.1, 0.1 * (most - least))
        }
        self.init(costs, reference: reference)
    }
}

extension Surrogate {
    /// The best of some designs in one function drawn from the process: each is drawn given those before it. The
    /// logarithms of probabilities are added to the draws.
    func drawBest(of designs: [[Double]], adding extras: [Double], _ generator: inout Generator) -> Int? {
        var process = process
        var best: (value: Double, place: Int)?
        for (place, design) in designs.enumerated() {
            let (mean, variance) = process.prediction(at: design)
            // Box and Muller's transform; one of its two numbers is enough.
            let radius = (-2 * log(1 - generator.unit())).squareRoot()
            let draw = mean + variance.squareRoot() * radius * cos(2 * .pi * generator.unit())
            process.append(design, draw)
            process.settle()
            if draw + extras[place] > best?.value ?? -.infinity { best = (draw + extras[place], place) }
        }
        return best?.place
    }
}
