/// What a policy did since it learned last: decisions, what they were made from, and what became of them.
///
/// A decision is made from one row, or from several, where later choices see earlier ones; each row has an input, an
/// optional mask and a value for each choice, -1 where the row does not make it. All rows lie in flat buffers that keep
/// their room when they are emptied, so that nothing is allocated for a decision.
public struct Rollout: Sendable {
    /// How decisions look.
    public struct Shape: Sendable, Hashable {
        /// Rows of a decision.
        public var rows: Int
        /// Numbers of a row that the actor sees.
        public var inputs: Int
        /// Numbers of a decision that the critic sees.
        public var criticInputs: Int
        /// Choices of a row, and all their values.
        public var choices, logits: Int

        /// Describes decisions.
        public init(rows: Int = 1, inputs: Int, criticInputs: Int, heads: CategoricalHeads) {
            (self.rows, self.inputs, self.criticInputs) = (rows, inputs, criticInputs)
            (choices, logits) = (heads.counts.count, heads.logitCount)
        }
    }

    /// How decisions look.
    public let shape: Shape
    /// How many decisions there are.
    public private(set) var count = 0
    /// What each decision brought.
    public private(set) var rewards: [Float] = []

    private(set) var inputs: [Float] = []
    private(set) var criticInputs: [Float] = []
    private(set) var choices: [Int32] = []
    /// Empty while no row had a mask.
    private(set) var masks: [UInt8] = []
    /// The decision that followed in the same episode; -1 where none did.
    private var successors: [Int32] = []
    private var terminals: [Bool] = []
    /// What the critic expects after a decision without a successor that ended no episode.
    private var prospects: [Float] = []

    /// What the critic expected of each decision; set by the learner before `estimate`.
    var values: [Float] = []
    /// The logarithm of each decision's probability when it was made.
    var logs: [Float] = []
    private(set) var advantages: [Float] = []
    private(set) var returns: [Float] = []

    /// An empty rollout.
    public init(_ shape: Shape) { self.shape = shape }

    /// Adds a decision and returns its number.
    ///
    /// - Parameters:
    ///   - inputs: the rows that the actor saw, one after the other.
    ///   - choices: for each row a value of each choice, -1 where the row does not make it.
    ///   - masks: for each row a number per logit, 0 where it was forbidden; nil where nothing was.
    ///   - isTerminal: whether the episode ended with it by the environment's rules.
    ///   - previous: the decision before it in the same episode.
    @discardableResult
    public mutating func append(
        inputs: [Float], criticInputs: [Float], choices: [Int32], masks: [UInt8]? = nil, reward: Float,
        isTerminal: Bool, after previous: Int? = nil
    ) -> Int {
        precondition(
            inputs.count == shape.rows * shape.inputs && criticInputs.count == shape.criticInputs
                && choices.count == shape.rows * shape.choices, "a decision has the wrong shape")
        if masks != nil, self.masks.isEmpty {
            self.masks = [UInt8](repeating: 1, count: count * shape.rows * shape.logits)
        }
        if let masks {
            self.masks += masks
        } else if !self.masks.isEmpty {
            self.masks.append(contentsOf: repeatElement(1, count: shape.rows * shape.logits))
        }
        self.inputs += inputs
        self.criticInputs += criticInputs
        self.choices += choices
        rewards.append(reward)
        successors.append(-1)
        terminals.append(isTerminal)
        prospects.append(0)
        if let previous { successors[previous] = Int32(count) }
        count += 1
        return count - 1
    }

    /// Says what the critic expects after a decision whose episode goes on without a successor here: it was cut at the
    /// horizon, or the rollout ends before it does.
    public mutating func expect(_ value: Float, after decision: Int) { prospects[decision] = value }

    /// Forgets all decisions and keeps their room.
    public mutating func removeAll() {
        count = 0
        inputs.removeAll(keepingCapacity: true)
        criticInputs.removeAll(keepingCapacity: true)
        choices.removeAll(keepingCapacity: true)
        masks.removeAll(keepingCapacity: true)
        rewards.removeAll(keepingCapacity: true)
        successors.removeAll(keepingCapacity: true)
        terminals.removeAll(keepingCapacity: true)
        prospects.removeAll(keepingCapacity: true)
    }

    /// Advantages by generalised estimation (Schulman and others, 2016, eq. 16) from the critic's values, and the
    /// returns that the critic is to learn.
    mutating func estimate(discount: Float, lambda: Float) {
        advantages.removeAll(keepingCapacity: true)
        advantages.append(contentsOf: repeatElement(0, count: count))
        returns.removeAll(keepingCapacity: true)
        returns.append(contentsOf: repeatElement(0, count: count))
        // A successor has a greater number, so that it is done before.
        for decision in stride(from: count - 1, through: 0, by: -1) {
            let next = Int(successors[decision])
            var (expected, trace): (Float, Float) = (prospects[decision], 0)
            if terminals[decision] {
                expected = 0
            } else if next >= 0 {
                (expected, trace) = (values[next], advantages[next])
            }
            let surprise = rewards[decision] + discount * expected - values[decision]
            advantages[decision] = surprise + discount * lambda * trace
            returns[decision] = advantages[decision] + values[decision]
        }
    }
}
