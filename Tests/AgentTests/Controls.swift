import Agents
import Gym

#if canImport(Glibc)
    import Glibc
#endif

/// An environment of several steps whose best return is known, for trying out policies.
protocol Control {
    static var spec: EnvironmentSpec { get }
    init(seed: UInt64)
    /// What is seen now.
    var observation: Observation { get }
    /// The reward of an action, and whether the episode is over by the rules.
    mutating func step(_ action: Action) -> (reward: Double, isOver: Bool)
}

/// Four contexts, each with an arm and a place of a dial that pay best: 2 at best.
struct ContextualBandit: Control {
    static let spec = EnvironmentSpec(
        id: "bandit-v0",
        actionSpace: Space([
            Parameter("arm", .categorical(["a", "b", "c", "d"])), Parameter("dial", .integer(0...9)),
        ]),
        observationNames: ["first", "second", "third", "fourth"],
        metrics: [Metric("reward", unit: "1", goal: .maximize)], isPure: false)

    private let context: Int

    init(seed: UInt64) { context = Int(splitmix64(seed) % 4) }

    var observation: Observation { Observation((0..<4).map { $0 == context ? 1 : 0 }) }

    mutating func step(_ action: Action) -> (reward: Double, isOver: Bool) {
        let arm = action[0] == Double((context + 1) % 4) ? 1.0 : 0
        return (arm + 1 - abs(action[1] - Double(2 * context + 1)) / 9, true)
    }
}

/// A grid of four by three cells: from one corner to the key in another, from there to the door in the third, in at
/// most ten steps. Walls are masked. The shortest way takes five steps, each of which costs 0.02; the door pays 1 to
/// whom has the key.
struct KeyAndDoor: Control {
    static let spec = EnvironmentSpec(
        id: "door-v0", actionSpace: Space([Parameter("move", .categorical(["west", "east", "north", "south"]))]),
        observationNames: ["column", "row", "key", "left"],
        metrics: [Metric("reward", unit: "1", goal: .maximize)], horizon: 10, isPure: false)
    static let bestReturn = 0.9

    private var (column, row, hasKey, steps) = (0, 0, false, 0)

    init(seed: UInt64) {}

    var observation: Observation {
        Observation(
            [Double(column), Double(row), hasKey ? 1 : 0, Double(10 - steps)],
            legal: [[column > 0, column < 3, row > 0, row < 2]])
    }

    mutating func step(_ action: Action) -> (reward: Double, isOver: Bool) {
        let legal = observation.legal?[0][Int(action[0])] ?? false
        precondition(legal, "a move into a wall was not masked")
        switch action[0] {
        case 0: column -= 1
        case 1: column += 1
        case 2: row -= 1
        default: row += 1
        }
        steps += 1
        if (column, row) == (3, 0) { hasKey = true }
        let isOpen = hasKey && (column, row) == (3, 2)
        return (isOpen ? 0.98 : -0.02, isOpen)
    }
}

/// A pole on a cart that is pushed left or right (Barto, Sutton and Anderson, 1983), with the constants of Gymnasium's
/// CartPole-v1: 1 for each step of at most 500 until the pole leans more than 12 degrees or the cart leaves its track.
struct CartPole: Control {
    static let spec = EnvironmentSpec(
        id: "cart-v0", actionSpace: Space([Parameter("push", .categorical(["left", "right"]))]),
        observationNames: ["position", "velocity", "angle", "spin"],
        metrics: [Metric("reward", unit: "1", goal: .maximize)], horizon: 500, isPure: false)

    private var state: [Double]

    init(seed: UInt64) {
        var generator = Generator(seed: seed, "cart")
        state = (0..<4).map { _ in generator.unit() * 0.1 - 0.05 }
    }

    var observation: Observation { Observation(state) }

    mutating func step(_ action: Action) -> (reward: Double, isOver: Bool) {
        let (force, cart, pole, half, interval) = (action[0] == 1 ? 10.0 : -10, 1.0, 0.1, 0.5, 0.02)
        let (sine, cosine) = (sin(state[2]), cos(state[2]))
        let push = (force + pole * half * state[3] * state[3] * sine) / (cart + pole)
        let spin = (9.8 * sine - cosine * push) / (half * (4.0 / 3 - pole * cosine * cosine / (cart + pole)))
        let pull = push - pole * half * spin * cosine / (cart + pole)
        state[0] += interval * state[1]
        state[1] += interval * pull
        state[2] += interval * state[3]
        state[3] += interval * spin
        return (1, abs(state[0]) > 2.4 || abs(state[2]) > 12 * 2 * .pi / 360)
    }
}

/// Lets an agent act in several copies of a control at once.
struct Playground<World: Control> {
    private(set) var agent: any Agent
    /// The returns of all episodes that ended, in order.
    private(set) var returns: [Double] = []
    private(set) var steps = 0
    private var worlds: [(world: World, total: Double, steps: Int)]
    private var episodes: UInt64
    private let seed: UInt64

    init(_ agent: any Agent, slots: Int, seed: UInt64) {
        (self.agent, self.seed, episodes) = (agent, seed, UInt64(slots))
        worlds = (0..<UInt64(slots)).map { (World(seed: seed << 32 + $0), 0, 0) }
    }

    mutating func run(steps count: Int) throws {
        let end = steps + count
        while steps < end {
            let observations = worlds.map(\.world.observation)
            let actions = try agent.ask(observations)
            var transitions: [Transition] = []
            for (slot, action) in actions.enumerated() {
                let (reward, isOver) = worlds[slot].world.step(action)
                worlds[slot].total += reward
                worlds[slot].steps += 1
                let isCut = !isOver && worlds[slot].steps == World.spec.horizon
                transitions.append(
                    Transition(
                        sample: Int64(steps + slot), action: action, observation: observations[slot],
                        nextObservation: worlds[slot].world.observation, reward: reward, terminated: isOver,
                        truncated: isCut, evaluation: Evaluation(metrics: [reward], terminated: isOver)))
                guard isOver || isCut else { continue }
                returns.append(worlds[slot].total)
                worlds[slot] = (World(seed: seed << 32 + episodes), 0, 0)
                episodes += 1
            }
            try agent.tell(transitions)
            steps += actions.count
        }
    }

    /// The mean return of fresh episodes in which the policy does what it prefers.
    func judged(episodes: Int, by policy: (([Observation]) throws -> [Action])) throws -> Double {
        var worlds = (0..<UInt64(episodes)).map { World(seed: 1 << 60 + $0) }
        var (totals, open) = ([Double](repeating: 0, count: episodes), Array(0..<episodes))
        for _ in 0..<World.spec.horizon where !open.isEmpty {
            let actions = try policy(open.map { worlds[$0].observation })
            var left: [Int] = []
            for (number, action) in zip(open, actions) {
                let (reward, isOver) = worlds[number].step(action)
                totals[number] += reward
                if !isOver { left.append(number) }
            }
            open = left
        }
        return totals.reduce(0, +) / Double(episodes)
    }
}
