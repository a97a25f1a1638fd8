public import Gym

/// Episodes of an environment of steps, as a log with observations has them: what proxies of steps learn from.
public struct EpisodeRows: Sendable {
    /// One step.
    public struct Step: Sendable {
        /// What was seen before.
        public let seen: [Double]
        /// What was done, in canonical form.
        public let action: Action
        /// What came of it, with what was seen next.
        public let evaluation: Evaluation
    }

    /// Steps from a reset on.
    public struct Episode: Sendable {
        /// Who acted.
        public let source: DesignRows.Source
        /// In order, from the first.
        public fileprivate(set) var steps: [Step] = []
        fileprivate var isWhole = true
    }

    /// Which episode a step belongs to: a trial by a number of one's own, a slot, and an episode of it.
    public struct Key: Sendable, Hashable {
        let trial, episode: Int64
        let slot: Int

        /// Names an episode.
        public init(trial: Int64, slot: Int, episode: Int64) {
            (self.trial, self.slot, self.episode) = (trial, slot, episode)
        }
    }

    /// What the episodes are of.
    public let spec: EnvironmentSpec
    private var found: [Episode] = []
    private var places: [Key: Int] = [:]
    /// How many steps came from a proxy and were left out.
    public private(set) var learned = 0

    /// Begins with no episodes.
    public init(_ spec: EnvironmentSpec) { self.spec = spec }

    /// Those that are known from their beginning, in the order in which they began.
    public var episodes: [Episode] { found.filter { $0.isWhole && !$0.steps.isEmpty } }

    /// How many steps they have.
    public var steps: Int { episodes.reduce(0) { $0 + $1.steps.count } }

    /// Takes in a step; those of an episode come in their order.
    ///
    /// - Throws: `GymError` (`bad-input`) for a step whose observations were not kept, or where not all was legal: what
    ///   is legal in a state that nobody saw can't be told.
    public mutating func add(
        _ sample: Sample, to key: Key, from source: DesignRows.Source
    ) throws {
        guard sample.fidelity != "proxy" else {
            learned += 1
            return
        }
        let width = spec.observationNames.count
        guard sample.observation.values.count == width, sample.evaluation.observation.values.count == width else {
            throw GymError(
                .badInput, "the trials of '\(spec.id)' in study '\(source.study)' were logged without observations",
                hint: "a manifest keeps them with 'record: observations'")
        }
        guard sample.observation.legal?.allSatisfy({ $0.allSatisfy(\.self) }) ?? true else {
            throw GymError(
                .badInput,
                "not every action of '\(spec.id)' is legal in every state, and a proxy of steps can't tell which are")
        }
        let place = places[key] ?? found.count
        if place == found.count {
            places[key] = place
            found.append(Episode(source: source))
        }
        // One whose beginning is not in the log says nothing of where episodes begin.
        if sample.step != found[place].steps.count { found[place].isWhole = false }
        found[place].steps.append(
            Step(
                seen: sample.observation.values, action: spec.actionSpace.canonical(sample.action),
                evaluation: sample.evaluation))
    }

    /// The same with only some of the episodes.
    public func picking(_ places: [Int]) -> EpisodeRows {
        var part = EpisodeRows(spec)
        let all = episodes
        (part.found, part.learned) = (places.map { all[$0] }, learned)
        return part
    }

    /// The places of all episodes in a random order, the same for the same seed.
    public func shuffled(seed: UInt64, _ purpose: String) -> [Int] {
        var generator = Generator(seed: seed, "proxy", purpose)
        return generator.shuffled(Array(episodes.indices))
    }
}
