import Foundation
import Gym
import Reports
import Samples

/// What a page of a study of a million samples takes: seconds, memory and bytes.
///
/// The study has eight trials over ten parameters and twelve metrics, for two objectives, so that every figure that
/// looks at all samples is drawn. Vega's own bytes count where it is found.
enum ReportBenchmark {
    private static let trials = 8
    private static let samplesPerTrial = 125_000

    static func run() throws -> [String] {
        try Measurement.inFolder { folder in
            let path = folder.appending(path: "samples.db").path
            try write(path)
            let log = try SampleLog(path: path, mode: .read)
            defer { log.close() }
            let bundle = VegaBundle.find()
            resetPeak()
            let before = peakBytes
            var (bytes, figures, wall) = (0, 0, 0.0)
            let seconds = try Measurement.processSeconds {
                wall = try Measurement.wallSeconds {
                    let report = try Report(["benchmark"], log: log, lotteries: LoggedLotteries(plans: [:]))
                    figures = report.figures.count
                    bytes = Page(report, bundle: bundle, program: "benchmark").html.utf8.count
                }
            }
            return [
                "\(trials * samplesPerTrial) samples, \(figures) figures",
                String(format: "time: %.1f s of CPU, %.1f s by the clock", seconds, wall),
                String(
                    format: "memory: %.0f MB at its peak, %.0f MB before", Double(peakBytes) / 1e6, Double(before) / 1e6
                ),
                String(format: "page: %.2f MB", Double(bytes) / 1e6) + (bundle == nil ? ", without Vega" : ""),
            ]
        }
    }

    private static let spec = EnvironmentSpec(
        id: "benchmark-v0",
        actionSpace: Space(
            (0..<4).map { Parameter("word\($0)", .categorical(["Open", "Closed", "OpenAdaptive", "ClosedAdaptive"])) }
                + (0..<4).map { Parameter("count\($0)", .integer(1...128)) }
                + (0..<2).map { Parameter("share\($0)", .real(0...1)) }),
        metrics: (0..<12).map { Metric("metric\($0)", unit: "ns", goal: .minimize) })

    /// Half of the trials draw at random, the others come nearer to a curve on which two metrics are traded.
    private static func write(_ path: String) throws {
        let log = try SampleLog(path: path, mode: .write)
        defer { log.close() }
        try log.begin(study: "benchmark", manifest: "", versions: "", host: "")
        for index in 0..<trials {
            let isRandom = index.isMultiple(of: 2)
            let trial = TrialDescription(
                study: "benchmark", label: "\(isRandom ? "random" : "search")-s\(index + 1)",
                agent: isRandom ? "random" : "search", seed: UInt64(index + 1), objective: "pareto metric0, metric1",
                budget: "samples: \(samplesPerTrial)", slots: 16)
            let number = try log.open(trial, spec: spec).trial
            var generator = Generator(seed: UInt64(index + 1))
            for start in stride(from: 0, to: samplesPerTrial, by: 1_000) {
                let samples = (start..<start + 1_000).map { number in
                    sample(number, isRandom: isRandom, &generator)
                }
                try log.append(
                    samples.map { sample in
                        var sample = sample
                        sample.trial = number
                        return sample
                    })
            }
            try log.finish(trial: number, status: .finished)
        }
    }

    private static func sample(_ number: Int, isRandom: Bool, _ generator: inout Generator) -> Sample {
        var action = spec.actionSpace.parameters.map { parameter in
            parameter.discreteCount.map { parameter.value(at: generator.below($0)) } ?? 0
        }
        (action[8], action[9]) = (generator.unit(), generator.unit())
        // The part of the way to the best curve that is left.
        let rest = isRandom ? generator.unit() : generator.unit() * 100 / Double(100 + number)
        let place = generator.unit()
        var metrics = (0..<12).map { _ in generator.unit() * 1_000 as Double? }
        metrics[0] = 10 + 100 * place * place + 400 * rest + action[4]
        metrics[1] = 10 + 100 * (1 - place) * (1 - place) + 400 * rest + action[5]
        let reward = -((metrics[0] ?? 1) * (metrics[1] ?? 1))
        let isInfeasible = number % 50 == 7
        return Sample(
            trial: 0, number: Int64(number), slot: number % 16, episode: Int64(number), step: 0, action: action,
            observation: Observation(),
            evaluation: isInfeasible
                ? Evaluation(metrics: metrics.map { _ in nil }, status: .infeasible("too hot"))
                : Evaluation(metrics: metrics),
            score: Score(reward: isInfeasible ? nil : reward, violation: 0), truncated: false,
            isCached: number % 10 == 3,
            seconds: 0.001, at: Double(number) * 0.001)
    }

    /// The most memory that the process has held since `resetPeak`.
    private static var peakBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return (Int(line.split(separator: " ").dropFirst().first ?? "") ?? 0) * 1_024
    }

    private static func resetPeak() {
        try? FileHandle(forWritingTo: URL(filePath: "/proc/self/clear_refs")).write(contentsOf: Data("5".utf8))
    }
}
