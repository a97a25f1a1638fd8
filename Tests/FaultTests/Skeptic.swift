import Gym

/// Draws designs at random and doubts everything: throws where it is not told the truth about one.
struct Skeptic: Agent {
    static let name = "skeptic"
    static let summary = "draws at random and checks what it is told"
    static let hyperparameters = Space([
        Parameter("fault", .categorical(Moody.Fault.allCases.map(\.rawValue)), default: "nothing")
    ])

    private let space: Space
    private let model: Moody
    private var generator: Generator
    private var asked: [Action] = []

    init(_ problem: Problem, settings: Settings, seed: UInt64) throws {
        space = problem.spec.actionSpace
        let fault = Moody.Fault(rawValue: settings.values["fault"]?.text ?? "") ?? .nothing
        model = Moody(fault: fault, count: Moody.Count())
        generator = Generator(seed: seed)
    }

    mutating func ask(_ observations: [Observation]) throws -> [Action] {
        asked = try observations.map { _ in try space.sample(&generator) }
        return asked
    }

    mutating func tell(_ transitions: [Transition]) throws {
        guard transitions.map(\.action) == Array(asked.prefix(transitions.count)) else {
            throw GymError(.internal, "told of other designs than were asked for")
        }
        for transition in transitions {
            let evaluation = transition.evaluation
            let isTrue =
                model.isWrong(transition.action)
                ? evaluation.status == .failed(model.reason) && evaluation.metrics == [nil, nil]
                    && transition.reward == nil
                : evaluation.status == .ok && evaluation.metrics == Moody.metrics(transition.action)
                    && transition.reward != nil
            guard isTrue else { throw GymError(.internal, "told \(transition)") }
        }
    }
}

/// Gives fewer designs than there are slots, from its third batch on.
struct Shirker: Agent {
    static let name = "shirker"
    static let summary = "gives too few designs"
    static let hyperparameters = Space([])
    private var batches = 0

    init(_ problem: Problem, settings: Settings, seed: UInt64) {}

    mutating func ask(_ observations: [Observation]) -> [Action] {
        batches += 1
        return observations.dropFirst(batches > 2 ? 1 : 0).indices.map { [Double(batches * 100 + $0), 0.5, 0] }
    }

    mutating func tell(_ transitions: [Transition]) {}
}

/// Leaves the space in its third batch.
struct Stray: Agent {
    static let name = "stray"
    static let summary = "leaves the space"
    static let hyperparameters = Space([])
    private var batches = 0

    init(_ problem: Problem, settings: Settings, seed: UInt64) {}

    mutating func ask(_ observations: [Observation]) -> [Action] {
        batches += 1
        return observations.indices.map { [Double(batches * 100 + $0), batches > 2 ? 1.5 : 0.5, 0] }
    }

    mutating func tell(_ transitions: [Transition]) {}
}
