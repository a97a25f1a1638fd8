import Foundation
import Gym
import Testing

/// A study that is large enough to be hit in the middle, in a folder of its own, with the log of a run that nothing
/// happened to.
struct Study {
    /// What is searched, and by whom.
    enum Kind: String, CaseIterable {
        case closedFormulas, memoryController, smallBatches, oneAgent
    }

    let scratch: Scratch
    let manifest: String
    /// What the log holds in the end.
    let wanted: LogContents
    /// How long the run took that nothing happened to.
    let seconds: Double

    /// Writes a study's files and runs it once.
    init(_ kind: Kind, samples: Int? = nil) throws {
        scratch = try Scratch()
        manifest = try scratch.write(kind.manifest(samples: samples), to: "study.yaml")
        try scratch.write(Study.trace, to: "trace.stl")
        let log = scratch.newPath("db")
        let outcome = try Program.run(["run", manifest, "--log", log], in: scratch)
        try #require(outcome.ending == .exit(0), "\(outcome.errors)")
        (wanted, seconds) = (try LogContents(log), outcome.seconds)
    }

    /// Begins the study, or goes on with it.
    func begin(_ log: String, resuming: Bool, _ more: [String] = [], before wrapper: [String] = []) throws -> Child {
        let words = ["run", manifest, "--log", log] + (resuming ? ["--resume"] : []) + more
        return try Program.begin(words, in: scratch, before: wrapper)
    }

    /// Runs what is missing and compares with the run that nothing happened to.
    func finish(_ log: String, _ comment: Comment = Dice.comment) throws {
        let child = try begin(log, resuming: true)
        #expect(try child.end() == .exit(0), "\(child.errors)")
        #expect(!FileManager.default.fileExists(atPath: log + "-wal"), "not all of the log is in its file")
        #expect(try LogContents(log).differences(from: wanted) == [], comment)
        #expect(try isSound(log), comment)
    }

    /// A few hundred requests: short enough for many evaluations a second.
    private static let trace = {
        var generator = Generator(seed: 1)
        return (0..<300).map { request in
            let address = String(generator.below(1 << 24) * 64, radix: 16)
            return "\(request * 4): \(generator.chance(0.7) ? "read" : "write") 0x\(address)\n"
        }.joined()
    }()
}

extension Study.Kind {
    func manifest(samples: Int?) -> String {
        switch self {
        case .closedFormulas:
            """
            study: formulas
            kind: sweep
            environment: synthetic-dram10-v0
            budget: \(samples ?? 3_000)
            seeds: 2
            workers: 2
            sweep: { agent: [random, genetic] }
            """
        case .memoryController:
            """
            study: controller
            kind: sweep
            environment: { id: dram-controller-v0, workload: trace.stl }
            objective: { product: { latency: 1, energy: 1 } }
            budget: \(samples ?? 300)
            batch: 4
            seeds: [7, 11]
            workers: 2
            sweep: { agent: [random, { name: genetic, population: 16 }] }
            """
        case .smallBatches:
            """
            study: small-batches
            kind: sweep
            environment: { id: synthetic-dram10-v0, texture: 5 }
            objective: { pareto: [latency, power] }
            record: observations
            budget: \(samples ?? 600)
            batch: 1
            seeds: 3
            workers: 2
            sweep: { agent: [random, genetic] }
            """
        case .oneAgent:
            """
            study: one-agent
            environment: synthetic-dram10-v0
            agent: genetic
            objective: { minimize: power }
            constraints: ["latency <= 35000"]
            budget: { samples: \(samples ?? 6_000), plateau: 5000 }
            batch: 32
            seeds: [9223372036854775807]
            """
        }
    }
}
