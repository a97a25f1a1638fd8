import Environments
import Files
import Foundation
import Gym
import Testing

@Suite("Mappings of a layer on an accelerator")
struct AcceleratorMappingTests {
    private static func model(_ layer: String = "layer1.0.conv1", on architecture: String = "small") throws
        -> MappingModel
    {
        let network = try #require(Network.named("resnet18"))
        return MappingModel(try network.layer(layer), on: try #require(Architecture.named(architecture)))
    }

    /// The mapping of the example in the notation's documentation.
    private static let example = """
        levels:
          - { level: dram, keep: WIO, loops: P7 K4 }
          - { level: glb, keep: IO, loops: C4 Q7, x: C16, y: K16 }
          - { level: rf, keep: WIO, loops: P8 Q8 R3 S3 }
        """

    private static func mapping(_ text: String, _ model: MappingModel) throws -> Mapping {
        try Mapping(text: text, file: "example", for: model.architecture)
    }

    @Test("a mapping counted by hand")
    func byHand() throws {
        let model = try Self.model()
        let report = try #require(model.report(try Self.mapping(Self.example, model)).report)
        #expect(report.computeCycles == 7 * 4 * 4 * 7 * 8 * 8 * 9)
        // A register file holds 9 weights, 10 × 10 inputs and 8 × 8 outputs.
        #expect(Operand.allCases.map { report.counts(0, $0).tile } == [9, 100, 64])
        // Weights pass the buffer by: the innermost loop that touches them is C4, outside it K4 and P7.
        #expect(report.counts(0, .weights).fills == 9 * 4 * 4 * 7)
        #expect(report.counts(2, .weights).reads == 9 * 4 * 4 * 7 * 256)
        #expect(report.counts(2, .outputs).updates == 64 * 56 * 56)
        #expect(report.counts(2, .outputs).reads == 0)
        #expect(report.instances == [256, 1, 1])
    }

    @Test(
        "what does not fit is said with its code",
        arguments: [
            ("loops: P7 K4", "loops: P7 K2", "factors"), ("y: K16", "y: K32", "mesh"),
            ("loops: P7 K4 }", "loops: P7 }", "factors"), ("loops: P7 K4", "x: K4, loops: P7", "mesh"),
            ("keep: WIO, loops: P7", "keep: WI, loops: P7", "outermost"),
            (
                "C4 Q7, x: C16, y: K16 }\n  - { level: rf, keep: WIO, loops: P8 Q8",
                "C4, x: C16, y: K16 }\n  - { level: rf, keep: WIO, loops: P8 Q56", "capacity"
            ),
        ])
    func flaws(old: String, new: String, code: String) throws {
        let model = try Self.model()
        let mapping = try Self.mapping(Self.example.replacing(old, with: new), model)
        let flaw = try #require(model.report(mapping).flaw)
        #expect(flaw.code == code && flaw.text(on: model.architecture).hasPrefix(code + ": "))
        if code == "capacity" { #expect(try #require(flaw.excess) == 1_037.0 / 256) }
    }

    @Test("an operand that a level can't hold is refused")
    func holds() throws {
        let model = try Self.model(on: "eyeriss")
        var mapping = Mapping(outermost: model.layer, on: model.architecture)
        #expect(model.report(mapping).flaw == nil)
        mapping.levels[0].kept = .all
        #expect(model.report(mapping).flaw?.code == "holds")
    }

    @Test(
        "bad notation is refused with its place",
        arguments: [
            ("level: glb", "level: gbl", "gbl"), ("C16", "X16", "X16"), ("C16", "C0", "C0"),
            ("K4 }", "K4 K2 }", "twice"),
            ("keep: IO", "keep: IZ", "IZ"), ("  - { level: rf", "  - { level: glb", "twice"),
            ("loops: P7", "lops: P7", "lops"),
        ])
    func badMapping(old: String, new: String, word: String) throws {
        let model = try Self.model()
        #expect {
            _ = try Self.mapping(Self.example.replacing(old, with: new), model)
        } throws: { error in
            let error = error as? GymError
            return error?.code == .badInput && error?.place != nil && error?.message.contains(word) == true
        }
    }

    @Test(
        "a bad architecture is refused with its place",
        arguments: [
            ("levels: []", "0 levels"), ("levels: [{ name: a }, { name: b }]", "no 'words'"),
            ("levels: [{ name: a }, { name: a, words: 1 }]", "one name"), ("levels: [{ name: 'a b' }]", "a b"),
            ("levels: [{ name: a, mesh: [1] }]", "mesh"), ("technology: 7nm\nlevels: [{ name: a }]", "7nm"),
            ("levels: [{ name: a, words: 0 }]", "0"), ("level: [{ name: a }]", "level"),
            ("levels: [{ name: a, mesh: [65536, 65536] }]", "2^31"), ("levels: [{ name: a, holds: X }]", "X"),
        ])
    func badArchitecture(text: String, word: String) {
        #expect {
            _ = try Architecture(text: text, file: "bad")
        } throws: { error in
            let error = error as? GymError
            return error?.code == .badInput && error?.place != nil && error?.message.contains(word) == true
        }
    }

