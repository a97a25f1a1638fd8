import Exchange
import Foundation
import Gym
import Synchronization
import Testing

/// A broker that evaluates nothing itself, with a log in memory and a client beside it.
private struct Office {
    let sink = MemorySink()
    let broker: Broker
    let client: Client

    init(
        _ endpoint: String = "tcp://127.0.0.1:*", builtIn: [EnvironmentEntry] = [], deadlineSeconds: Double = 20
    ) throws {
        var configuration = Broker.Configuration(environments: builtIn)
        configuration.deadlineSeconds = deadlineSeconds
        broker = try Broker(
            configuration, sink: sink, endpoints: ["inproc://broker"], workerEndpoints: [endpoint])
        client = try Client(endpoint: "inproc://broker", context: broker.context)
    }

    /// How trials ended, by their number.
    var endings: [Int64: TrialStatus] { sink.state.withLock { $0.endings } }

    /// A worker that has joined.
    func hire(
        _ environments: [EnvironmentEntry], capacity: Int = 1, name: String = "outsider"
    ) throws -> Outsider {
        let worker = Outsider(environments, at: broker.workerEndpoints[0], capacity: capacity, name: name)
        try #require(wait { !worker.events.filter { $0.hasPrefix("joined") }.isEmpty })
        return worker
    }

    func make(
        _ environment: String, slots: Int = 1, label: String = "a", deadlineSeconds: Double = 0
    ) throws -> ClientSession {
        let trial = TrialDescription(study: "s", label: label, agent: "tester", slots: slots)
        return try client.make(environment, trial: trial, deadlineSeconds: deadlineSeconds)
    }
}

extension EnvironmentEntry {
    /// The same environment under a datasheet that says something else.
    fileprivate func retold(as title: String) -> EnvironmentEntry {
        let sheet = Datasheet(
            id: datasheet.id, title: title, summary: datasheet.summary, description: datasheet.description)
        return EnvironmentEntry(sheet) { try make($0) }
    }
}

@Suite("Workers of other processes")
struct WorkerTests {
    /// Bowls with all that may go wrong in them, and walks of some episodes.
    private func search(_ make: (_ environment: String, _ slots: Int) throws -> ClientSession) throws -> [[Step]] {
        let bowl = try make("bowl-v0", 5)
        _ = try bowl.reset(seeds: [1, 2, 3, 4, 5])
        let moods: [Double] = [0, 0, 1, 2, 3, 4, 7]
        let designs = (0..<60).map { (place: Int) -> Action in
            let (x, y) = (place * 7 % 17 - 8, place * 5 % 15 - 8)
            return [Double(x), Double(y), moods[place % 7]]
        }
        var found: [[Step]] = []
        for first in stride(from: 0, to: designs.count, by: 5) {
            found.append(try bowl.step(Array(designs[first..<first + 5])))
        }
        found.append(try bowl.evaluate(designs.map { [$0[1], $0[0], 0] }))
        let walk = try make("walk-v0", 3)
        let first = try walk.reset(seeds: [2, 0, 1]).map(\.values)
        #expect(first == [[1], [-1], [0]])
        for round in 0..<12 { found.append(try walk.step([[2], [0], [round.isMultiple(of: 2) ? 2 : 0]])) }
        return found
    }

    private func rows(_ sink: MemorySink) -> [Sample] { sink.rows(0) + sink.rows(1) }

    @Test(
        "give what the broker's own threads give, over every transport",
        arguments: ["tcp://127.0.0.1:*", "ipc://@sextant-test-\(UInt32.random(in: 0...UInt32.max))"])
    func sameResults(_ endpoint: String) throws {
        let own = try Bench()
        defer { own.broker.stop() }
        let wanted = try search { try own.make($0, slots: $1, label: $0) }
        let office = try Office(endpoint)
        defer { office.broker.stop() }
        let workers = try ["one", "two"].map { try office.hire([Bowl.entry, Walk.entry], capacity: 2, name: $0) }
        defer { workers.forEach { $0.stop() } }
        #expect(try office.client.list().map(\.datasheet) == [Bowl.entry.datasheet, Walk.entry.datasheet])
        let found = try search { try office.make($0, slots: $1, label: $0) }
        #expect(found.map { $0.map(\.evaluation) } == wanted.map { $0.map(\.evaluation) })
        #expect(found.map { $0.map(\.observation) } == wanted.map { $0.map(\.observation) })
        let (mine, theirs) = (rows(office.sink), rows(own.sink))
        #expect(mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.agrees(with: $1) })
    }

