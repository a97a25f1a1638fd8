import Environments
import Foundation
import Gym
import Testing

@Suite("The workloads tell controllers apart")
struct DRAMWorkloadTests {
    /// A knob that alone leaves a design; all its settings are compared.
    struct Knob: Sendable {
        let title: String
        let name: String
        let values: [Value]
        var rest: [String: Value] = [:]
    }

    static let knobs = [
        Knob(title: "page policy", name: "page_policy", values: ["Open", "OpenAdaptive", "Closed", "ClosedAdaptive"]),
        Knob(title: "scheduler", name: "scheduler", values: ["Fifo", "FrFcfs", "FrFcfsGrp"]),
        Knob(title: "buffer", name: "scheduler_buffer", values: ["Bankwise", "ReadWrite", "Shared"]),
        Knob(title: "queue size", name: "request_buffer_size", values: [1, 2, 4, 8, 16, 32, 64, 128]),
        Knob(
            title: "in flight", name: "max_active_transactions", values: [1, 2, 4, 8, 16, 32, 64, 128],
            rest: ["arbiter": "Fifo"]),
        Knob(title: "responses", name: "resp_queue", values: ["Fifo", "Reorder"]),
        Knob(title: "refresh", name: "refresh_policy", values: ["NoRefresh", "AllBank"]),
        Knob(title: "postponing", name: "refresh_max_postponed", values: [0, 1, 4, 8]),
    ]

    /// By how many percent the largest exceeds the smallest total time and mean latency.
    private static func effect(of knob: Knob, on model: DRAMController) throws -> (time: Double, latency: Double) {
        let runs = try knob.values.map { try model.metrics(knob.rest.merging([knob.name: $0]) { $1 }) }
        func spread(_ metric: String) -> Double {
            let values = runs.compactMap { $0[metric] }
            guard let low = values.min(), let high = values.max(), low > 0 else { return .nan }
            return 100 * (high / low - 1)
        }
        return (spread("total_time"), spread("latency"))
    }

    @Test("each knob moves time or latency by more than 5 % somewhere, and the datasheet's table says by how much")
    func effects() throws {
        func cell(_ text: String) -> String { text.padding(toLength: 12, withPad: " ", startingAt: 0) }
        var table = [cell("") + Self.knobs.map { cell($0.title) }.joined()]
        var largest = [Double](repeating: 0, count: Self.knobs.count)
        for workload in GeneratedWorkload.allCases {
            let model = try DRAMFixture.model(workload.rawValue)
            var line = cell(workload.rawValue)
            for (place, knob) in Self.knobs.enumerated() {
                let effect = try Self.effect(of: knob, on: model)
                largest[place] = max(largest[place], effect.time, effect.latency)
                line += cell("\(Int(effect.time.rounded()))/\(Int(effect.latency.rounded()))")
            }
            table.append(line)
        }
        for (knob, largest) in zip(Self.knobs, largest) { #expect(largest > 5, "\(knob.title): \(largest) %") }
        for line in table {
            let text = String(line.reversed().drop { $0 == " " }.reversed())
            #expect(DRAMController.datasheet.description.contains(text), "not in the datasheet: \(text)")
        }
    }
}
