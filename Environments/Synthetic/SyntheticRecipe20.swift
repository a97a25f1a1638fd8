public import Gym

/// A stand-in for logic synthesis: twenty operations out of eleven in an order that matters, in integer arithmetic, so
/// that every evaluation is exact on any machine. It measures search agents, not circuits.
public struct SyntheticRecipe20: CostModel {
    /// What the model is.
    public let spec: EnvironmentSpec
    fileprivate let landscape: Kitchen

    /// The landscape of a texture; 0 is the published one.
    public init(texture: UInt64 = 0) {
        let landscape = Kitchen(texture: texture)
        self.landscape = landscape
        let space = Space((1...Kitchen.length).map { Self.operation("op\($0)", "what is done at step \($0)") })
        spec = EnvironmentSpec(
            id: Self.id, actionSpace: space, metrics: Self.metrics,
            reference: space.defaultAction.map { landscape.serve($0).metrics } ?? [])
    }

    /// Cost, area and delay after the last operation; never infeasible.
    public func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        Evaluation(metrics: landscape.serve(action).metrics)
    }

    fileprivate static let id = "synthetic-recipe20-v0"

    fileprivate static func operation(_ name: String, _ note: String) -> Parameter {
        Parameter(
            name, .categorical((0..<Kitchen.rest).map { "act\($0)" } + ["rest"]), default: "rest", note: note)
    }

    fileprivate static let metrics = [
        Metric("cost", unit: "1", goal: .minimize, note: "area times delay, 1 for a recipe of rests"),
        Metric("area", unit: "ppm", goal: .minimize, note: "an invented area, whole millionths"),
        Metric("delay", unit: "ppm", goal: .minimize, note: "an invented delay, whole millionths"),
    ]
}

/// The same recipe, an operation a step: every step shows what has become of area, delay and every operation's fatigue.
public struct SyntheticRecipeSteps: Environment {
    /// What the environment is: twenty steps of one choice.
    public let spec: EnvironmentSpec
    private let landscape: Kitchen
    private var dish = Kitchen.Dish()
    private var stepsLeft = 0

    /// The landscape of a texture; 0 is the published one.
    public init(texture: UInt64 = 0) {
        landscape = Kitchen(texture: texture)
        let gain = Metric(
            "gain", unit: "1", goal: .maximize, isPositive: false,
            note: "by how much this step lowers the cost; an episode's sum is 1 less its final cost")
        spec = EnvironmentSpec(
            id: SyntheticRecipe20.id,
            actionSpace: Space([SyntheticRecipe20.operation("op", "what is done now")]),
            observationNames: ["done", "area", "delay"] + (0..<Kitchen.rest).map { "fatigue\($0)" }
                + (0...Kitchen.rest).map { "after\($0)" },
            metrics: SyntheticRecipe20.metrics + [gain], horizon: Kitchen.length, isPure: false,
            reference: Kitchen.Dish().metrics + [nil])
    }

    /// Begins a recipe; nothing is left to chance, so every seed begins the same one.
    public mutating func reset(seed: UInt64, deadline: Deadline) -> Observation {
        (dish, stepsLeft) = (Kitchen.Dish(), Kitchen.length)
        return observation
    }

    /// Does one operation; the episode ends with the twentieth.
    public mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        guard stepsLeft > 0 else { throw GymError(.stepBeforeReset, "a step before the first reset") }
        let before = dish.cost
        landscape.cook(&dish, action[0])
        stepsLeft -= 1
        return Evaluation(
            observation: observation, metrics: dish.metrics + [before - dish.cost], terminated: stepsLeft == 0)
    }

    private var observation: Observation {
        let share = Double(Kitchen.length - stepsLeft) / Double(Kitchen.length)
        let last = (0...Kitchen.rest).map { landscape.permutation[$0] == dish.last ? 1.0 : 0 }
        let fatigue = (0..<Kitchen.rest).map { Double(dish.fatigue[landscape.permutation[$0]]) }
        return Observation([share, Double(dish.area) / 1e6, Double(dish.delay) / 1e6] + fatigue + last)
    }
}

extension SyntheticRecipe20 {
    /// What the catalog lists: one environment in two forms.
    public static var entry: EnvironmentEntry {
        EnvironmentEntry(datasheet) { options in
            let texture = options.number("texture")
            guard let seed = UInt64(exactly: texture) else {
                throw GymError(
                    .badOption, "'texture' is \(Value.format(texture)), not a whole number", field: "texture")
            }
            return options.text("form") == "stepwise"
                ? SyntheticRecipeSteps(texture: seed) : Oneshot(SyntheticRecipe20(texture: seed))
        }
    }

