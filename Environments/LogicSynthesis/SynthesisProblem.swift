import Gym

/// What the options ask for, with the reference recipe run: shared by all slots of an environment.
struct SynthesisProblem: Sendable {
    let synthesizer: Synthesizer
    let actions: ActionSet
    let length: Int
    let objective: SynthesisObjective
    private(set) var backend: MappingBackend
    let semantics: Synthesizer.Semantics
    let limits: ABCWorker.Limits
    /// Whether what ABC fails at counts as nothing done, and the episode goes on.
    let skipsFailures: Bool
    /// Whether circuits are mapped only after the last step.
    let measuresLast: Bool
    /// The commands of the reference recipe.
    let referenceCommands: [String]
    private(set) var reference = SynthesisObjective.Reference()
    /// The metrics after the reference recipe.
    private(set) var referenceMetrics: [Double] = []
    /// The design before any step.
    let start: SynthesisRun
    /// Its metrics.
    private(set) var startMetrics: [Double] = []
    /// Its size.
    private(set) var startSize = MappedSize(size: 1, delay: 1, detail: 1)

    init(_ options: Options, on synthesizer: Synthesizer) throws {
        self.synthesizer = synthesizer
        let preset = try SynthesisPreset.named(options.text("preset"))
        func chosen(_ option: String, _ usual: String) -> String {
            let text = options.text(option)
            return text == "preset" ? usual : text
        }
        actions = try ActionSet(chosen("actions", preset.actions))
        let steps = try DesignReader.whole("length", options)
        length = steps == 0 ? preset.length : steps
        objective = SynthesisObjective(rawValue: chosen("objective", preset.objective)) ?? .sum
        backend = try Self.backend(chosen("backend", preset.backend), options)
        if case .cells = backend.kind { backend.bias = preset.bias }
        semantics = Synthesizer.Semantics(rawValue: options.text("semantics")) ?? .step
        limits = ABCWorker.Limits(
            seconds: options.number("deadline"), memory: Int(options.number("memory")) << 20)
        skipsFailures = options.text("failures") == "skip"
        measuresLast = options.text("measure") == "last"
        referenceCommands = try KnownRecipe.commands(options.text("reference"), option: "reference")
        let raw = try DesignReader.circuit(options)
        guard raw.features.ands > 0 else {
            throw GymError(.badInput, "the design has no gates, so there is nothing to optimise", field: "design")
        }
        start = SynthesisRun(base: raw, state: raw)
        try prepare(delayLimit: options.number("delay_limit"))
    }

    private static func backend(_ name: String, _ options: Options) throws -> MappingBackend {
        switch name {
        case "lut": return MappingBackend(.lookupTables(inputs: try DesignReader.whole("lut_inputs", options)))
        case "ands": return MappingBackend(.graph)
        default:
            guard let file = options.files["library"] else {
                guard name == "genlib" else {
                    throw GymError(
                        .badOption, "the backend 'liberty' needs a file as the option 'library'", field: "library")
                }
                return MappingBackend(.cells(.own))
            }
            let library = try CellLibrary(path: file.path, name: file.name)
            guard library.isLiberty == (name == "liberty") else {
                throw GymError(
                    .badOption,
                    "the library '\(file.name)' is a \(library.isLiberty ? "Liberty file" : "genlib"), "
                        + "and the backend is '\(name)'", field: "library")
            }
            return MappingBackend(.cells(library))
        }
    }

    /// Runs the reference recipe, and then everything that is known before a search begins.
    private mutating func prepare(delayLimit: Double) throws {
        do {
            var run = try begin(deadline: .none)
            startSize = try size(of: run, deadline: .none)
            let first = run
            if semantics == .oneshot, !referenceCommands.isEmpty {
                run = try advanced(run, by: referenceCommands, deadline: .none)
            } else {
                for command in referenceCommands { run = try advanced(run, by: [command], deadline: .none) }
            }
            reference.size = try size(of: run, deadline: .none)
            reference.ands = Double(run.state.features.ands)
            if objective == .constrained {
                reference.delayLimit = delayLimit > 0 ? delayLimit : reference.size.delay
                if case .cells = backend.kind {
                    // The mapper may use up the time that there is.
                    backend.required = reference.delayLimit
                    reference.size = try size(of: run, deadline: .none)
                    startSize = try size(of: first, deadline: .none)
                }
            }
            guard reference.size.size > 0, reference.size.delay > 0, reference.ands > 0 else {
                throw GymError(
                    .badInput, "the reference recipe leaves no gate of the design, so there is nothing to optimise",
                    field: "design")
            }
            referenceMetrics = metrics(of: run, size: reference.size)
            startMetrics = metrics(of: first, size: startSize)
        } catch let failure as ABCFailure {
            throw GymError(
                .badInput, "the design can't be prepared: \(failure.reason)",
                hint: "a longer deadline, or another reference recipe", field: "design")
        }
    }

