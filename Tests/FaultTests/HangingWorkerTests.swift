import Exchange
import Foundation
import Gym
import Samples
import Synchronization
import Testing
import Wire

extension Faults {
    @Suite("Workers that hang cost a step its time, and nothing else")
    struct HangingWorkerTests {
        private let scratch: Scratch
        private let log: SampleLog

        init() throws {
            scratch = try Scratch()
            log = try SampleLog(path: scratch.path("log.db"), mode: .write)
        }

        private func broker() throws -> Broker {
            try Broker(
                Broker.Configuration(environments: []), sink: log, endpoints: ["tcp://127.0.0.1:*"],
                workerEndpoints: ["tcp://127.0.0.1:*"])
        }

        private static let trial = TrialDescription(study: "s", label: "a")

        @Test(
            "a worker that hangs but beats: the step is failed in time, others step in, a late result changes nothing")
        func hanging() throws {
            let broker = try broker()
            defer { broker.stop() }
            let wanted = Dice.count(200)
            let raw = try RawWorker(at: broker.workerEndpoints[0], capacity: wanted)
            #expect(soon { raw.hasJoined })
            let client = try Client(endpoint: broker.endpoints[0])
            let session = try client.make("moody-v0", trial: Self.trial, deadlineSeconds: 1)
            let start = ContinuousClock.now
            let steps = try session.evaluate((0..<wanted).map { [Double($0), 0.5, 0] })
            let took = seconds(since: start)
            #expect(steps.map(\.evaluation.status) == .init(repeating: .failed("timeout"), count: wanted))
            // Half as long again as the deadline is the promise; a busy machine may break it for a few of them.
            let times = steps.map(\.seconds).sorted()
            #expect(times[wanted / 2] <= 1.5 && times[0] >= 1 && took <= 5, "\(times), \(took) s in all")
            #expect(raw.tasks.count == wanted)

            // Another worker is of use at once, although every slot of the first one is taken.
            let good = HiredWorker([Moody.entry()], at: broker.workerEndpoints[0])
            let others = try session.evaluate((0..<10).map { [Double(1_000 + $0), 0.5, 0] })
            #expect(others.map(\.evaluation.status) == .init(repeating: .ok, count: 10))
            good.stop()

            // What it says at last is not heard, and then it is as good as any.
            raw.recover()
            let again = try session.evaluate((0..<wanted).map { [Double(2_000 + $0), 0.5, 0] })
            #expect(again.map(\.evaluation.status) == .init(repeating: .ok, count: wanted))
            let rows = try log.samples(of: 1, from: 0, limit: 1 << 20)
            #expect(rows.map(\.number) == (0..<Int64(2 * wanted + 10)).map { $0 })
            #expect(rows.prefix(wanted).allSatisfy { $0.evaluation.metrics == [nil, nil] })
        }

        @Test("a worker that falls silent is given up after three beats, and its steps are done elsewhere")
        func silent() throws {
            let broker = try broker()
            defer { broker.stop() }
            let wanted = Dice.count(50)
            let raw = try RawWorker(at: broker.workerEndpoints[0], capacity: wanted)
            #expect(soon { raw.hasJoined })
            let session = try Client(endpoint: broker.endpoints[0]).make("moody-v0", trial: Self.trial)
            let designs = (0..<wanted).map { [Double($0), 0.5, 0] }
            let asked = Aside { try session.evaluate(designs) }
            #expect(soon { raw.tasks.count == wanted })
            let good = HiredWorker([Moody.entry()], at: broker.workerEndpoints[0], capacity: 2)
            defer { good.stop() }
            #expect(soon { good.notes.have("joined") })
            raw.fallSilent()
            let start = ContinuousClock.now
            let steps = try asked.wait()
            #expect(seconds(since: start) <= 3.5)
            #expect(steps.map(\.evaluation.metrics) == designs.map { Moody.metrics($0) })
        }

        @Test("requests in flight beyond the first are evaluated ahead, so that no worker idles between batches")
        func ahead() throws {
            let broker = try broker()
            defer { broker.stop() }
            let raw = try RawWorker(at: broker.workerEndpoints[0], capacity: 64)
            #expect(soon { raw.hasJoined })
            var client = try RawClient(broker.endpoints[0])
            try client.make(.init(environment: "moody-v0", trial: Self.trial))
            let requests = try (0..<4).map { request in
                try client.next(.evaluate(.packed((0..<3).flatMap { [Double(10 * request + $0), 0.5, 0] })))
            }
            for request in requests { client.socket.send(request.frames) }
            // Nothing was answered yet, and the designs of all four are being evaluated at once.
            #expect(soon { raw.tasks.count == 12 })
            raw.recover()
            for (place, request) in requests.enumerated() {
                var reply: Reply?
                while reply == nil {
                    let frames = try #require(client.socket.receive(milliseconds: 20_000))
                    reply = try client.reply(frames, to: request)
                }
                guard case .steps(let steps)? = reply else { throw GymError(.internal, "no steps") }
                #expect(steps.map(\.number) == (0..<3).map { Int64(3 * place + $0) })
                #expect(
                    steps.map(\.evaluation.metrics) == (0..<3).map { Moody.metrics([Double(10 * place + $0), 0.5, 0]) })
            }
        }
    }
}

/// A worker in this process, on a thread of its own.
final class HiredWorker: Sendable {
    let notes = Notes()
    private let isStopping = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(_ environments: [EnvironmentEntry], at endpoint: String, capacity: Int = 1) {
        var configuration = Worker.Configuration(environments: environments)
        configuration.capacity = capacity
        configuration.onEvent = { [notes] in notes.take($0) }
        let settled = configuration
        Thread.detachNewThread { [self] in
            do {
                try Worker(settled, endpoint: endpoint).run { isStopping.load(ordering: .relaxed) }
            } catch { notes.take("refused: \(error)") }
            ended.signal()
        }
    }

    /// Takes leave.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        ended.wait()
    }
}
