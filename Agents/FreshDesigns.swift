import Gym

/// Remembers which designs an agent has proposed, so that it proposes none twice.
///
/// It holds 64-bit hashes, at most two million of them, which take 34 MB: when the younger half is full, the older half
/// is forgotten. So an agent grows by some 16 bytes a sample at first and is flat from two million samples on.
struct FreshDesigns: Sendable {
    private static let halfLimit = 1 << 20
    /// A space of at most this many designs is listed when chance finds nothing new in it.
    private static let listLimit = 1 << 16
    private static let patience = 100

    private let space: Space
    private var younger: Set<UInt64> = []
    private var older: Set<UInt64> = []
    private var isCountable = true
    private var leftovers: [Action]?

    init(_ space: Space) { self.space = space }

    /// Remembers a design, or several in sequence; false where it was remembered already.
    mutating func claim(_ values: [Double]) -> Bool {
        let hash = Self.hash(values)
        guard !older.contains(hash), younger.insert(hash).inserted else { return false }
        if younger.count >= Self.halfLimit { (older, younger) = (younger, []) }
        return true
    }

    /// Whether a design is remembered.
    func contains(_ values: [Double]) -> Bool {
        let hash = Self.hash(values)
        return younger.contains(hash) || older.contains(hash)
    }

    /// A random legal design that is not remembered yet, and is from now on. When a space of up to 65,536 designs has
    /// no other, everything is forgotten and it begins again; a larger one may then repeat a design.
    mutating func draw(_ generator: inout Generator, legal: [[Bool]]? = nil) throws -> Action {
        for _ in 0..<(leftovers == nil ? Self.patience : 0) {
            let action = try space.sample(&generator, legal: legal)
            if claim(action) { return action }
        }
        if let action = takeLeftover(&generator, legal: legal) { return action }
        let action = try space.sample(&generator, legal: legal)
        _ = claim(action)
        return action
    }

    /// A design from the list of those that chance did not find; the list is made when it is needed first.
    private mutating func takeLeftover(_ generator: inout Generator, legal: [[Bool]]?) -> Action? {
        if leftovers == nil, isCountable {
            let designs = space.designs(limit: Self.listLimit)
            isCountable = designs != nil
            leftovers = designs.map { generator.shuffled($0) }
        }
        guard var list = leftovers else { return nil }
        // The list is held once while it shrinks, or every removal would copy it.
        leftovers = []
        defer { leftovers = list.isEmpty ? nil : list }
        while let place = list.lastIndex(where: { space.allows($0, legal: legal) }) {
            let action = list.remove(at: place)
            if claim(action) { return action }
        }
        if list.isEmpty { (younger, older) = ([], []) }
        return nil
    }

    /// 64 bits of a design, or of several in sequence; equal values have equal ones.
    static func hash(_ values: [Double]) -> UInt64 {
        // Adding nothing turns a negative zero into the positive one that it equals.
        values.reduce(0) { splitmix64($0 ^ ($1 + 0).bitPattern) }
    }
}