    @Test("an episode goes on elsewhere when its worker leaves in the middle, and no step is lost or different")
    func leavesMidEpisode() throws {
        let office = try Office()
        defer { office.broker.stop() }
        var worker = try office.hire([Walk.entry], capacity: 2)
        let session = try office.make("walk-v0", slots: 2)
        _ = try session.reset(seeds: [1, 1])
        var seen: [[Double]] = []
        for move in [2.0, 0, 2, 2] {
            let next = try office.hire([Walk.entry], capacity: 2)
            worker.stop()
            worker = next
            seen.append(try session.step([[move], [1]]).map { $0.observation.values[0] })
        }
        worker.stop()
        #expect(seen == [[1, 0], [0, 0], [1, 0], [2, 0]])
        #expect(office.sink.rows().map(\.evaluation.status) == [Evaluation.Status](repeating: .ok, count: 8))
        #expect(office.sink.rows().map(\.step) == [0, 0, 1, 1, 2, 2, 3, 3])
    }

    @Test("who says something else under the same id is refused, and told why")
    func differingDatasheets() throws {
        let office = try Office(builtIn: [Walk.entry])
        defer { office.broker.stop() }
        let first = try office.hire([Bowl.entry])
        defer { first.stop() }
        for (entry, rival) in [
            (Bowl.entry, "differs from what another worker offers under that id"),
            (Walk.entry, "differs from the built-in environment of that id"),
        ] {
            let second = Outsider([entry.retold(as: "Another toy")], at: office.broker.workerEndpoints[0])
            #expect(wait { second.hasEnded })
            #expect(second.refusal?.message == "'\(entry.datasheet.id)' \(rival)")
            #expect(second.refusal?.hint != nil)
        }
        #expect(try office.client.list().map(\.datasheet.title) == ["Toy", "Toy"])
    }

    @Test("who offers nothing, or has an endless name, is refused, and told why")
    func impossibleOffers() throws {
        let office = try Office()
        defer { office.broker.stop() }
        let (empty, endless) = (
            Outsider([], at: office.broker.workerEndpoints[0]),
            Outsider([Bowl.entry], at: office.broker.workerEndpoints[0], name: String(repeating: "n", count: 10_001))
        )
        #expect(wait { empty.hasEnded && endless.hasEnded })
        #expect(empty.refusal?.message == "a worker offers 1 … 1000 environments, not 0")
        #expect(endless.refusal?.message == "'worker' has more than 10000 characters")
    }

    @Test("a result that comes too late changes nothing, and its worker is of use again")
    func lateResult() throws {
        let office = try Office()
        defer { office.broker.stop() }
        let worker = try office.hire([Bowl.entry])
        defer { worker.stop() }
        let session = try office.make("bowl-v0", deadlineSeconds: 0.2)
        _ = try session.reset(seeds: [1])
        // The model is at it for 0.7 s; the only slot of the only worker is free again long before.
        #expect(try session.step([[1, 1, 6]]).map(\.evaluation.status) == [.failed("timeout")])
        #expect(try session.step([[1, 1, 0]]).map(\.evaluation.status) == [.ok])
        Thread.sleep(forTimeInterval: 1)
        #expect(try session.step([[2, 1, 0]]).map(\.evaluation.metrics) == [[6, 4]])
        let rows = office.sink.rows()
        #expect(rows.map(\.evaluation.status) == [.failed("timeout"), .ok, .ok])
        #expect(rows[0].evaluation.metrics == [nil, nil])
    }

    @Test("a step whose two workers are lost is told as failed, and the session goes on with a third")
    func twoLosses() throws {
        let office = try Office()
        defer { office.broker.stop() }
        let first = try office.hire([Bowl.entry])
        let session = try office.make("bowl-v0")
        _ = try session.reset(seeds: [1])
        // It hangs until its deadline, which is far: whoever has it leaves before that.
        let asked = Asked { try session.step([[1, 1, 5]]) }
        let second = try office.hire([Bowl.entry])
        first.stop()
        let third = try office.hire([Bowl.entry])
        defer { third.stop() }
        second.stop()
        #expect(wait { asked.answer != nil })
        let steps = try #require(asked.answer).get()
        #expect(steps.map(\.evaluation.status) == [.failed("worker-lost")])
        #expect(try session.step([[1, 1, 0]]).map(\.evaluation.status) == [.ok])
    }

    @Test(
        "how a trial ended is noted with it",
        arguments: [TrialStatus.finished, .stopped, .failed("the agent gave up")])
    func closing(_ status: TrialStatus) throws {
        let office = try Office(builtIn: [Bowl.entry])
        defer { office.broker.stop() }
        let session = try office.make("bowl-v0")
        #expect(office.endings.isEmpty)
        try session.close(status)
        #expect(office.endings == [0: status])
        // Closing what is closed is no error and says nothing new.
        try session.close(.finished)
        #expect(office.endings == [0: status])
    }
}
