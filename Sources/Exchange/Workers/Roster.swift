import CZeroMQ
import Foundation
import Gym
import Synchronization
import Wire

/// The outside workers of a broker, as its other threads see them: what they offer, and errands for them. A thread of
/// its own owns the socket.
final class Roster: Sendable {
    /// What other threads ask of the roster's own.
    enum Note: Sendable {
        case run(Errand)
        /// Nobody waits for it any more.
        case forget(Errand)
        /// An instance that is no longer wanted.
        case release(UInt64)
    }

    /// Where workers connect, each with its real port.
    let endpoints: [String]
    private let offers = Mutex<[Offer]>([])
    private let notes = Mutex<[Note]>([])
    private let lastInstance: Atomic<UInt64>
    private let isStopping = Atomic(false)
    private let waker: Waker
    private let ended = DispatchSemaphore(value: 0)

    /// One environment that workers offer.
    struct Offer: Sendable {
        let listing: Reply.Listing
        /// How many evaluations its workers do at once.
        let capacity: Int
    }

    /// Takes the socket over, which is bound already, and begins to answer workers.
    init(
        _ socket: Socket, endpoints: [String], builtIn: [EnvironmentEntry],
        onEvent: @escaping @Sendable (String) -> Void
    ) throws {
        self.endpoints = endpoints
        waker = try Waker()
        // Like session numbers they begin at the time, so that a worker never takes one for an earlier broker's.
        lastInstance = Atomic(UInt64(Date().timeIntervalSince1970 * 1_000) << 16)
        let thread = Thread { [self] in
            let desk = RosterDesk(builtIn: builtIn, onEvent: onEvent) { peer, envelope in
                socket.send([peer] + envelope.frames)
            }
            serve(socket, desk)
            ended.signal()
        }
        thread.name = "sextant roster"
        thread.start()
    }

    /// Tells the workers that the broker goes, and returns when the socket is closed.
    func stop() {
        guard !isStopping.exchange(true, ordering: .acquiringAndReleasing) else { return }
        waker.wake()
        ended.wait()
    }

    private func serve(_ socket: Socket, _ desk: RosterDesk) {
        let descriptor = socket.descriptor
        while !isStopping.load(ordering: .acquiring) {
            let waiting = notes.withLock { notes in
                defer { notes = [] }
                return notes
            }
            desk.take(waiting)
            if let offered = desk.tick() { offers.withLock { $0 = offered } }
            // A flood from workers must not keep errands waiting, so messages are taken in portions.
            let isBusy = (0..<64).allSatisfy { _ in
                guard let frames = socket.receive() else { return false }
                desk.receive(frames)
                return true
            }
            if let offered = desk.takeChange() { offers.withLock { $0 = offered } }
            if !isBusy { waker.wait(or: descriptor, milliseconds: 250) }
        }
        desk.dismissAll()
    }

    // MARK: From other threads

    /// What is on offer, in order of id.
    var offered: [Offer] { offers.withLock { $0 } }

    /// Puts an errand in line.
    func submit(_ errand: Errand) { tell(.run(errand)) }

    /// Gives an errand up that nobody waits for any more.
    func forget(_ errand: Errand) { tell(.forget(errand)) }

    /// Gives an instance up.
    func release(_ instance: UInt64) { tell(.release(instance)) }

    private func tell(_ note: Note) {
        notes.withLock { $0.append(note) }
        waker.wake()
    }

    /// A number that no instance had before.
    func nextInstanceNumber() -> UInt64 { lastInstance.add(1, ordering: .relaxed).newValue }
}

extension Roster {
    /// Seconds that a worker may take to make an instance, once it has begun.
    private static let makingSeconds = 60.0

    /// The environment of an offer, as the catalog would list it.
    func entry(_ offer: Offer) -> EnvironmentEntry {
        EnvironmentEntry(offer.listing.datasheet) { [self] options in
            try environment(offer.listing.datasheet.id, options)
        }
    }

    private func environment(_ id: String, _ options: Options) throws -> any Environment {
        let making = WorkerOrder.Making(
            environment: id, options: options.values, files: options.files.mapValues(\.contentHash))
        let instance = RemoteInstance(making, at: self)
        let end = Monotonic.seconds + Roster.makingSeconds
        let deadline = Deadline(secondsLeft: { end - Monotonic.seconds }, { Monotonic.seconds > end })
        do {
            guard let spec = try instance.perform(.nothing, deadline: deadline).spec else {
                throw GymError(.internal, "the worker of '\(id)' did not say what its instance is")
            }
            return spec.isOneshot
                ? Oneshot(RemoteModel(spec: spec, instance: instance))
                : RemoteEnvironment(spec: spec, instance: instance)
        } catch is DeadlineExpired {
            throw GymError(
                .unreachable, "no worker made '\(id)' within \(Int(Roster.makingSeconds)) s",
                hint: "see what the worker prints; sextant envs --at ENDPOINT lists who is there")
        }
    }
}
