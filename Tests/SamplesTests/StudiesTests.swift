import Foundation
import Gym
import Samples
import Testing

@Suite("Studies and trials at a glance")
struct StudiesTests {
    private static let statuses: [Evaluation.Status] = [
        .ok, .infeasible("no room"), .failed("timeout"), .ok, .ok, .ok, .ok,
    ]
    private static let scores = [
        Score(reward: 9, violation: 1), Score(reward: nil, violation: 0), Score(reward: nil, violation: 0),
        Score(reward: 1, violation: 0), Score(reward: 3, violation: 0), Score(reward: 3, violation: 0),
        Score(reward: 2, violation: 0.5),
    ]

    private func samples(_ trial: Int64) -> [Sample] {
        Self.scores.indices.map { number in
            var sample = Fixture.sample(number, trial: trial)
            sample.score = Self.scores[number]
            if Self.statuses[number] != .ok {
                sample.evaluation = .invalid(Self.statuses[number], metricCount: 2)
            }
            sample.isCached = number == 5
            return sample
        }
    }

    @Test("a trial counts its samples and knows the first of its best")
    func trial() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trial = try log.opened()
        let samples = samples(trial)
        for sample in samples { try log.append([sample]) }
        let summary = try #require(try SampleLog(path: folder.path(), mode: .read).trials(of: "study").first)
        #expect((summary.samples, summary.evaluated, summary.infeasible, summary.failed) == (7, 6, 1, 1))
        #expect(summary.best == samples[4])
        #expect(summary.environment == "plain-v0" && summary.seconds == 6 && summary.status == .running)
        var described = Fixture.trial()
        described.resumption = .replay
        #expect(summary.description == described)
        let byHand = samples.reduce(nil as Sample?) { best, sample in
            sample.score.isBetter(than: best?.score ?? Score(reward: nil, violation: 0)) ? sample : best
        }
        #expect(summary.best == byHand)
    }

    @Test("how a trial ended is told, and a study is as its trials are")
    func statuses() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let trials = try ["a", "b", "c"].map { try log.opened(Fixture.trial($0)) }
        func status() throws -> TrialStatus? { try log.studies().first?.status }
        #expect(try status() == .running)
        for (trial, ending) in zip(trials, [TrialStatus.finished, .failed("no agent"), .stopped]) {
            try log.finish(trial: trial, status: ending)
        }
        #expect(try log.trials(of: "study").map(\.status) == [.finished, .failed("no agent"), .stopped])
        #expect(try status() == .stopped)
        try log.finish(trial: trials[2], status: .finished)
        #expect(try status() == .finished)
        for trial in trials { try log.finish(trial: trial, status: .failed("no agent")) }
        #expect(try status() == .failed("no agent"))
        #expect(gymError { try log.finish(trial: 99, status: .finished) }?.code == .internal)
    }

    @Test("a study knows its best only where its trials were after the same thing")
    func best() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        try log.begin(study: "study", manifest: "kind: run", versions: "sextant 1", host: "x86-64")
        let trials = try ["a", "b"].map { try log.opened(Fixture.trial($0)) }
        try log.append([Fixture.sample(0, trial: trials[0], reward: 1), Fixture.sample(0, trial: trials[1], reward: 2)])
        var summary = try #require(try log.studies().first)
        #expect(summary.best == Fixture.sample(0, trial: trials[1], reward: 2))
        #expect((summary.trials, summary.samples) == (2, 2))
        #expect(summary.environments == ["plain-v0"] && summary.agents == ["genetic"])
        #expect(try log.trials(of: "study").map(\.host) == ["x86-64", "x86-64"])
        var other = Fixture.trial("c")
        other.objective = "minimize energy"
        _ = try log.opened(other)
        summary = try #require(try log.studies().first)
        #expect(summary.best == nil && summary.trials == 3)
    }

    @Test("a study that begins again takes the new manifest and keeps its samples")
    func manifest() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        try log.begin(study: "study", manifest: "budget: 1", versions: "1", host: "x")
        try log.append(Fixture.samples(0..<3, trial: log.opened()))
        try log.begin(study: "study", manifest: "budget: 2", versions: "2", host: "y")
        #expect(try log.manifest(of: "study") == "budget: 2")
        #expect(try log.studies().map(\.samples) == [3])
        let error = gymError { _ = try log.manifest(of: "stud") }
        #expect(error?.code == .usage && error?.hint == "did you mean 'study'?")
    }

    @Test("a removed study takes its tables with it, and compacting gives the disk back")
    func removal() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        let kept = try log.opened(Fixture.trial(study: "kept"))
        let gone = try log.opened(Fixture.trial(study: "gone"))
        let only = try log.opened(Fixture.trial("only", study: "gone"), Fixture.plain("only-v0", parameters: 3))
        for first in stride(from: 0, to: 4_000, by: 1_000) {
            try log.append(Fixture.samples(first..<first + 1_000, trial: gone))
        }
        try log.append([Fixture.sample(0, trial: only, parameters: 3), Fixture.sample(0, trial: kept)])
        func size() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: folder.path())[.size] as? Int ?? 0
        }
        try log.compact()
        let full = try size()
        try log.remove(study: "gone")
        try log.compact()
        #expect(try size() < full / 4)
        #expect(try log.studies().map(\.name) == ["kept"])
        #expect(try query(folder.path(), "SELECT * FROM \"plain-v0\"").count == 1)
        #expect(try query(folder.path(), "SELECT name FROM sqlite_master WHERE name LIKE 'only%'").isEmpty)
        #expect(gymError { try log.remove(study: "gone") }?.code == .usage)
        try log.append([Fixture.sample(1, trial: kept)])
        let again = try log.opened(Fixture.trial("again"), Fixture.plain("other-v0", parameters: 1, metrics: 4))
        try log.append([Fixture.sample(0, trial: again, parameters: 1, metrics: 4)])
        #expect(again > only, "a number is never given twice")
    }
}
