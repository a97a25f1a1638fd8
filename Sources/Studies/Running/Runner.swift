import Dispatch
import Foundation
public import Gym
import Synchronization

/// Runs the trials of a plan, each on a thread of its own, a few at once.
public struct Runner: Sendable {
    /// What became of a trial.
    public enum Outcome: Sendable {
        /// It ended, or was stopped and can be resumed.
        case finished(TrialResult)
        /// Its agent or its session failed, with this sentence; the other trials went on.
        case failed(GymError)
        /// The study was stopped before it.
        case notBegun
    }

    /// A trial's way to its environment, and what the log holds of it.
    public struct Opening: Sendable {
        /// As many slots as the trial's batch; closed when the trial is over.
        public let session: any Session
        /// What an earlier run left.
        public let history: Driver.History
        /// Samples of other studies that the agent hears of first.
        public let warmth: Driver.Warmth
        /// What was found on other instances of the environment.
        public let precedents: [Precedent]
        /// What the log keeps for agents that take notes; nil where it keeps nothing.
        public let notebook: Notebook?

        /// Puts them together.
        public init(
            _ session: any Session, history: Driver.History = Driver.History(),
            warmth: @escaping Driver.Warmth = { _ in }, precedents: [Precedent] = [], notebook: Notebook? = nil
        ) {
            (self.session, self.history, self.warmth, self.notebook) = (session, history, warmth, notebook)
            self.precedents = precedents
        }
    }

    private let plan: Plan
    private let width: Int
    private let clock: @Sendable () -> Double
    private let isStopped: @Sendable () -> Bool
    private let open: @Sendable (Trial) throws -> Opening

    /// Prepares a study. At most `width` trials run at once; `clock` gives seconds that never go back; `isStopped` is
    /// asked before every batch; `open` is called on the trial's own thread.
    public init(
        _ plan: Plan, width: Int, clock: @escaping @Sendable () -> Double,
        isStopped: @escaping @Sendable () -> Bool = { false }, open: @escaping @Sendable (Trial) throws -> Opening
    ) {
        (self.plan, self.width, self.clock) = (plan, max(1, width), clock)
        (self.isStopped, self.open) = (isStopped, open)
    }

    /// Runs everything and returns one outcome per trial, in the plan's order. The calling thread waits and calls
    /// `tick` some ten times a second.
    ///
    /// - Throws: `GymError` of a kind that no trial could go on with: the log or the broker is gone.
    public func run(board: ProgressBoard, tick: () -> Void = {}) throws -> [Outcome] {
        let desk = Desk(count: plan.trials.count)
        let threads = (0..<min(width, plan.trials.count)).map { _ in
            let thread = Thread { work(desk, board) }
            // Agents recurse over trees and libraries keep frames of their own; secondary threads get too little.
            thread.stackSize = 16 << 20
            return thread
        }
        desk.begin(threads.count)
        threads.forEach { $0.start() }
        while !desk.wait(seconds: 0.1) { tick() }
        tick()
        return try desk.outcomes()
    }

    /// Throws `all-failed` when no trial of a study that ran came to anything.
    public static func requireSuccess(of outcomes: [Outcome], study: String) throws {
        let failures = outcomes.compactMap { if case .failed(let error) = $0 { error } else { nil } }
        guard let first = failures.first, failures.count == outcomes.count else { return }
        let whole = outcomes.count == 1 ? "the only trial" : "every trial (\(Figures.count(outcomes.count)))"
        throw GymError(
            .allFailed, "\(whole) of study '\(study)' failed: \(first.message)", hint: first.hint, place: first.place)
    }

    private func work(_ desk: Desk, _ board: ProgressBoard) {
        while !isStopped(), let index = desk.next() {
            let outcome = self.outcome(index, desk, board)
            desk.put(outcome, at: index)
            board.end(index, outcome)
        }
        desk.leave()
    }

    private func outcome(_ index: Int, _ desk: Desk, _ board: ProgressBoard) -> Outcome {
        let trial = plan.trials[index]
        do {
            let opening = try open(trial)
            let outcome = outcome(trial, opening, index, desk, board)
            try opening.session.close(outcome.status)
            return outcome
        } catch {
            return .failed(trial, error)
        }
    }

    private func outcome(
        _ trial: Trial, _ opening: Opening, _ index: Int, _ desk: Desk, _ board: ProgressBoard
    ) -> Outcome {
        do {
            let driver = Driver(
                trial, session: opening.session, history: opening.history, warmth: opening.warmth,
                precedents: opening.precedents, notebook: opening.notebook, clock: clock,
                isStopped: { isStopped() || desk.isClosed })
            return .finished(try driver.run { board.note(index, $0) })
        } catch { return .failed(trial, error) }
    }
}

extension Runner.Outcome {
    /// What the log says of the trial.
    fileprivate var status: TrialStatus {
        switch self {
        case .finished(let result): result.ending == .stopped ? .stopped : .finished
        case .failed(let error): .failed(error.message)
        case .notBegun: .stopped
        }
    }

    fileprivate static func failed(_ trial: Trial, _ error: any Error) -> Runner.Outcome {
        .failed(error as? GymError ?? GymError(.internal, "the trial '\(trial.label)' failed: \(error)"))
    }
}

/// Where threads take trials from and put outcomes.
private final class Desk: Sendable {
    private struct State {
        var nextIndex = 0
        var outcomes: [Runner.Outcome]
        var fatal: GymError?
    }

    private let state: Mutex<State>
    /// The threads at work. Waiting for a group is by a clock that never jumps, for a condition it is not.
    private let active = DispatchGroup()

    init(count: Int) {
        state = Mutex(State(outcomes: [Runner.Outcome](repeating: .notBegun, count: count)))
    }

    func begin(_ threads: Int) { for _ in 0..<threads { active.enter() } }

    /// Something happened that no trial can go on with.
    var isClosed: Bool { state.withLock { $0.fatal != nil } }

    func next() -> Int? {
        state.withLock { state in
            guard state.fatal == nil, state.nextIndex < state.outcomes.count else { return nil }
            defer { state.nextIndex += 1 }
            return state.nextIndex
        }
    }

    func put(_ outcome: Runner.Outcome, at index: Int) {
        state.withLock { state in
            state.outcomes[index] = outcome
            guard case .failed(let error) = outcome else { return }
            let ends: Set<GymError.Code> = [.logUnusable, .readOnly, .unreachable, .interrupted]
            if ends.contains(error.code), state.fatal == nil { state.fatal = error }
        }
    }

    func leave() { active.leave() }

    /// Whether all threads have left, after at most so many seconds.
    func wait(seconds: Double) -> Bool { active.wait(timeout: .now() + seconds) == .success }

    func outcomes() throws -> [Runner.Outcome] {
        try state.withLock { state in
            if let fatal = state.fatal { throw fatal }
            return state.outcomes
        }
    }
}
