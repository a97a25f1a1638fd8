import Environments
import Foundation
import Gym

/// How fast mappings are priced: evaluations a second of one thread on three, four and five levels, and on all cores.
enum AcceleratorBenchmark {
    private static let rounds = 5
    private static let mappings = 2_000

    /// Random mappings that can be run, of a 3 × 3 convolution of ResNet-18; the gate is 200,000 /s on three levels.
    static func run() throws -> [String] {
        var lines = ["mappings of resnet18's layer1.0.conv1 that can be run, thread CPU time, best of \(rounds)"]
        for name in ["small", "lanes", "eyeriss"] {
            let (model, valid) = try sample(name)
            let best = (0..<rounds).map { _ in Measurement.threadSeconds { evaluate(valid, by: model) } }.min()
            let levels = model.architecture.levels.count
            lines.append(
                String(
                    format: "%@ (%d levels) %9.0f evaluations/s",
                    name.padding(toLength: 8, withPad: " ", startingAt: 0),
                    levels, Double(valid.count) / (best ?? .nan)))
        }
        return lines + (try [threads(), search()] + mapper() + hardware() + [attention()])
    }

    private static func problem(_ architecture: String) throws -> MappingSpace {
        guard let network = Network.named("resnet18"), let hardware = Architecture.named(architecture) else {
            throw GymError(.internal, "a built-in network or architecture is missing")
        }
        return MappingSpace(MappingModel(try network.layer("layer1.0.conv1"), on: hardware))
    }

    /// Mappings drawn factor by factor, those that do not fit left out.
    private static func sample(_ architecture: String) throws -> (MappingModel, [Mapping]) {
        let space = try problem(architecture)
        let actions = try space.space(default: Mapping(outermost: space.model.layer, on: space.model.architecture))
        var generator = Generator(seed: 1, "mappings")
        var valid: [Mapping] = []
        for _ in 0..<1_000_000 where valid.count < mappings {
            let mapping = space.mapping(of: try actions.sample(&generator))
            if space.model.report(mapping).flaw == nil { valid.append(mapping) }
        }
        return (space.model, valid)
    }

    private static func evaluate(_ mappings: [Mapping], by model: MappingModel) {
        var report = MappingReport(levels: model.architecture.levels.count)
        var sum = 0.0
        for mapping in mappings where model.evaluate(mapping, into: &report) == nil { sum += report.cycles }
        precondition(sum > 0, "no mapping could be run")
    }

    private static func threads() throws -> String {
        let (model, valid) = try sample("small")
        let cores = ProcessInfo.processInfo.activeProcessorCount
        func wall(_ threads: Int) -> Double {
            let times = (0..<3).map { _ in
                Measurement.wallSeconds {
                    DispatchQueue.concurrentPerform(iterations: threads) { _ in
                        for _ in 0..<10 { evaluate(valid, by: model) }
                    }
                }
            }
            return times.min() ?? .nan
        }
        let (one, all) = (wall(1), wall(cores))
        return String(
            format: "by the clock: %.0f /s on 1 thread, %.0f /s on %d, %.2f times", 10 * Double(valid.count) / one,
            10 * Double(cores * valid.count) / all, cores, Double(cores) * one / all)
    }

    private static func search() throws -> String {
        let search = MappingSearch(try problem("small"))
        var count = 0
        let seconds = try Measurement.threadSeconds {
            count = try search.run(evaluations: 20_000, seed: 1)?.evaluations ?? 0
        }
        return String(format: "the mapper: %.0f mappings/s, those that do not fit among them", Double(count) / seconds)
    }

    /// Timeloop 2.0's own mapper (random-pruned, one thread, 5,000 mappings that can be run) on 16 × 16 multipliers
    /// with 512 bytes each, 128 KiB shared and 8 words a cycle of DRAM, energies in multiply-accumulates, measured
    /// once: energy times cycles in millions.
    private static let timeloop = [("resnet18", "layer1.0.conv1", 8.0e8), ("resnet50", "layer3.1.conv1", 1.63e8)]
    private static let mapperEvaluations = 5_000

