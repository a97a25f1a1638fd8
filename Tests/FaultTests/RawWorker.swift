import CZeroMQ
import Exchange
import Foundation
import Gym
import Synchronization
import Wire

/// A worker that has none of the manners: it beats, and answers what a test lets it answer. `Moody` is all it knows.
final class RawWorker: Sendable {
    /// A RUN, with the header that its result has to bear.
    struct Task: Sendable {
        let run: WorkerOrder.Run
        let header: Header
    }

    private let state = Mutex<(tasks: [Task], outbox: [[[UInt8]]], hasJoined: Bool, isHanging: Bool)>(
        ([], [], false, true))
    private let isStopping = Atomic(false)
    private let isSilent = Atomic(false)
    private let model = Moody(fault: .nothing, count: Moody.Count())

    /// Joins, makes instances, and hangs over every step.
    init(at endpoint: String, capacity: Int, name: String = "raw") throws {
        let socket = try RawSocket(ZMQ_DEALER)
        try socket.connect(endpoint)
        let listing = Reply.Listing(datasheet: Moody.entry().datasheet, spec: model.spec, servedBy: name)
        let ready = WorkerReport.ready(
            .init(worker: name, versions: [1], capacity: capacity, environments: [listing]))
        socket.send(try ready.envelope(Header(.ready, sequence: 1)).frames)
        Thread.detachNewThread { [self] in
            var beat = ContinuousClock.now
            while !isStopping.load(ordering: .relaxed) {
                while let frames = socket.receive(milliseconds: 5) { try? take(frames) }
                if seconds(since: beat) > 0.5, !isSilent.load(ordering: .relaxed),
                    let envelope = try? WorkerReport.beat.envelope(Header(.beat))
                {
                    beat = .now
                    socket.send(envelope.frames)
                }
                for frames in state.withLock({ state in
                    defer { state.outbox = [] }
                    return state.outbox
                }) { socket.send(frames) }
            }
        }
    }

    deinit { stop() }

    /// Beats no more, but stays connected.
    func fallSilent() { isSilent.store(true, ordering: .relaxed) }

    /// Closes its connection.
    func stop() { isStopping.store(true, ordering: .relaxed) }

    var hasJoined: Bool { state.withLock { $0.hasJoined } }
    /// The steps that it hangs over.
    var tasks: [Task] { state.withLock { $0.tasks } }

    /// Answers all that it hangs over, and from now on everything at once.
    func recover() {
        let late = state.withLock { state in
            defer { state.tasks = [] }
            state.isHanging = false
            return state.tasks
        }
        for task in late { try? answer(task) }
    }

    private func take(_ frames: [[UInt8]]) throws {
        let envelope = try Envelope(frames: frames)
        switch try WorkerOrder(envelope) {
        case .accepted: state.withLock { $0.hasJoined = true }
        case .run(let run):
            let task = Task(run: run, header: envelope.header)
            let hangs = state.withLock { state in
                guard state.isHanging, case .step = run.deed else { return false }
                state.tasks.append(task)
                return true
            }
            if !hangs { try answer(task) }
        case .refused, .drop, .beat: break
        }
    }

    private func answer(_ task: Task) throws {
        var outcome = WorkerReport.Outcome(spec: task.run.making == nil ? nil : model.spec)
        if case .step(let action) = task.run.deed {
            outcome.evaluation = try model.evaluate(action, deadline: .none)
        }
        let header = Header(.result, session: task.header.session, sequence: task.header.sequence)
        let frames = try WorkerReport.result(.success(outcome)).envelope(header).frames
        state.withLock { $0.outbox.append(frames) }
    }
}
