import Agents
import Environments
import Foundation
import Gym
import Synchronization

/// What recipes cost beside what ABC itself takes: overhead of a step, a step that is known, recipes a second, and a
/// genetic search beside one process per recipe.
enum LogicBenchmark {
    private static let folder = ProcessInfo.processInfo.environment["SEXTANT_CIRCUITS"] ?? "../shared/data/logic/epfl"

    static func run() throws -> [String] {
        let program = try ABCProgram.find()
        var lines = [program.version]
        for name in ["int2float", "i2c", "max", "bar"] { lines += try overhead(name, program) }
        lines += try search("int2float", program)
        for (name, preset, count) in [
            ("ctrl", "boils", 60), ("int2float", "boils", 60), ("cavlc", "boils", 30), ("priority", "boils", 30),
            ("i2c", "boils", 20), ("max", "boils", 16), ("sin", "boils", 16), ("int2float", "abc-rl", 100),
            ("i2c", "abc-rl", 40), ("sin", "abc-rl", 12),
        ] {
            lines.append(try rate(name, preset, count, program))
        }
        return lines
    }

    /// The options of a design: a published circuit where the folder has it, else one of the project's own.
    private static func options(_ name: String, _ given: [String: Value]) throws -> Options {
        let path = "\(folder)/\(name).aig"
        var (values, files) = (given, [String: WorkloadFile]())
        if FileManager.default.isReadableFile(atPath: path) {
            values["design"] = .text(path)
            files[path] = WorkloadFile(name: name, path: path, contentHash: "benchmark")
        } else {
            values["design"] = "divider"
        }
        return try Options(values, declared: LogicSynthesis.datasheet.options, workloads: files)
    }

    /// Steps of drawn episodes, first not known, then known; what is not spent waiting for ABC is overhead.
    private static func overhead(_ name: String, _ program: ABCProgram) throws -> [String] {
        let synthesizer = try Synthesizer(program: program, processes: 1)
        let options = try options(name, ["measure": "last", "reference": "none", "actions": "std7"])
        var environment = try LogicSynthesis.environment(options, on: synthesizer)
        let space = environment.spec.actionSpace
        func episodes() throws -> (seconds: Double, inside: Double, steps: Int) {
            var generator = Generator(seed: 3, "benchmark-steps")
            let inside = synthesizer.secondsInside
            var steps = 0
            let seconds = try Measurement.wallSeconds {
                for _ in 0..<3 {
                    _ = try environment.reset(seed: 1)
                    for _ in 0..<environment.spec.horizon {
                        _ = try environment.step(try space.sample(&generator), deadline: .none)
                        steps += 1
                    }
                }
            }
            return (seconds, synthesizer.secondsInside - inside, steps)
        }
        let fresh = try episodes()
        let known = try (0..<5).map { _ in try episodes() }.min { $0.seconds < $1.seconds } ?? fresh
        return [
            String(
                format: "%@ a step: %.2f ms, of it %.2f ms in ABC, %.3f ms overhead; known %.4f ms",
                name.padding(toLength: 10, withPad: " ", startingAt: 0), fresh.seconds / Double(fresh.steps) * 1e3,
                fresh.inside / Double(fresh.steps) * 1e3,
                (fresh.seconds - fresh.inside) / Double(fresh.steps) * 1e3,
                known.seconds / Double(known.steps) * 1e3)
        ]
    }

    /// The same 200 recipes of one genetic search, evaluated by the environment and by a process for each.
    private static func search(_ name: String, _ program: ABCProgram) throws -> [String] {
        guard let agent = AgentCatalog.entries.first(where: { $0.name == "genetic" }) else {
            throw GymError(.internal, "there is no genetic search")
        }
        let options = try options(name, ["reference": "none"])
        let synthesizer = try Synthesizer(program: program, processes: 1)
        let environment = try LogicSynthesisRecipe.environment(options, on: synthesizer)
        guard let model = (environment as? Oneshot)?.model else { throw GymError(.internal, "no cost model") }
        let alone = try RecipeProcess(program, options: options, space: model.spec.actionSpace)
        var (ours, theirs) = ([Double?](), [Double?]())
        let before = synthesizer.stepCounts
        let fast = try Measurement.wallSeconds {
            try SearchBenchmark.run(agent, on: model, budget: 200, seed: 1) { ours.append($0.metrics[0]) }
        }
        let after = synthesizer.stepCounts
        let slow = try Measurement.wallSeconds {
            try SearchBenchmark.run(agent, on: Referee(spec: model.spec, alone), budget: 200, seed: 1) {
                theirs.append($0.metrics[0])
            }
        }
        return [
            String(
                format:
                    "genetic, 200 recipes of %@: %.2f s, one process a recipe %.2f s, %.2f times (goal 4, least 2.5)",
                name, fast, slow, slow / fast),
            "  commands run \(after.run - before.run), known \(after.known - before.known); "
                + (ours == theirs ? "every result equal" : "RESULTS DIFFER"),
        ]
    }

