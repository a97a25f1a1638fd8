import Gym

/// A model that does nothing, so that what is measured is everything around it: ten parameters and twelve metrics, as
/// many as the DRAM controller has.
struct Null: CostModel {
    let spec = EnvironmentSpec(
        id: "null-v0",
        actionSpace: Space((0..<10).map { Parameter("knob\($0)", .integer(1...128), default: 1) }),
        metrics: (0..<12).map { Metric("metric\($0)", unit: "ns", goal: .minimize) },
        reference: [Double?](repeating: 1, count: 12))

    func evaluate(_ action: Action, deadline: Deadline) -> Evaluation {
        Evaluation(metrics: (0..<12).map { action[0] + Double($0) })
    }

    static let entry = EnvironmentEntry(
        Datasheet(id: "null-v0", title: "Benchmark", summary: "Nothing.", description: "Nothing.")
    ) { _ in Oneshot(Null()) }
}
