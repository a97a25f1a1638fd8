/// What makes a mapped circuit good, in one number beside that of the reference recipe.
enum SynthesisObjective: String, Sendable, CaseIterable {
    /// size / reference + delay / reference (BOiLS); 2 is the reference.
    case sum
    /// size · delay / the reference's (ABC-RL, INVICTUS); 1 is the reference.
    case product
    /// ANDs / the reference's (abcRL).
    case ands
    /// size / reference, and ten times what the delay is above its limit, relative to it (DRiLLS).
    case constrained

    /// What a circuit is compared with.
    struct Reference: Sendable {
        var size = MappedSize(size: 1, delay: 1, detail: 1)
        var ands = 1.0
        /// The limit of the delay under `constrained`.
        var delayLimit = 1.0
    }

    /// Less is better.
    func quality(_ size: MappedSize, ands: Double, reference: Reference) -> Double {
        switch self {
        case .sum: size.size / reference.size.size + size.delay / reference.size.delay
        case .product: size.size / reference.size.size * (size.delay / reference.size.delay)
        case .ands: ands / reference.ands
        case .constrained:
            size.size / reference.size.size + 10 * max(0, size.delay / reference.delayLimit - 1)
        }
    }

    /// The reward of DRiLLS for going from one circuit to another: a table of whether the limit is kept, whether the
    /// delay fell while it is not, and whether the area fell.
    static func tableReward(from old: MappedSize, to new: MappedSize, limit: Double) -> Double {
        func sign(_ before: Double, _ after: Double) -> Int { after < before ? 1 : after == before ? 0 : -1 }
        let area = sign(old.size, new.size)
        guard new.delay > limit else { return [-1: -1, 0: 0, 1: 3][area] ?? 0 }
        let table = [1: [1: 3.0, 0: 2, -1: 1], 0: [1: 2, 0: 0, -1: -2], -1: [1: -1, 0: -2, -1: -3]]
        return table[sign(old.delay, new.delay)]?[area] ?? 0
    }
}
