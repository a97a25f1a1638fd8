import Environments
import Foundation
import Gym

/// Makes DRAM controllers for tests.
enum DRAMFixture {
    /// The reference data beside the project; tests that need it are skipped where it is missing.
    static let golden = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/golden").standardizedFileURL
    static let hasGolden = FileManager.default.fileExists(atPath: golden.appending(path: "dram_public.csv").path)

    /// A controller before a built-in workload.
    static func model(
        _ workload: String, _ options: [String: Value] = [:], profile: DRAMController.Profile = .archGym,
        requests: RequestTrace? = nil
    ) throws -> DRAMController {
        let given = options.merging(["workload": .text(workload)]) { $1 }
        let sheet = profile == .full ? DRAMController.fullDatasheet : DRAMController.datasheet
        return try DRAMController(Options(given, declared: sheet.options), profile: profile, requests: requests)
    }

    /// A controller before a trace file.
    static func model(file: URL, _ options: [String: Value] = [:]) throws -> DRAMController {
        let name = file.lastPathComponent
        let given = options.merging(["workload": .text(name)]) { $1 }
        let workload = WorkloadFile(name: name, path: file.path, contentHash: name)
        return try DRAMController(
            Options(given, declared: DRAMController.datasheet.options, workloads: [name: workload]))
    }

    /// A controller before a trace that is written here, its file gone again afterwards.
    static func model(
        stl text: String, _ options: [String: Value] = [:], profile: DRAMController.Profile = .archGym
    ) throws -> DRAMController {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).stl")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let trace = try RequestTrace(path: file.path, name: file.lastPathComponent)
        return try model("idle", options, profile: profile, requests: trace)
    }

    /// Designs drawn over the whole space, the same ones for the same seed.
    static func designs(_ count: Int, seed: UInt64) throws -> [Action] {
        let space = try model("idle").spec.actionSpace
        var generator = Generator(seed: seed, "designs")
        return try (0..<count).map { _ in try space.sample(&generator) }
    }
}

extension DRAMController {
    /// The metrics of a design by name; a design's knobs that are not given have their defaults.
    func metrics(_ knobs: [String: Value] = [:]) throws -> [String: Double] {
        try metrics(of: spec.actionSpace.action(named: knobs))
    }

    /// The metrics of a design by name, without those it has none of.
    func metrics(of action: Action) throws -> [String: Double] {
        let result = try evaluate(action, deadline: .none)
        var named: [String: Double] = [:]
        for (metric, value) in zip(spec.metrics, result.metrics) { named[metric.name] = value }
        return named
    }
}

/// The clock period of DDR4-2400 in nanoseconds, in whole picoseconds.
let period = 0.833
