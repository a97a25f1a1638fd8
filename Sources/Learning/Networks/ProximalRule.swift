/// How a proximal learner learns (Schulman and others, 2017).
public struct ProximalRule: Sendable, Hashable {
    /// Over what advantages are brought to mean 0 and deviation 1.
    public enum Normalization: String, Sendable, Hashable, CaseIterable {
        case minibatch, rollout, off
    }

    /// What the critic minimises.
    public enum ValueLoss: Sendable, Hashable {
        /// The squared error.
        case squared
        /// The greater of the errors with and without a change of at most the clip range, by Huber's measure with this
        /// turning point (Yu and others, 2022).
        case clipped(huber: Float)
    }

    /// Adam's rate.
    public var rate = 3e-3
    /// Adam's ε.
    public var epsilon = 1e-5
    /// Passes over a rollout.
    public var epochs = 10
    /// Decisions of a step of the optimiser; the last of a pass may have fewer.
    public var minibatch = 64
    /// How far a decision's probability may change before its gradient stops, as a share.
    public var clip = 0.2
    /// What a nat of entropy is worth.
    public var entropy = 0.01
    /// What the critic's loss counts beside the actor's.
    public var valueWeight = 0.5
    /// The length that all gradients together are cut to.
    public var maximalNorm = 0.5
    /// What a reward one step later is worth.
    public var discount = 1.0
    /// How far advantages look ahead: 0 one step, 1 to the end.
    public var lambda = 0.95
    /// Over what advantages are normalised.
    public var normalization = Normalization.minibatch
    /// A pass that changed the policy by more than 1.5 times this divergence is the last one; nil for no limit.
    public var targetDivergence: Double?
    /// What the critic minimises.
    public var valueLoss = ValueLoss.squared
    /// Whether the critic learns returns brought to mean 0 and deviation 1 by all that were seen.
    public var normalizesValues = false

    /// The defaults of every field.
    public init() {}
}

/// What an update of a proximal learner did; means over the minibatches of the last pass.
public struct ProximalReport: Sendable, Hashable {
    /// The clipped objective, negated.
    public var policyLoss = 0.0
    /// The critic's loss before its weight.
    public var valueLoss = 0.0
    /// Nats of a decision.
    public var entropy = 0.0
    /// The estimate (r - 1) - log r of the divergence from the policy that acted.
    public var divergence = 0.0
    /// The share of decisions whose gradient was clipped.
    public var clipFraction = 0.0
    /// The length of the gradient before it was cut.
    public var gradientNorm = 0.0
    /// How much of the returns' variance the critic had foreseen; 1 at best.
    public var explainedVariance = 0.0
}
