import Environments
import Foundation
import Gym
import Proxies

#if canImport(Glibc)
    import Glibc
#endif

/// Problems that proxies are trained on in tests.
enum Fixture {
    static let source = DesignRows.Source(study: "study", agent: "random")

    /// Uniform designs of a model, each once.
    static func rows(of model: some CostModel, count: Int, seed: UInt64 = 1) throws -> DesignRows {
        var generator = Generator(seed: seed, "fixture")
        var rows = DesignRows(model.spec)
        while rows.rows.count < count {
            let action = try model.spec.actionSpace.sample(&generator)
            rows.add(action, try model.evaluate(action, deadline: .none), from: source)
        }
        return rows
    }

    /// What is shared with the project's neighbours; nil where it is absent.
    static func shared(_ name: String) -> Data? { FileManager.default.contents(atPath: "../shared/golden/\(name)") }
}

/// A small cost model with everything that a space can have: a conditional parameter, choices, a logarithmic scale, a
/// metric that may be negative, and designs that can't be built.
struct Valley: CostModel {
    let spec = EnvironmentSpec(
        id: "valley-v0",
        actionSpace: Space(
            [
                Parameter("kind", .categorical(["plain", "steep", "folded"]), default: "plain"),
                Parameter("size", .integer(1...256), scale: .log2, default: 16),
                Parameter("share", .real(0...1), default: 0.5),
                Parameter("depth", .ordinal([1, 2, 4, 8]), default: 2),
            ], activity: ["depth": "kind == 'folded'"]),
        metrics: [
            Metric("area", unit: "mm2", goal: .minimize), Metric("delay", unit: "ns", goal: .minimize),
            Metric("slack", unit: "ns", goal: .maximize, isPositive: false),
        ], reference: [3, 20, 1])

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        if action[1] > 100, action[2] > 0.7 { return .invalid(.infeasible("it melts"), metricCount: 3) }
        let steepness = [1.0, 1.8, 1.2][Int(action[0])]
        let depth = action[0] == 2 ? action[3] : 1
        let area = 0.5 + 0.02 * action[1] * (1 + action[2]) / depth
        let delay = steepness * (4 + 120 / (action[1] + 10)) * (1 + (action[2] - 0.4) * (action[2] - 0.4)) + 0.6 * depth
        return Evaluation(metrics: [area, delay, 12 - delay])
    }
}
