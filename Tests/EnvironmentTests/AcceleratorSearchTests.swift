import Environments
import Gym
import Testing

@Suite("Mappings that are made or found")
struct AcceleratorSearchTests {
    private static let machine = """
        name: timeloop
        technology: normalised
        levels:
          - { name: dram, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
          - { name: glb, words: 65536, block: 4, read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 16] }
          - { name: rf, words: 256 }
        """

    /// Timeloop 2.0's random-pruned mapper had these products of energy and cycles after 5,000 mappings that can be
    /// run.
    @Test(
        "after 5,000 mappings energy times cycles is half of what Timeloop's own mapper finds",
        arguments: [("resnet18", "layer1.0.conv1", 8.0e14), ("resnet50", "layer3.1.conv1", 1.63e14)])
    func timeloop(network: String, layer: String, theirs: Double) throws {
        let architecture = try Architecture(text: Self.machine, file: "machine")
        let layer = try #require(Network.named(network)).layer(layer)
        let space = MappingSpace(MappingModel(layer, on: architecture))
        for seed in 0..<5 as Range<UInt64> {
            let found = try #require(try MappingSearch(space).run(evaluations: 5_000, seed: seed))
            #expect(found.evaluations <= 5_000)
            #expect(theirs / (found.report.energy * found.report.cycles) >= 2, "seed \(seed)")
        }
    }

    @Test("every dataflow has a mapping in closed form for every network", arguments: Network.all.map(\.name))
    func closedForm(network: String) throws {
        var environment = try AcceleratorHardware.entry.make([
            "network": .text(network), "mapper_evaluations": 0,
        ])
        for dataflow in ["ws", "os", "is", "rs", "free"] {
            for buffer in ["no", "yes"] {
                let action = try environment.spec.actionSpace.action(named: [
                    "dataflow": .text(dataflow), "double_buffer": .text(buffer), "glb_share": "1:1:1",
                ])
                let evaluation = try environment.step(action, deadline: .none)
                #expect(evaluation.status == .ok, "\(dataflow)")
                #expect(try environment.step(action, deadline: .none) == evaluation)
            }
        }
    }
}