    /// A fresh run: under step semantics the design is written and read once, as after every step.
    func begin(deadline: Deadline) throws -> SynthesisRun {
        guard semantics == .step else { return start }
        var run = start
        run.state = try synthesizer.apply([], to: start.base, limits: limits, deadline: deadline)
        return run
    }

    /// The run after further commands.
    ///
    /// - Throws: `ABCFailure`, `DeadlineExpired`.
    func advanced(_ run: SynthesisRun, by commands: [String], deadline: Deadline) throws -> SynthesisRun {
        var next = run
        switch semantics {
        case .step:
            next.state = try synthesizer.apply(commands, to: run.state, limits: limits, deadline: deadline)
        case .oneshot:
            next.commands += commands
            next.state = try synthesizer.apply(
                next.commands, count: next.commands.count, to: run.base, limits: limits, deadline: deadline)
        }
        return next
    }

    /// What the circuit of a run takes.
    ///
    /// - Throws: `ABCFailure`, `DeadlineExpired`.
    func size(of run: SynthesisRun, deadline: Deadline) throws -> MappedSize {
        if case .graph = backend.kind {
            let features = run.state.features
            return MappedSize(size: Double(features.ands), delay: Double(features.levels), detail: 0)
        }
        return try synthesizer.size(
            of: semantics == .step ? run.state : run.base, after: run.commands, by: backend, limits: limits,
            deadline: deadline)
    }

    /// What is reported of a run.
    func metrics(of run: SynthesisRun, size: MappedSize) -> [Double] {
        let features = run.state.features
        let quality = objective.quality(size, ands: Double(features.ands), reference: reference)
        let graph = [Double(features.ands), Double(features.levels)]
        if case .graph = backend.kind { return [quality] + graph }
        return [quality, size.size, size.delay, size.detail] + graph
    }

    /// The reported quantities, in order.
    var declaredMetrics: [Metric] {
        let quality = Metric(
            "quality", unit: "1", goal: .minimize,
            note: "by the objective, relative to the reference recipe: 2 under sum, 1 under the others")
        let graph = [
            Metric("ands", unit: "1", goal: .minimize, note: "two-input ANDs of the and-inverter graph"),
            Metric("levels", unit: "1", goal: .minimize, note: "ANDs on its longest path"),
        ]
        switch backend.kind {
        case .graph: return [quality] + graph
        case .lookupTables:
            return [
                quality, Metric("luts", unit: "1", goal: .minimize, note: "lookup tables after mapping (if -K)"),
                Metric("lut_levels", unit: "1", goal: .minimize, note: "lookup tables on the longest path"),
                Metric("lut_edges", unit: "1", goal: .minimize, note: "connections between lookup tables"),
            ] + graph
        case .cells(let library):
            let isLiberty = library.isLiberty
            return [
                quality,
                Metric("area", unit: isLiberty ? "um2" : "1", goal: .minimize, note: "of all cells after mapping"),
                Metric(
                    "delay", unit: isLiberty ? "ps" : "1", goal: .minimize, note: "of the slowest path after mapping"),
                Metric("gates", unit: "1", goal: .minimize, note: "cells after mapping"),
            ] + graph
        }
    }

    /// The operations of the default recipe: the reference recipe again and again, where the action set has its steps.
    var defaultChoices: [Int] {
        let known = referenceCommands.map { actions.choice(of: $0) }
        guard !known.isEmpty, !known.contains(nil) else { return [Int](repeating: 0, count: length) }
        return (0..<length).map { known[$0 % known.count] ?? 0 }
    }
}

/// A design on its way through a recipe.
struct SynthesisRun: Sendable {
    /// The design as it was read.
    let base: CircuitState
    /// What has become of it.
    var state: CircuitState
    /// What was done to it, under one-shot semantics.
    var commands: [String] = []
}
