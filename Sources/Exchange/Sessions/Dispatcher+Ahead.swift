import Gym
import Wire

/// Designs of requests that wait behind the current one, evaluated ahead of their turn so that no worker idles between
/// two batches. Only what a pure model gives is kept; planning, scoring and logging are done in order, in their turn.
struct Ahead {
    /// Evaluations by design, for whichever request asks for it next.
    private var outcomes: [Action: Evaluations.Outcome] = [:]
    /// The requests, by sequence number, whose designs are being evaluated.
    private var running: Set<UInt64> = []
    /// The designs of each request that were, or are being, evaluated ahead.
    private var claims: [UInt64: [Action]] = [:]
    private var claimed: Set<Action> = []

    /// Whether nothing is evaluated ahead.
    var isEmpty: Bool { claims.isEmpty }

    /// Whether a request has to wait for its own designs.
    func isRunning(_ sequence: UInt64) -> Bool { running.contains(sequence) }

    /// Takes the designs that nobody evaluates yet.
    mutating func claim(_ designs: [Action], for sequence: UInt64) -> [Action] {
        let new = designs.filter { claimed.insert($0).inserted }
        if !new.isEmpty {
            running.insert(sequence)
            claims[sequence] = new
        }
        return new
    }

    /// Keeps what came of a request's designs.
    mutating func keep(_ designs: [Action], _ found: [Evaluations.Outcome], for sequence: UInt64) {
        running.remove(sequence)
        for (design, outcome) in zip(designs, found) { outcomes[design] = outcome }
    }

    /// What was evaluated of a design; it is handed out once.
    mutating func take(_ design: Action) -> Evaluations.Outcome? { outcomes.removeValue(forKey: design) }

    /// Forgets the designs of a request that was answered.
    mutating func forget(_ sequence: UInt64) {
        for design in claims.removeValue(forKey: sequence) ?? [] {
            outcomes[design] = nil
            claimed.remove(design)
        }
    }
}

extension Dispatcher {
    /// Begins to evaluate the new designs of a request that waits for its turn.
    func evaluateAhead(_ pending: HostedSession.Pending, in session: HostedSession) {
        guard session.spec.isOneshot, session.nextNumber >= session.trial.logged,
            let actions = try? pending.request.get().actions, let designs = try? session.newDesigns(of: actions),
            !session.pace.isShort(designs.count)
        else { return }
        let sequence = pending.origin.header.sequence
        let new = session.ahead.claim(designs, for: sequence)
        guard !new.isEmpty else { return }
        let evaluations = Evaluations(designs: new, on: lanes(of: session, for: new.count))
        run(evaluations, in: session, pending.origin) { [self] outcomes in
            session.ahead.keep(new, outcomes, for: sequence)
            guard let current = session.current, current.origin.header.sequence == sequence,
                sessions[session.id] === session
            else { return }
            begin(current, in: session)
        }
    }

    /// Evaluates what has not been ahead of its turn, and puts both together.
    func evaluate(
        designs: [Action], in session: HostedSession, _ origin: Origin,
        completion: @escaping ([Evaluations.Outcome]) -> Void
    ) {
        var outcomes = designs.map { session.ahead.take($0) }
        let missing = outcomes.indices.filter { outcomes[$0] == nil }
        guard !missing.isEmpty else { return completion(outcomes.compactMap(\.self)) }
        let rest = missing.map { designs[$0] }
        run(Evaluations(designs: rest, on: lanes(of: session, for: rest.count)), in: session, origin) { found in
            for (place, outcome) in zip(missing, found) { outcomes[place] = outcome }
            completion(outcomes.compactMap(\.self))
        }
    }

    /// What evaluates designs without an order: an instance for each worker that there is or may come.
    func lanes(of session: HostedSession, for designs: Int) -> [Instance] {
        guard let instance = session.slots.first?.instance else { return [] }
        let remote = roster?.offered.first { $0.listing.datasheet.id == session.spec.id }?.capacity
        let wanted = session.isRemote ? max(remote ?? 1, session.slots.count) : configuration.workers
        // Requests that overlap must not share an instance.
        return (0..<max(1, min(designs, wanted))).map { _ in instance.replacement() }
    }
}

extension Request {
    /// What STEP and EVALUATE ask for; nil of anything else.
    fileprivate var actions: Request.Actions? {
        switch self {
        case .step(let actions), .evaluate(let actions): actions
        default: nil
        }
    }
}
