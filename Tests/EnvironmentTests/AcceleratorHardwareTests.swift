import Environments
import Foundation
import Gym
import Testing

@Suite("The hardware of an accelerator")
struct AcceleratorHardwareTests {
    private static func price(_ design: [String: Value], _ options: [String: Value] = [:]) throws -> [String: Double] {
        var environment = try AcceleratorHardware.entry.make(options)
        let action = try environment.spec.actionSpace.action(named: design)
        let evaluation = try environment.step(action, deadline: .none)
        #expect(evaluation.status == .ok)
        let names = environment.spec.metrics.map(\.name)
        return Dictionary(uniqueKeysWithValues: zip(names, evaluation.metrics.map { $0 ?? .nan }))
    }

    @Test("energy is power times latency and the sum of its parts, and no layer is faster than the array")
    func invariants() throws {
        let network = try #require(Network.named("alexnet"))
        for dataflow in ["ws", "os", "is", "rs", "free"] {
            let metrics = try Self.price(["dataflow": .text(dataflow)])
            let energy = try #require(metrics["energy"])
            let parts = ["energy_mac", "energy_dram", "energy_chip"].reduce(0.0) { $0 + (metrics[$1] ?? .nan) }
            #expect(abs(parts / energy - 1) < 1e-9)
            let latency = try #require(metrics["latency"])
            #expect(abs((metrics["power"] ?? .nan) * latency * 1e-3 / energy - 1) < 1e-9)
            #expect(latency >= Double(network.macs) / 168 * 1e-6)
            let utilisation = try #require(metrics["utilisation"])
            #expect(utilisation > 0 && utilisation <= 1)
        }
    }

    @Test("a batch costs in proportion at most, and more evaluations of the mapper help")
    func trends() throws {
        let quick = try Self.price([:], ["mapper_evaluations": 200])
        let long = try Self.price([:], ["mapper_evaluations": 4_000])
        func product(_ metrics: [String: Double]) -> Double {
            (metrics["energy"] ?? .nan) * (metrics["latency"] ?? .nan)
        }
        #expect(product(long) < product(quick))
        let batch = try Self.price([:], ["batch": 4, "mapper_evaluations": 4_000])
        // Weights of the dense layers are read once for four images.
        #expect(try #require(batch["energy_dram"]) < 4 * (try #require(long["energy_dram"])))
    }

    @Test("area follows the design alone, and a smaller process is smaller and takes less energy")
    func technology() throws {
        let areas = try ["45nm", "28nm", "16nm"].map { technology in
            try Self.price([:], ["technology": .text(technology)])
        }
        for (large, small) in zip(areas, areas.dropFirst()) {
            #expect(try #require(small["area"]) < (try #require(large["area"])))
            #expect(try #require(small["energy_mac"]) < (try #require(large["energy_mac"])))
        }
        let other = try Self.price([:], ["network": "resnet18", "mapper_evaluations": 100])
        #expect(other["area"] == areas[0]["area"])
    }

    @Test("every built-in network can be run", arguments: Network.all.map(\.name))
    func networks(name: String) throws {
        let metrics = try Self.price(["dataflow": "free"], ["network": .text(name), "mapper_evaluations": 100])
        #expect(try #require(metrics["latency"]) > 0)
    }
}
