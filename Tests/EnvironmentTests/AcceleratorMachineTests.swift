import Environments
import Gym
import Testing

/// What an architecture can say beyond Timeloop: each changes the price of one mapping as its definition says.
@Suite("What machines add to the model")
struct AcceleratorMachineTests {
    private static let mapping = """
        levels:
          - { level: dram, keep: WIO, loops: P7 K4 }
          - { level: glb, keep: IO, loops: C4 Q7, x: C16, y: K16 }
          - { level: rf, keep: WIO, loops: P8 Q8 R3 S3 }
        """

    private static func report(
        _ head: String = "", glb: String = "", rf: String = "", mapping: String = mapping
    ) throws -> MappingReport {
        let text = """
            name: a
            technology: 45nm
            \(head)
            levels:
              - { name: dram, memory: LPDDR4, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
              - { name: glb, words: 131072, block: 4, read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 16]\(glb) }
              - { name: rf, words: 1024\(rf) }
            """
        let architecture = try Architecture(text: text, file: "a")
        let layer = try #require(Network.named("resnet18")).layer("layer1.0.conv1")
        let model = MappingModel(layer, on: architecture)
        return try #require(model.report(try Mapping(text: mapping, file: "m", for: architecture)).report)
    }

    @Test("a level that is filled while nothing is computed adds its transfers")
    func singleBuffer() throws {
        let (ideal, single) = (try Self.report(), try Self.report(glb: ", buffering: single"))
        let moved = Operand.allCases.map { ideal.counts(1, $0) }
        let reads = moved.reduce(0) { $0 + $1.reads }
        let writes = moved.reduce(0) { $0 + $1.fills + $1.updates }
        let transfers = (Double(max(reads, writes)) / 32).rounded(.up)
        #expect(single.cycles == Double(single.computeCycles) + transfers && single.energy == ideal.energy)
        let double = try Self.report(glb: ", buffering: double")
        #expect(double.cycles == ideal.cycles)
    }

    @Test("a layer that waits for its first tiles starts later by what they take")
    func firstFill() throws {
        let (warm, cold) = (try Self.report(), try Self.report("first_fill: yes"))
        // The buffer's inputs come from DRAM at 8 words a cycle, the first 9 weights and 100 inputs at the buffer's 32.
        let buffer = Double(warm.counts(1, .inputs).tile) / 8
        #expect(cold.cycles == warm.cycles + buffer.rounded(.up) + (109.0 / 32).rounded(.up))
    }

    @Test("wider sums take more room, more accesses and more energy")
    func widths() throws {
        let (plain, wide) = (try Self.report(), try Self.report("widths: [16, 16, 32]"))
        #expect(plain.counts == wide.counts)
        #expect(wide.levelEnergies[0] > plain.levelEnergies[0] && wide.macEnergy == plain.macEnergy)
        let narrow = try Self.report("widths: [8, 16, 16]")
        #expect(narrow.macEnergy < plain.macEnergy && narrow.levelEnergies[2] < plain.levelEnergies[2])
    }

    @Test("wires cost their hops, and a multicast costs less than one message for each receiver")
    func wires() throws {
        let (plain, wired) = (try Self.report(), try Self.report(glb: ", hop_energy: 0.01"))
        let lone = try Self.report(glb: ", hop_energy: 0.01, multicast: no")
        #expect(plain.networkEnergy == 0 && wired.networkEnergy > 0)
        #expect(abs(wired.energy - wired.networkEnergy - plain.energy) < 1e-9 * plain.energy)
        #expect(lone.networkEnergy > wired.networkEnergy)
        // Weights go from DRAM through the mesh, each to one node; inputs and outputs are shared by 16.
        let bits = 16 * 0.01
        func hops(_ words: Int, _ shared: Double) -> Double { Double(words) * bits * (16 + shared - 1) }
        let weights = hops(plain.counts(0, .weights).fills * 256, 1)
        let inputs = hops(plain.counts(0, .inputs).fills * 16, 16)
        let outputs = hops(plain.counts(0, .outputs).fills * 16, 16)
        #expect(abs(wired.networkEnergy / (weights + inputs + outputs) - 1) < 1e-12)
    }

    @Test("loops beyond the layer are run for nothing, and utilisation says so")
    func padding() throws {
        let layer = try #require(Network.named("alexnet")).layer("conv3")
        let padded = try layer.padded()
        #expect(layer.extents[.p] == 13 && padded.extents[.p] == 14 && padded.extents[.r] == 3)
        #expect(padded.macs == layer.macs && padded.turns * 169 == layer.macs * 196)
        let architecture = try #require(Architecture.named("small"))
        func price(_ layer: Layer) throws -> MappingReport {
            try #require(
                MappingModel(layer, on: architecture).report(Mapping(outermost: layer, on: architecture)).report)
        }
        let (more, less) = (try price(padded).macEnergy, try price(layer).macEnergy)
        #expect(abs(more / less / (196.0 / 169) - 1) < 1e-12)
        var environment = try AcceleratorMapping.entry.make(
            ["network": "alexnet", "layer": "conv3", "padding": "smooth"])
        #expect(environment.spec.actionSpace.index(of: "p_7_1") != nil)
        let action = try #require(environment.spec.actionSpace.defaultAction)
        let evaluation = try environment.step(action, deadline: .none)
        let (cycles, share) = (try #require(evaluation.metrics[2]), try #require(evaluation.metrics[4]))
        #expect(abs(share * cycles * 256 / Double(layer.macs) - 1) < 1e-12)
    }

    @Test("a systolic array takes SCALE-Sim's cycles in the hardware environment, for every group width")
    func systolic() throws {
        for (width, ws, os) in [(1, 3.219e6, 4.818e6), (8, 1.064e6, 1.127e6), (32, 0.794e6, 0.732e6)] {
            for (dataflow, wanted) in [("ws", ws), ("os", os)] {
                var environment = try AcceleratorHardware.entry.make([
                    "network": "mobilenet-v1", "array": "systolic", "group_width": .number(Double(width)),
                    "mapper_evaluations": 0,
                ])
                let space = environment.spec.actionSpace
                let action = try space.action(named: [
                    "dataflow": .text(dataflow), "pe_rows": 64, "pe_columns": 64,
                ])
                let names = environment.spec.metrics.map(\.name)
                let evaluation = try environment.step(action, deadline: .none)
                let place = try #require(names.firstIndex(of: "compute_cycles"))
                let cycles = try #require(evaluation.metrics[place])
                #expect(abs(cycles / wanted - 1) < 2e-3, "\(dataflow) \(width): \(cycles)")
            }
        }
        #expect(throws: GymError.self) {
            try AcceleratorHardware.entry.make(["network": "mobilenet-v1", "group_width": 7])
        }
    }
}
