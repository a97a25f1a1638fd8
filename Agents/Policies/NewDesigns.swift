import Gym

/// Makes legal actions of a policy's draws; in a one-shot problem such that were not tried before, as long as there are
/// any.
///
/// A draw that was tried is drawn again some times; then neighbours of it are taken, further and further away, and last
/// a random design. So a policy that has made up its mind goes on to search around what it prefers.
struct NewDesigns: Sendable {
    private static let draws = 4

    let space: Space
    private let avoidsDuplicates: Bool
    private var genomes: Genomes
    /// How many actions were not the first draw, which had been tried, since this was last set to 0.
    var repeats = 0

    init(_ problem: Problem, keepsDuplicates: Bool, agent: String) throws {
        avoidsDuplicates = problem.isOfDesigns && !keepsDuplicates
        genomes = try Genomes(problem.ofOneStep, keepsDuplicates: !avoidsDuplicates, agent: agent)
        space = genomes.space
    }

    /// Remembers an action that somebody else took.
    mutating func note(_ action: Action) {
        if avoidsDuplicates { _ = genomes.claim(action) }
    }

    /// A legal action; `draw` gives what the policy wants at the first attempt, and may give more at others.
    mutating func settle(
        legal: [[Bool]]?, _ generator: inout Generator, draw: (_ attempt: Int, inout Generator) throws -> Action?
    ) throws -> Action {
        var wish: Action?
        for attempt in 0..<Self.draws {
            guard let action = try draw(attempt, &generator).map(space.canonical) else { break }
            if space.satisfiesConstraints(action) { wish = action }
            if accepts(action, legal: legal) { return action }
            if attempt == 0 { repeats += 1 }
        }
        guard let wish else { return try genomes.random(&generator, legal: legal) }
        for attempt in 0..<Genomes.patience {
            var near = genomes.neighbour(of: wish, changes: 1 + attempt / 12, local: 0.5, &generator)
            guard genomes.repair(&near, legal: legal, &generator), accepts(near, legal: legal) else { continue }
            return near
        }
        return try genomes.random(&generator, legal: legal)
    }

    /// A random action.
    mutating func random(legal: [[Bool]]?, _ generator: inout Generator) throws -> Action {
        try genomes.random(&generator, legal: legal)
    }

    private mutating func accepts(_ action: Action, legal: [[Bool]]?) -> Bool {
        space.satisfiesConstraints(action) && space.allows(action, legal: legal)
            && (!avoidsDuplicates || genomes.claim(action))
    }
}
