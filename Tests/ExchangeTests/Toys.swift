import Foundation
import Gym

/// A bowl over two integers and a word, with a knob for what goes wrong.
struct Bowl: CostModel {
    static let space = Space(
        [
            Parameter("x", .integer(-8...8), default: 0), Parameter("y", .integer(-8...8), default: 0),
            Parameter(
                "mood", .categorical(["plain", "nan", "throw", "arity", "negative", "hang", "spin", "bad"]),
                default: "plain"),
        ], constraints: ["x + y < 16"])
    let spec = EnvironmentSpec(
        id: "bowl-v0", actionSpace: space,
        metrics: [
            Metric("cost", unit: "1", goal: .minimize),
            Metric("x_squared", unit: "1", goal: .minimize, isPositive: false),
        ],
        reference: [1, 0])

    func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let (x, y) = (action[0], action[1])
        switch Int(action[2]) {
        case 1: return Evaluation(metrics: [.nan, 0])
        case 2: throw GymError(.internal, "the model fell over")
        case 3: return Evaluation(metrics: [1])
        case 4: return Evaluation(metrics: [-1, 0])
        case 5: while true { try deadline.check() }
        case 6: Thread.sleep(forTimeInterval: 0.7)
        case 7: return .invalid(.infeasible("too bad"), metricCount: 2)
        default: break
        }
        return Evaluation(metrics: [x * x + y * y + 1, x * x])
    }

    static let entry = EnvironmentEntry(
        Datasheet(id: "bowl-v0", title: "Toy", summary: "A bowl.", description: "A bowl.")
    ) { _ in Oneshot(Bowl()) }
}

/// Walks along a line for at most five steps: moves left, stays or goes right, and ends at the walls.
struct Walk: Environment {
    let spec = EnvironmentSpec(
        id: "walk-v0",
        actionSpace: Space([Parameter("move", .categorical(["left", "stay", "right"]))]),
        observationNames: ["place"], metrics: [Metric("distance", unit: "1", goal: .maximize, isPositive: false)],
        horizon: 5, isPure: false)
    private var place = 0.0

    mutating func reset(seed: UInt64, deadline: Deadline) -> Observation {
        place = Double(seed % 3) - 1
        return seen
    }

    mutating func step(_ action: Action, deadline: Deadline) throws -> Evaluation {
        place += action[0] - 1
        return Evaluation(observation: seen, metrics: [abs(place)], terminated: abs(place) >= 3)
    }

    private var seen: Observation { Observation([place], legal: place > 0 ? [[true, false, true]] : nil) }

    static let entry = EnvironmentEntry(
        Datasheet(id: "walk-v0", title: "Toy", summary: "A walk.", description: "A walk.")
    ) { _ in Walk() }
}
