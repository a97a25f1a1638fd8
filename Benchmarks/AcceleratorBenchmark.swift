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
        return lines + (try [threads(), search(), attention()])
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

    private static func attention() throws -> String {
        let workload = AttentionWorkload(AttentionWorkload.models[0], tokens: 4_096)
        var sum = 0.0
        let fuseMax = Measurement.threadSeconds {
            for _ in 0..<10_000 { sum += FuseMax.binding.cost(workload, on: .fuseMaxCloud)?.latency ?? 0 }
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
