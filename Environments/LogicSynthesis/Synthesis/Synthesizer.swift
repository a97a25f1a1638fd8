import Foundation
public import Gym
import Synchronization

/// Does steps on circuits: from the cache, from logged transitions, or by ABC. One serves all slots and threads.
public final class Synthesizer: Sendable {
    /// How steps follow on each other.
    public enum Semantics: String, Sendable, CaseIterable {
        /// After every step the circuit is written, read back and hashed, so that a step depends on its circuit alone.
        case step
        /// A recipe runs in one go, as papers do it; the order of nodes that a file does not keep may matter.
        case oneshot
    }

    private enum Source: Sendable {
        case tool(ABCPool)
        case table(TransitionTable)
    }

    /// The build of ABC that results come from.
    public let version: String
    private let source: Source
    private let cache: TransitionCache
    private let recorder: TransitionTable?
    private let counts = Mutex((run: 0, known: 0))
    private let usesCache: Bool

    /// Memory for states and steps, unless another amount is asked for.
    public static let usualCacheBytes = 512 << 20

    /// Works with a program.
    ///
    /// - Parameters:
    ///   - processes: how many may run at once.
    ///   - cacheBytes: about how much memory states and steps may take; 0 to keep none.
    ///   - record: a text file or database that every step is kept in and read back from.
    /// - Throws: `GymError` for a record that can't be written or is of another build.
    public init(
        program: ABCProgram, processes: Int, cacheBytes: Int = usualCacheBytes, record: String? = nil
    ) throws {
        version = program.version
        source = .tool(ABCPool(program, count: processes))
        let cache = TransitionCache(byteLimit: cacheBytes)
        (self.cache, usesCache) = (cache, cacheBytes > 0)
        recorder = try record.map { path in
            let store = try TransitionStores.open(path, name: path, version: program.version)
            return try TransitionTable(store, name: path, isWritten: true, filling: cache)
        }
    }

    /// Replays logged transitions; nothing is run.
    ///
    /// - Throws: `GymError` (`bad-input`) for a file that is no record of transitions.
    public init(replaying path: String, name: String) throws {
        let cache = TransitionCache(byteLimit: .max)
        let store = try TransitionStores.open(path, name: name, version: nil)
        let table = try TransitionTable(store, name: name, isWritten: false, filling: cache)
        (version, source, recorder, usesCache) = (table.version, .table(table), nil, true)
        self.cache = cache
    }

    private static let replays = Mutex<[WorkloadFile: Synthesizer]>([:])

    /// The one that all environments share which replay a file: it is read once.
    static func replay(_ file: WorkloadFile) throws -> Synthesizer {
        try replays.withLock { replays in
            if let known = replays[file] { return known }
            let made = try Synthesizer(replaying: file.path, name: file.name)
            // Tables are large, and few are in use at a time.
            if replays.count >= 4 { replays = [:] }
            replays[file] = made
            return made
        }
    }

    /// Says how records of transitions that are databases are opened: by a path, and for writing by a version too.
    public static func useDatabases(
        _ open: @escaping @Sendable (_ path: String, _ version: String?) throws -> any TransitionStore
    ) {
        TransitionStores.databases.withLock { $0 = open }
    }

    private static let shared = Mutex<Synthesizer?>(nil)

    /// The one that all environments of this program share, with as many processes as cores. `SEXTANT_ABC` names the
    /// program, `SEXTANT_TRANSITIONS` a file that steps are kept in.
    ///
    /// - Throws: `GymError` (`unreachable`) where this machine has no ABC.
    public static func live() throws -> Synthesizer {
        try shared.withLock { shared in
            if let shared { return shared }
            let record = ProcessInfo.processInfo.environment["SEXTANT_TRANSITIONS"].flatMap { $0.isEmpty ? nil : $0 }
            let made = try Synthesizer(
                program: try ABCProgram.find(), processes: ProcessInfo.processInfo.activeProcessorCount,
                record: record)
            shared = made
            return made
        }
    }

    /// About how many bytes states and steps take now.
    public var cachedBytes: Int { cache.byteCount }

    /// Whether ABC itself does the steps.
    var isLive: Bool {
        if case .tool = source { true } else { false }
    }

    /// Kills every process and removes every folder of theirs, for when the program leaves without waiting for what
    /// its threads are at.
    public static func endAll() {
        ChildProcess.endAll()
        PrivateFolder.removeAll()
    }

    /// How many steps and mappings ABC did, and how many were known.
    public var stepCounts: (run: Int, known: Int) { counts.withLock { $0 } }

    /// Seconds that callers have waited for ABC, all together; for when nothing runs.
    public var secondsInside: Double {
        if case .tool(let pool) = source { pool.totals.seconds } else { 0 }
    }

    /// How many processes were begun, all together; for when nothing runs.
    public var processesBegun: Int {
        if case .tool(let pool) = source { pool.totals.beginnings } else { 0 }
    }

    /// The commands that the table has a result of at this state; nil where any may be run.
    func knownCommands(at state: CircuitState) -> Set<String>? {
        if case .table(let table) = source { table.commands(at: state.name) } else { nil }
    }

    /// Applies commands to a circuit; `count` of them are steps, which the limit of time is for.
    ///
    /// - Throws: `ABCFailure` for what ABC did not do, `DeadlineExpired`.
    func apply(
        _ commands: [String], count: Int = 1, to state: CircuitState, limits: ABCWorker.Limits, deadline: Deadline
    ) throws -> CircuitState {
        let text = commands.joined(separator: "; ")
        if usesCache, let known = cache.successor(of: state.name, by: text) {
            counts.withLock { $0.known += 1 }
            return known
        }
        switch source {
        case .table(let table):
            throw table.failure(of: state.name, by: text)
                ?? ABCFailure(kind: .error, detail: "the table has no result of '\(text)' at \(state.name.prefix(16))")
        case .tool(let pool):
            counts.withLock { $0.run += 1 }
            do {
                let next = try pool.withWorker(for: state, deadline: deadline) { worker in
                    let file = try worker.transform(
                        state, by: commands, count: count, limits: limits, deadline: deadline)
                    let next = try state.successor(file: file)
                    worker.keep(next)
                    return next
                }
                recorder?.note(next, of: state, by: text)
                return usesCache ? cache.note(next, of: state.name, by: text) : next
            } catch let failure as ABCFailure {
                recorder?.note(failure, of: state, by: text)
                throw failure
            }
        }
    }

    /// What a circuit takes when it is mapped, after commands that belong to it.
    ///
    /// - Throws: `ABCFailure` for what ABC did not do, `DeadlineExpired`.
    func size(
        of state: CircuitState, after commands: [String] = [], by backend: MappingBackend, limits: ABCWorker.Limits,
        deadline: Deadline
    ) throws -> MappedSize {
        let key = TransitionCache.Key.size(
            of: state.name, after: commands.joined(separator: "; "), backend: backend.key)
        if usesCache, case .size(let size)? = cache.entry(key) {
            counts.withLock { $0.known += 1 }
            return size
        }
        switch source {
        case .table:
            throw ABCFailure(
                kind: .error, detail: "the table has no size of \(state.name.prefix(16)) by \(backend.key)")
        case .tool(let pool):
            counts.withLock { $0.run += 1 }
            let size = try pool.withWorker(for: state, deadline: deadline) { worker in
                try worker.map(state, after: commands, with: backend, limits: limits, deadline: deadline)
            }
            recorder?.note(size, for: key, state: state)
            if usesCache { cache.insert(.size(size), for: key) }
            return size
        }
    }
}
