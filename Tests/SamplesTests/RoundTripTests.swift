import Foundation
import GRDB
import Gym
import Samples
import Testing

@Suite("Samples come back from the log bit for bit")
struct RoundTripTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var action: Action = [0, -2, 7, 0.1, 0.5, 8, 2.5, 3, 9, 0]
        var metrics: [Double?] = [1.5, 2.5, nil]
        var status = Evaluation.Status.ok
        var score = Score(reward: 0.1, violation: 0)
        var observation = Observation([1, 2], legal: [[true, false, true, true], [false, true]])
        var next = Observation([3, 4])
        var flags = false
        var fidelity = "model"
    }

    static let rows = [
        Row(testDescription: "an inactive parameter at its lowest value"),
        Row(
            testDescription: "another conditional parameter",
            action: [1, 2, 7, 0.1, 1, 1, 2, 3, 9, 1], flags: true),
        Row(testDescription: "integers at ±2^53", action: [2, 4, 0x1p53, 1, 64, 2, 2, 0, 0, 1]),
        Row(testDescription: "the least integer", action: [3, 4, -0x1p53, -1, 64, 2, 2, 0, 0, 0]),
        Row(
            testDescription: "negative zeros of every kind",
            action: [-0.0, -0.0, -0.0, -0.0, 0.5, 1, 2.25, -0.0, -0.0, 0], metrics: [-0.0, 0, -0.0],
            score: Score(reward: -0.0, violation: -0.0), observation: Observation([-0.0, .infinity])),
        Row(
            testDescription: "infinities and the ends of the doubles",
            action: [1, 0, 0, .leastNonzeroMagnitude, 1, 1, 2, 0, 0, 0],
            metrics: [.infinity, -.infinity, .greatestFiniteMagnitude],
            score: Score(reward: -1e308, violation: .infinity)),
        Row(
            testDescription: "an infeasible design, with a reason in any letters",
            metrics: [nil, nil, nil], status: .infeasible("area > 2 \"mm²\"\u{0}☃\n"),
            score: Score(reward: nil, violation: 0), observation: Observation()),
        Row(
            testDescription: "a failure without a reason", metrics: [nil, nil, nil], status: .failed(""),
            score: Score(reward: nil, violation: 0),
            next: Observation([], legal: [[false, false, false, false], [true, true]]),
            fidelity: "proxy"),
    ]

    private func sample(_ row: Row, number: Int, trial: Int64) -> Sample {
        Sample(
            trial: trial, number: Int64(number), slot: 3, episode: 1 << 40, step: 2, action: row.action,
            observation: row.observation,
            evaluation: Evaluation(
                observation: row.next, metrics: row.metrics, terminated: row.flags, status: row.status),
            score: row.score, truncated: !row.flags, isCached: row.flags, fidelity: row.fidelity, seconds: 1e-9,
            at: 12.5)
    }

    @Test("every domain, number and status survives, with observations and without", arguments: rows)
    func survives(_ row: Row) throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        for records in [true, false] {
            let trial = try log.opened(
                Fixture.trial("records \(records)", recordsObservations: records), Fixture.spec)
            let written = sample(row, number: 0, trial: trial)
            try log.append([written])
            let reader = try SampleLog(path: folder.path(), mode: .read)
            let read = try #require(try reader.all(trial).first)
            #expect(read.agrees(with: written))
            #expect(bits(read.action) == bits(written.action))
            #expect(bits(read.evaluation.metrics.map { $0 ?? .nan }) == bits(row.metrics.map { $0 ?? .nan }))
            #expect(read.score.reward?.bitPattern == row.score.reward?.bitPattern)
            #expect(read.score.violation.bitPattern == row.score.violation.bitPattern)
            #expect(read.seconds == 1e-9 && read.at == 12.5)
            #expect(read.observation == (records ? row.observation : Observation()))
            #expect(read.evaluation.observation == (records ? row.next : Observation()))
            #expect(bits(read.observation.values) == bits(records ? row.observation.values : []))
        }
    }

    private func bits(_ values: [Double]) -> [UInt64] { values.map(\.bitPattern) }

    @Test("what is not a number becomes a missing one, and the worst violation")
    func notANumber() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        var sample = Fixture.sample(0, trial: trial)
        sample.evaluation.metrics = [.nan, 1]
        sample.score = Score(reward: .nan, violation: .nan)
        try log.append([sample])
        let read = try #require(try log.all(trial).first)
        #expect(read.evaluation.metrics == [nil, 1])
        #expect(read.score == Score(reward: nil, violation: .infinity))
    }

    @Test("pages of samples join without a gap")
    func pages() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        try log.append(Fixture.samples(0..<25, trial: trial))
        let pages = try stride(from: 0, to: 30, by: 10).map { try log.samples(of: trial, from: Int64($0), limit: 10) }
        #expect(pages.map(\.count) == [10, 10, 5])
        #expect(Array(pages.joined()) == Fixture.samples(0..<25, trial: trial))
    }

    struct Misfit: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spoil: @Sendable (inout Sample) -> Void
    }

    static let misfits = [
        Misfit(testDescription: "too few parameters") { $0.action.removeLast() },
        Misfit(testDescription: "too many metrics") { $0.evaluation.metrics.append(1) },
        Misfit(testDescription: "a choice that is none") { $0.action[0] = 4 },
        Misfit(testDescription: "half an integer") { $0.action[1] = 0.5 },
        Misfit(testDescription: "a number that is there already") { $0.number = 0 },
        Misfit(testDescription: "a number that leaves a gap") { $0.number = 3 },
        Misfit(testDescription: "a trial that is not there") { $0.trial = 99 },
        Misfit(testDescription: "a mask of the wrong width") { $0.observation.legal = [[true]] },
    ]

    @Test("a sample that does not fit takes its whole batch back", arguments: misfits)
    func misfit(_ misfit: Misfit) throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened(Fixture.trial(recordsObservations: true), Fixture.spec)
        let good = (0..<3).map { sample(Self.rows[0], number: $0, trial: trial) }
        try log.append([good[0]])
        var bad = good[2]
        misfit.spoil(&bad)
        #expect(gymError { try log.append([good[1], bad]) }?.code == .internal)
        #expect(try log.all(trial) == [good[0]])
        #expect(try log.trials(of: "study").first?.samples == 1)
        try log.append([good[1], good[2]])
        #expect(try log.all(trial) == good)
    }

    @Test("the description of an environment comes back, and makes the same space again")
    func spec() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened(Fixture.trial(), Fixture.spec)
        let spec = try log.spec(of: trial)
        #expect(spec == Fixture.spec)
    }
}