    /// Drawn recipes of a preset on two processes, with nothing known before.
    private static func rate(_ name: String, _ preset: String, _ count: Int, _ program: ABCProgram) throws -> String {
        let synthesizer = try Synthesizer(program: program, processes: 2)
        let options = try options(name, ["preset": .text(preset), "reference": "none"])
        let environment = try LogicSynthesisRecipe.environment(options, on: synthesizer)
        guard let model = (environment as? Oneshot)?.model else { throw GymError(.internal, "no cost model") }
        var generator = Generator(seed: 5, "benchmark-recipes")
        let recipes = try (0..<count).map { _ in try model.spec.actionSpace.sample(&generator) }
        // Whoever is free takes the next one, as in a batch.
        let next = Mutex(0)
        let seconds = Measurement.wallSeconds {
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                while true {
                    let place = next.withLock { next in
                        defer { next += 1 }
                        return next
                    }
                    guard place < count else { return }
                    _ = try? model.evaluate(recipes[place], deadline: .none)
                }
            }
        }
        return String(
            format: "%@ %@ %6.2f recipes/s on two processes, nothing known before",
            name.padding(toLength: 10, withPad: " ", startingAt: 0),
            preset.padding(toLength: 6, withPad: " ", startingAt: 0), Double(count) / seconds)
    }
}

/// A recipe the usual way: a script, a process, and its output; the same commands as the environment's steps.
struct RecipeProcess: Sendable {
    private let path: String
    private let design: String
    private let commands: [String: String]
    private let labels: [String]

    init(_ program: ABCProgram, options: Options, space: Space) throws {
        path = program.path
        design = options.files["design"]?.path ?? ""
        guard !design.isEmpty, case .categorical(let choices)? = space.parameters.first?.domain else {
            throw GymError(.badInput, "the comparison needs a design in a file; SEXTANT_CIRCUITS names its folder")
        }
        labels = choices
        commands = [
            "rw": "rewrite", "rwz": "rewrite -z", "rf": "refactor", "rfz": "refactor -z", "rs": "resub",
            "rsz": "resub -z", "b": "balance", "fr": "fraig", "sopb": "&get -n; &sopb; &put",
            "blut": "&get -n; &blut; &put", "dsdb": "&get -n; &dsdb; &put",
        ]
    }

    /// Lookup tables and levels after a recipe.
    func size(_ recipe: Action) throws -> (tables: Double, levels: Double) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "recipe-\(getpid())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let again = "write_aiger \(folder)/x.aig; read_aiger \(folder)/x.aig; strash"
        let steps = recipe.map { "\(commands[labels[Int($0)]] ?? ""); \(again)" }
        let script = ["read_aiger \(design); strash; \(again)"] + steps + ["if -K 6; print_stats"]
        try Data(script.joined(separator: "\n").utf8).write(to: URL(filePath: folder + "/script"))
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-s", "-f", folder + "/script"]
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard let line = text.split(separator: "\n").last(where: { $0.contains("nd =") }),
            let found = line.firstMatch(of: /nd = *(\d+) .* lev = *(\d+)/), let tables = Double(found.1),
            let levels = Double(found.2)
        else { throw GymError(.internal, "ABC printed no statistics") }
        return (tables, levels)
    }
}

/// A cost model of recipes that are run by a process each.
private struct Referee: CostModel {
    let spec: EnvironmentSpec
    private let process: RecipeProcess
    private let first: (tables: Double, levels: Double)

    init(spec: EnvironmentSpec, _ process: RecipeProcess) throws {
        (self.spec, self.process) = (spec, process)
        first = try process.size([])
    }

    func evaluate(_ action: Action, deadline: Deadline) throws -> Evaluation {
        let size = try process.size(action)
        var metrics = [Double?](repeating: nil, count: spec.metrics.count)
        metrics[0] = size.tables / first.tables + size.levels / first.levels
        return Evaluation(metrics: metrics)
    }
}