    private static let datasheet = Datasheet(
        id: id, title: "Synthetic",
        summary: "A closed formula shaped like a logic-synthesis recipe, for measuring search agents",
        description: """
            Twenty steps, each one of ten operations or a rest: 11^20, about 6.7e20 recipes. An operation takes a \
            share of what area and delay have left to lose, less each time it is repeated until a rest or a \
            restructuring operation (act6 to act9) refreshes it, and more or less after each other operation, by a \
            hash of the pair. It says nothing about real circuits.

            The best recipe known costs 0.425440437752: act3 act0 act6 act3 act0 act7 act3 act0 act6 act0 act7 act0 \
            act6 act3 act0 act9 act0 act3 act6 act0. It was found by annealing and descent; that there is none better \
            has not been proved. The share of recipes at or below a cost: 1e-4 0.4596, 1e-3 0.4658, 1 % 0.4769, 10 % \
            0.4948, 50 % 0.52178, 90 % 0.5552. The score of a search is (0.52178 - best) / (0.52178 - 0.42544044).

            Form oneshot takes the whole recipe as one design. Form stepwise takes one operation a step and shows the \
            share of steps done, area, delay, the fatigue of each operation, and which came last. There every step \
            reports the cost of what was done so far and its gain, what the step took from the cost: with the \
            objective accumulate: gain an episode's rewards sum to 1 less its final cost, so that it is judged by its \
            end alone.

            The option texture guards against tuning to one landscape. Any other texture than 0 permutes the \
            operations and seeds the hash anew, so that the best recipe and its cost are others.
            """,
        options: [
            OptionSpec(
                "form", .choice(["oneshot", "stepwise"]), default: "oneshot",
                note: "a whole recipe at once, or an operation a step"),
            OptionSpec(
                "texture", .number(0...0x1p53), default: 0,
                note: "a whole number; 0 is the published landscape, any other one permutes and seeds it anew"),
        ],
        references: ["Sebastiano Vigna, splitmix64: the hash behind the pairs"],
        history: ["v0: first version"])
}

/// The formulas, over operations as they were published.
private struct Kitchen: Sendable {
    static let length = 20
    static let rest = 10
    private static let areaGain = [60, 95, 40, 120, 20, 70, 30, 15, 50, 35]
    private static let delayGain = [110, 30, 85, 10, 65, 45, 90, 70, 25, 55]
    private static let (areaFloor, delayFloor) = (600_000, 500_000)

    /// What a recipe has made so far.
    struct Dish: Sendable {
        var (area, delay) = (1_000_000, 1_000_000)
        var fatigue = [Int](repeating: 0, count: rest)
        /// The last operation; 11, which is none, at the start.
        var last = 11

        var cost: Double { Double(area) * Double(delay) / 1e12 }
        var metrics: [Double?] { [cost, Double(area), Double(delay)] }
    }

    /// The published operation behind each choice of the space.
    let permutation: [Int]
    /// How each operation (column) goes after each other one (row), 0 … 80, 40 being neutral.
    private let synergy: [[Int]]

    init(texture: UInt64) {
        var key: UInt64 = 0x5245_4350
        if texture > 0 {
            var generator = Generator(seed: texture, "synthetic-recipe20")
            permutation = generator.shuffled(Array(0..<Self.rest)) + [Self.rest]
            key = generator.next() >> 1
        } else {
            permutation = Array(0...Self.rest)
        }
        let seed = key
        synergy = (0..<12).map { last in
            (0..<Self.rest).map { Int(splitmix64(seed + UInt64(last * 16 + $0)) % 81) }
        }
    }

    func serve(_ recipe: Action) -> Dish {
        var dish = Dish()
        for choice in recipe { cook(&dish, choice) }
        return dish
    }

    func cook(_ dish: inout Dish, _ choice: Double) {
        let operation = permutation[Int(choice)]
        defer { dish.last = operation }
        guard operation < Self.rest else {
            for place in dish.fatigue.indices { dish.fatigue[place] = max(0, dish.fatigue[place] - 1) }
            return
        }
        let luck = synergy[dish.last][operation] - 40
        let tired = 1 + dish.fatigue[operation]
        Self.reduce(&dish.area, to: Self.areaFloor, by: Self.areaGain[operation] + luck, tired)
        Self.reduce(&dish.delay, to: Self.delayFloor, by: Self.delayGain[operation] - luck, tired)
        if operation >= 6 {
            for place in dish.fatigue.indices where place != operation { dish.fatigue[place] /= 2 }
        }
        dish.fatigue[operation] += 1
    }

    /// Takes per mille of what is left above the floor; a negative share adds, and is not lessened by fatigue.
    private static func reduce(_ amount: inout Int, to floor: Int, by share: Int, _ tired: Int) {
        let left = amount - floor
        amount += share >= 0 ? -(left * (share / tired) / 1_000) : left * -share / 1_000 - share * 50
    }
}