    /// The mapper beside Timeloop's on the same hardware with as many evaluations, those that can't be run among them.
    private static func mapper() throws -> [String] {
        let text = """
            name: timeloop
            technology: normalised
            levels:
              - { name: dram, block: 4, read_bandwidth: 8, write_bandwidth: 8 }
              - { name: glb, words: 65536, block: 4, read_bandwidth: 32, write_bandwidth: 32, mesh: [16, 16] }
              - { name: rf, words: 256 }
            """
        let architecture = try Architecture(text: text, file: "benchmark")
        return try timeloop.map { network, layer, theirs in
            guard let network = Network.named(network) else { throw GymError(.internal, "a network is missing") }
            let space = MappingSpace(MappingModel(try network.layer(layer), on: architecture))
            let products = try (0..<20 as Range<UInt64>).map { seed in
                let found = try MappingSearch(space).run(evaluations: mapperEvaluations, seed: seed)
                return (found?.report.energy ?? .nan) * (found?.report.cycles ?? .nan) * 1e-6
            }.sorted()
            return String(
                format: "the mapper on %@ %@: energy times cycles %.3g (median of 20 seeds), %.3g (worst); Timeloop's "
                    + "mapper %.3g, %.2f and %.2f times as much (bar 2)", network.name, layer, products[10],
                products[19], theirs, theirs / products[10], theirs / products[19])
        }
    }

    /// A step of accelerator-hardware-v0 on ResNet-50: the bars are 0.5 s cold, 10 ms warm or in closed form.
    private static func hardware() throws -> [String] {
        func line(_ name: String, _ dataflow: String, evaluations: Double) throws -> String {
            var (cold, warm): ([Double], [Double]) = ([], [])
            for round in 0..<rounds {
                var environment = try AcceleratorHardware.entry.make([
                    "network": "resnet50", "mapper_evaluations": .number(evaluations),
                ])
                // Another design than the reference, which was priced when the environment was made.
                let design = try environment.spec.actionSpace.action(named: [
                    "dataflow": .text(dataflow), "pe_columns": 16,
                    "pe_rows": .number(round.isMultiple(of: 2) ? 16 : 24),
                ])
                func step() throws {
                    guard try environment.step(design, deadline: .none).status == .ok else {
                        throw GymError(.internal, "the benchmark's design does not fit")
                    }
                }
                cold.append(try Measurement.threadSeconds { try step() })
                warm.append(try Measurement.threadSeconds { try step() })
            }
            return String(
                format: "%@: %.1f ms cold, %.2f ms warm", name, 1e3 * (cold.max() ?? .nan), 1e3 * (warm.max() ?? .nan))
        }
        return try [
            "a step of accelerator-hardware-v0 on resnet50, 54 layers, worst of \(rounds)",
            line("  free, 3,000 mappings a layer", "free", evaluations: 3_000),
            line("  free, 500 mappings a layer", "free", evaluations: 500),
            line("  rs in closed form", "rs", evaluations: 0), line("  free in closed form", "free", evaluations: 0),
        ]
    }

    private static func attention() throws -> String {
        // Each has a length of its own, so that nothing is computed once for all.
        let workloads = (1...10_000).map { AttentionWorkload(AttentionWorkload.models[0], tokens: 256 * $0) }
        let workload = workloads[15]
        var sum = 0.0
        let fuseMax = Measurement.threadSeconds {
            for workload in workloads { sum += FuseMax.binding.cost(workload, on: .fuseMaxCloud)?.latency ?? 0 }
        }
        let flat = Measurement.threadSeconds {
            for _ in 0..<100 { sum += Double(FlatAttention.best(workload, on: .flatCloud).rows) }
        }
        precondition(sum > 0, "attention took no time")
        return String(
            format: "attention: %.0f designs/s of fusemax, %.0f /s of flat with its search", 10_000 / fuseMax,
            100 / flat)
    }
}
