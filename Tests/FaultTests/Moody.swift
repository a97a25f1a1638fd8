import Gym
import Synchronization

/// A model over a long line of designs. It gets a third of them wrong, in the way that an option says, and counts what
/// it evaluates.
struct Moody: CostModel {
    /// What goes wrong.
    enum Fault: String, CaseIterable {
        case nothing, throwing, nan, infinite, arity, negative
    }

    /// How many evaluations were asked for.
    final class Count: Sendable {
        private let value = Atomic(0)
        func rise() { value.add(1, ordering: .relaxed) }
        var now: Int { value.load(ordering: .relaxed) }
    }

    static let space = Space(
        [
            Parameter("x", .integer(0...99_999), default: 0), Parameter("share", .real(0...1), default: 0.5),
            Parameter("policy", .categorical(["Open", "Closed"]), default: "Open"),
        ], constraints: ["x < 99990"])

    let fault: Fault
    let count: Count
    let spec = EnvironmentSpec(
        id: "moody-v0", actionSpace: space,
        metrics: [
            Metric("cost", unit: "1", goal: .minimize),
            Metric("slope", unit: "1", goal: .minimize, isPositive: false),
        ], reference: [100, 0])

    /// Whether a design is one of those that go wrong.
    func isWrong(_ action: Action) -> Bool {
        fault != .nothing && splitmix64(UInt64(action[0]) ^ action[1].bitPattern).isMultiple(of: 3)
    }

    /// What it gives for any other.
    static func metrics(_ action: Action) -> [Double?] { [1 + action[0] + action[1], action[2] - action[1]] }

    /// How a wrong design is logged.
    var reason: String {
        switch fault {
        case .nothing: ""
        case .throwing: "the model fell over"
        case .nan: "the environment's step gives nan as 'cost'"
        case .infinite: "the environment's step gives inf as 'slope'"
        case .arity: "the environment's step gives 3 metrics, the spec declares 2"
        case .negative: "the environment's step gives -1.0 as 'cost', which is always positive"
        }
    }

    func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        count.rise()
        guard isWrong(action) else { return Evaluation(metrics: Moody.metrics(action)) }
        switch fault {
        case .nothing, .throwing: throw GymError(.internal, "the model fell over")
        case .nan: return Evaluation(metrics: [.nan, 0])
        case .infinite: return Evaluation(metrics: [1, .infinity])
        case .arity: return Evaluation(metrics: [1, 2, 3])
        case .negative: return Evaluation(metrics: [-1, 0])
        }
    }

    /// What a catalog lists.
    static func entry(_ count: Count = Count()) -> EnvironmentEntry {
        let option = OptionSpec(
            "fault", .choice(Fault.allCases.map(\.rawValue)), default: "nothing", note: "what goes wrong")
        let sheet = Datasheet(
            id: "moody-v0", title: "Toy", summary: "a model that fails", description: "", options: [option])
        return EnvironmentEntry(sheet) { options in
            Oneshot(Moody(fault: Fault(rawValue: options.text("fault")) ?? .nothing, count: count))
        }
    }
}
