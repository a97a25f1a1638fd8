public import Gym

/// Starts several agents and moves the budget to those that find most, by successive halving counted in samples
/// (Jamieson and Talwalkar, 2016; for algorithms as arms, Li and others, Rising Bandits, 2020).
///
/// The budget is cut into as many equal rounds as it takes to halve the members down to one. In a round the members
/// take turns of equal length; then the better half goes on, by the best design or episode that each found itself in
/// that round, and the last one has what is left. In a one-shot problem every member hears of all samples, so that each
/// begins where the others are; in an environment of several steps episodes are never split, and each member hears of
/// its own.
public struct PortfolioSearch: Agent {
    /// The name in manifests.
    public static let name = "portfolio"
    /// What it does.
    public static let summary = "Several agents take turns, and those that find most get more of the budget"
    /// Its hyperparameters: a switch for every other agent.
    public static let hyperparameters = Space(
        [
            Parameter(
                "turn", .integer(1...1_000), scale: .log2,
                note: "samples of a turn; left out: a hundredth of the budget, at least 5, or an episode if longer"),
            Parameter(
                "share", .categorical(["on", "off"]), default: "on",
                note: "whether members hear of each other's designs, where episodes are one step"),
        ]
            + candidates.map { name in
                Parameter(
                    PortfolioSearch.parameter(name), .categorical(["off", "on"]),
                    default: usual.contains(name) ? "on" : "off", note: "whether '\(name)' is a member")
            })

    /// Who takes part where nothing is said; also when nobody is left.
    private static let usual = ["annealing", "genetic", "tpe", "mcts"]

    /// The agents that search themselves.
    private static let candidates = AgentCatalog.searchers.map { $0.name }

    private static func parameter(_ name: String) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }

    /// One of the agents.
    private struct Member: Sendable {
        let name: String
        var agent: any Agent
        var isLive = true
        /// The best that it found itself in this round, and how many samples it had for that.
        var found: Score?
        var samples = 0
    }

    /// What goes on in a slot.
    private struct Slot: Sendable {
        let owner: Int
        var action: Action = []
        var step = 0
        var total: Double? = 0
        var violation = 0.0
    }

    private let horizon: Int
    private let turn: Int
    private let isSharing: Bool
    /// How many samples a round has.
    private let round: Int
    private var members: [Member]
    private var slots: [Slot?] = []
    private var current = 0
    private var turnLeft: Int
    private var roundLeft: Int

    /// Makes the members; throws when one can't work on the problem.
    public init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        var names = Self.candidates.filter { settings.choice(Self.parameter($0)) == "on" }
        if names.isEmpty { names = Self.usual }
        horizon = max(1, problem.spec.horizon)
        isSharing = settings.choice("share") != "off" && horizon == 1
        members = try names.map { name in
            let own = Generator.derive(seed, [Self.name, name])
            return Member(name: name, agent: try AgentCatalog.make(name, problem, seed: own))
        }
        let budget = problem.sampleBudget ?? 1_000
        turn = max(horizon, settings.integer("turn") ?? max(5, budget / 100))
        var (rounds, live) = (1, names.count)
        while live > 1 { (rounds, live) = (rounds + 1, (live + 1) / 2) }
        round = max(1, budget / rounds)
        (turnLeft, roundLeft) = (turn, round)
    }

    /// Who takes part.
    public var decision: String? { members.map(\.name).joined(separator: ", ") + " in turns of \(turn)" }

    /// The next action of the member whose turn it is, or whose episode is under way, in each slot.
    public mutating func ask(_ observations: [Observation]) throws -> [Action] {
        while slots.count < observations.count { slots.append(nil) }
        for index in observations.indices where slots[index] == nil { slots[index] = Slot(owner: current) }
        var actions = [Action](repeating: [], count: observations.count)
        for member in members.indices {
            let own = observations.indices.filter { slots[$0]?.owner == member }
            guard !own.isEmpty else { continue }
            let asked = try members[member].agent.ask(observations)
            for index in own { actions[index] = asked[index] }
        }
        for index in observations.indices { slots[index]?.action = actions[index] }
        return actions
    }

    /// Tells the members, counts what each found, and moves on.
    public mutating func tell(_ transitions: [Transition]) throws {
        let owners = transitions.enumerated().map { index, transition in
            index < slots.count && slots[index]?.action == transition.action ? slots[index]?.owner : nil
        }
        for member in members.indices where members[member].isLive || owners.contains(member) {
            // What another one did is no news in a member's own slots, unless it learns from all.
            try members[member].agent.tell(
                zip(transitions, owners).map { transition, owner in
                    owner == member || (horizon == 1 && (isSharing || owner == nil))
                        ? transition : transition.withoutAction
                })
        }
        for (index, transition) in transitions.enumerated() {
            guard let owner = owners[index] else { continue }
            count(transition, in: index, of: owner)
        }
    }
}

extension PortfolioSearch {
    private mutating func count(_ transition: Transition, in index: Int, of owner: Int) {
        guard var slot = slots[index] else { return }
        slot.step += 1
        slot.total = transition.reward.flatMap { reward in slot.total.map { $0 + reward } }
        slot.violation += transition.violation
        let isOver = transition.terminated || transition.truncated || slot.step >= horizon
        slots[index] = isOver ? nil : slot
        members[owner].samples += 1
        if isOver {
            let score = Score.sound(slot.total, slot.violation)
            if members[owner].found.map({ score.isBetter(than: $0) }) ?? true { members[owner].found = score }
        }
        (turnLeft, roundLeft) = (turnLeft - 1, roundLeft - 1)
        if turnLeft <= 0 { pass() }
    }

    /// The next member's turn: of those that are left, the one with the fewest samples in this round.
    private mutating func pass() {
        turnLeft = turn
        let live = members.indices.filter { members[$0].isLive }
        if roundLeft <= 0, live.count > 1 { halve(live) }
        current = members.indices.filter { members[$0].isLive }.min { members[$0].samples < members[$1].samples } ?? 0
    }

    private mutating func halve(_ live: [Int]) {
        roundLeft = round
        let order = live.sorted { one, other in
            guard let mine = members[one].found else { return false }
            return members[other].found.map { mine.isBetter(than: $0) } ?? true
        }
        for (place, member) in order.enumerated() {
            members[member].isLive = place < (live.count + 1) / 2
            (members[member].found, members[member].samples) = (nil, 0)
        }
    }
}

extension Transition {
    /// One that no agent learns from: it only keeps the place of a slot.
    fileprivate var withoutAction: Transition {
        var copy = self
        copy.action = []
        return copy
    }
}