    @Test("an action and its mapping are the same design", arguments: ["small", "lanes", "eyeriss"])
    func actions(architecture: String) throws {
        let model = try Self.model("layer2.0.conv1", on: architecture)
        let space = MappingSpace(model)
        let actions = try space.space(default: Mapping(outermost: model.layer, on: model.architecture))
        var generator = Generator(seed: 3)
        for _ in 0..<200 {
            let mapping = space.mapping(of: try actions.sample(&generator))
            let again = space.mapping(of: space.action(of: mapping))
            let (one, other) = (model.report(mapping), model.report(again))
            #expect(one.flaw == other.flaw && one.report?.counts == other.report?.counts)
        }
    }

    @Test("more bandwidth is never slower, a batch is never cheaper, and traffic is at least compulsory")
    func properties() throws {
        let slow = try Self.model()
        let text = """
            name: fast
            technology: 45nm
            levels:
              - { name: dram, memory: LPDDR4, block: 4, read_bandwidth: 16, write_bandwidth: 16 }
              - { name: glb, words: 65536, block: 4, read_bandwidth: 64, write_bandwidth: 64, mesh: [16, 16] }
              - { name: rf, words: 256 }
            """
        let fast = MappingModel(slow.layer, on: try Architecture(text: text, file: "fast"))
        let space = MappingSpace(slow)
        let actions = try space.space(default: Mapping(outermost: slow.layer, on: slow.architecture))
        var generator = Generator(seed: 4)
        var count = 0
        for _ in 0..<400 {
            let mapping = space.mapping(of: try actions.sample(&generator))
            guard let report = slow.report(mapping).report else { continue }
            count += 1
            let quick = try #require(fast.report(mapping).report)
            #expect(quick.cycles <= report.cycles && quick.energy == report.energy)
            let last = slow.architecture.levels.count - 1
            for operand in [Operand.weights, .inputs] {
                #expect(report.counts(last, operand).reads >= slow.layer.size(of: operand, slow.layer.extents))
            }
            #expect(report.cycles >= Double(slow.layer.macs) / Double(slow.architecture.multipliers))
            let double = MappingModel(try slow.layer.batched(2), on: slow.architecture)
            var more = mapping
            more.levels[last].temporal[.n] = 2
            more.levels[last].order = SIMD8(1, 2, 3, 4, 5, 6, 7, 0)
            #expect(try #require(double.report(more).report).energy >= report.energy * 1.5)
        }
        #expect(count >= 20)
    }

    @Test("the search beats random mappings, keeps to its budget, and repeats itself")
    func search() throws {
        let model = try Self.model()
        let space = MappingSpace(model)
        let found = try #require(try MappingSearch(space).run(evaluations: 3_000, seed: 1))
        let again = try #require(try MappingSearch(space).run(evaluations: 3_000, seed: 1))
        #expect(found.mapping == again.mapping && found.evaluations <= 3_000)
        let actions = try space.space(default: found.mapping)
        var generator = Generator(seed: 2)
        var least = Double.infinity
        for _ in 0..<3_000 {
            guard let report = model.report(space.mapping(of: try actions.sample(&generator))).report else { continue }
            least = min(least, report.energy * report.cycles)
        }
        #expect(found.report.energy * found.report.cycles < least)
    }

    @Test("evaluate prices the mapping of a file as it stands")
    func file() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mapping-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = Self.example.replacing("P7 K4", with: "P14 K4").replacing("P8 Q8", with: "P4 Q8")
        let file = folder.appending(path: "m.yaml")
        try text.write(to: file, atomically: true, encoding: .utf8)
        let workload = try WorkloadFile.read(file.path, path: file.path, builtIn: [])
        var environment = try AcceleratorMapping.entry.make(
            ["mapping": .text(file.path)], workloads: [file.path: workload])
        let action = try #require(environment.spec.actionSpace.defaultAction)
        let evaluation = try environment.step(action, deadline: .none)
        let model = try Self.model()
        let report = try #require(model.report(try Self.mapping(text, model)).report)
        #expect(evaluation.metrics[1] == report.energy * 1e-6 && evaluation.metrics[2] == report.cycles)
        #expect(throws: GymError.self) {
            try AcceleratorMapping.entry.make(
                ["mapping": .text(file.path), "layer": "fc"], workloads: [file.path: workload])
        }
    }

    @Test("step by step every random episode ends with a mapping that can be run", arguments: ["small", "eyeriss"])
    func stepwise(architecture: String) throws {
        var environment = try AcceleratorMapping.entry.make(
            ["form": "stepwise", "architecture": .text(architecture), "layer": "layer2.0.conv1"])
        let spec = environment.spec
        for seed in 0..<5 as Range<UInt64> {
            var generator = Generator(seed: seed)
            var observation = try environment.reset(seed: seed)
            var gains = 0.0
            var first: Double?
            for step in 1...spec.horizon {
                let action = try spec.actionSpace.sample(&generator, legal: observation.legal)
                let evaluation = try environment.step(action, deadline: .none)
                try #require(evaluation.status == .ok)
                #expect(evaluation.terminated == (step == spec.horizon))
                let gain = try #require(evaluation.metrics.last ?? nil)
                let cost = log(try #require(evaluation.metrics[1])) + log(try #require(evaluation.metrics[2]))
                if first == nil { first = cost + gain }
                gains += gain
                if step == spec.horizon { #expect(abs((first ?? 0) - cost - gains) < 1e-9) }
                observation = evaluation.observation
            }
        }
    }
}
