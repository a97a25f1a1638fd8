import Gym

/// Holds a trial to its budget.
struct Meter {
    private let budget: Budget
    private var history: Driver.History
    private let clock: @Sendable () -> Double
    /// When the search began that no log knows yet; nil while logged samples are answered again.
    private var began: Double?
    private(set) var tally: Tally

    init(_ cell: Cell, history: Driver.History, clock: @escaping @Sendable () -> Double) {
        (budget, self.clock) = (cell.budget, clock)
        self.history = history
        // The log has a row for each evaluation; what counts here is whole samples.
        self.history.samples = history.samples / cell.repeats
        tally = Tally(cell)
        startClock()
    }

    /// Whether the next answers are in the log.
    var isReplaying: Bool { tally.proposals < history.samples }

    /// Whether the next batch of so many is the last that is in the log.
    func endsReplay(after count: Int) -> Bool { tally.proposals + count >= history.samples }

    /// Starts the clock once everything logged has been answered again: replaying takes none of the minutes.
    mutating func startClock() {
        if began == nil, tally.proposals >= history.samples { began = clock() }
    }

    /// How many actions the next batch may have at most.
    var room: Int {
        min(
            budget.samples.map { $0 - tally.samples } ?? Int.max,
            budget.proposals.map { $0 - tally.proposals } ?? Int.max)
    }

    /// Why the trial is over; nil where it is not.
    var ending: TrialResult.Ending? {
        if let samples = budget.samples, tally.samples >= samples { return .samples }
        if let proposals = budget.proposals, tally.proposals >= proposals { return .proposals }
        if let plateau = budget.plateau, tally.sinceBest >= plateau { return .plateau }
        guard let minutes = budget.minutes, let began else { return nil }
        let seconds = history.seconds + (clock() - began)
        return history.endedByClock || seconds >= minutes * 60 ? .minutes : nil
    }

    mutating func count(_ steps: [Step], _ transitions: [Transition]) {
        for (slot, (step, transition)) in zip(steps, transitions).enumerated() {
            tally.count(step, action: transition.action, slot: slot, isReplay: tally.proposals < history.samples)
        }
    }
}
