import Foundation
import GRDB
import Gym
import Samples
import Testing

@Suite("Logs of several machines become one without loss or duplicates")
struct MergeTests {
    /// A log with trials of plain spaces, each with samples 0 ..< count.
    private func write(
        _ path: String, _ trials: [(label: String, count: Int)], study: String = "study",
        spec: EnvironmentSpec = Fixture.plain(), change: (inout Sample) -> Void = { _ in }
    ) throws {
        let log = try SampleLog(path: path, mode: .write)
        defer { log.close() }
        try log.begin(study: study, manifest: "study: \(study)", versions: "1", host: "x")
        for (label, count) in trials {
            let trial = try log.opened(Fixture.trial(label, study: study), spec)
            var samples = Fixture.samples(0..<count, trial: trial)
            for index in samples.indices { change(&samples[index]) }
            try log.append(samples)
            try log.finish(trial: trial, status: .finished)
        }
    }

    private func counts(_ log: SampleLog, _ study: String = "study") throws -> [String: Int64] {
        try Dictionary(uniqueKeysWithValues: log.trials(of: study).map { ($0.description.label, $0.samples) })
    }

    @Test("shards come home, twice as well as once")
    func shards() throws {
        let folder = try Folder()
        try write(folder.path("a.db"), [("one", 20), ("two", 5)])
        try write(folder.path("b.db"), [("three", 7), ("four", 9)])
        try write(folder.path("c.db"), [("five", 3)], study: "another", spec: Fixture.plain(parameters: 2, metrics: 2))
        let log = try SampleLog(path: folder.path(), mode: .write)
        for round in 0..<2 {
            var (added, samples, skipped) = (0, Int64(0), 0)
            for shard in ["a.db", "b.db", "c.db"] {
                let summary = try log.merge(from: folder.path(shard))
                (added, samples, skipped) = (
                    added + summary.added, samples + summary.samples, skipped + summary.skipped
                )
            }
            #expect((added, samples, skipped) == (round == 0 ? (5, 44, 0) : (0, 0, 5)))
        }
        #expect(try counts(log) == ["one": 20, "two": 5, "three": 7, "four": 9])
        for trial in try log.trials(of: "study") {
            #expect(try log.all(trial.number) == Fixture.samples(0..<Int(trial.samples), trial: trial.number))
            #expect(trial.status == .finished)
        }
        #expect(try log.manifest(of: "another") == "study: another")
        #expect(try query(folder.path(), "SELECT count(*) AS n FROM \"plain-v0\"").first?["n"] == 44)
    }

    @Test("traits of instances are kept, and a log from before there were any is read and merged without")
    func traits() throws {
        let folder = try Folder()
        let plain = Fixture.plain()
        let spec = EnvironmentSpec(
            id: plain.id, actionSpace: plain.actionSpace, metrics: plain.metrics, reference: plain.reference,
            traits: [0.1, -3e300])
        try write(folder.path("new.db"), [("new", 3)], spec: spec)
        try write(folder.path("old.db"), [("old", 3)])
        try DatabaseQueue(path: folder.path("old.db")).write { db in
            try db.execute(sql: "ALTER TABLE trials DROP COLUMN traits")
            try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '3:%'")
        }
        let old = try SampleLog(path: folder.path("old.db"), mode: .read)
        #expect(try old.spec(of: 1).traits == [])
        old.close()
        let log = try SampleLog(path: folder.path(), mode: .write)
        for shard in ["new.db", "old.db"] { try log.merge(from: folder.path(shard)) }
        let trials = try log.trials(of: "study")
        #expect(try trials.map { try log.spec(of: $0.number).traits } == [[0.1, -3e300], []])
        log.close()
    }

    @Test("a shard that went further extends, one that is behind changes nothing, whatever its clocks say")
    func extends() throws {
        let folder = try Folder()
        try write(folder.path(), [("one", 20)])
        try write(folder.path("behind.db"), [("one", 5)]) { ($0.seconds, $0.at) = (99, 99) }
        try write(folder.path("ahead.db"), [("one", 32)]) { $0.seconds = 99 }
        let log = try SampleLog(path: folder.path(), mode: .write)
        let behind = try log.merge(from: folder.path("behind.db"))
        #expect((behind.skipped, behind.samples) == (1, 0))
        let ahead = try log.merge(from: folder.path("ahead.db"))
        #expect((ahead.extended, ahead.samples) == (1, 12))
        let samples = try log.all(1)
        #expect(samples.count == 32 && samples[19].seconds == 0.5 && samples[20].seconds == 99)
        let summary = try #require(try log.trials(of: "study").first)
        #expect(summary.samples == 32 && summary.evaluated == 32)
        _ = try log.opened(Fixture.trial("one", resumption: .append))
        try log.append([Fixture.sample(32, trial: 1)])
    }

    @Test("trials that contradict are an error that names them, and nothing comes in")
    func conflicts() throws {
        let folder = try Folder()
        try write(folder.path(), [("one", 20)])
        try write(folder.path("reward.db"), [("zero", 4), ("one", 5)]) { if $0.number == 3 { $0.score.reward = 7 } }
        try write(folder.path("metric.db"), [("one", 25)]) { if $0.number == 19 { $0.evaluation.metrics[1] = nil } }
        try write(folder.path("space.db"), [("one", 0)], spec: Fixture.plain(parameters: 3))
        let log = try SampleLog(path: folder.path(), mode: .write)
        for (shard, says) in [
            ("reward.db", "its sample 3 differs"), ("metric.db", "its sample 19 differs"),
            ("space.db", "they differ in its environment"),
        ] {
            let error = gymError { _ = try log.merge(from: folder.path(shard)) }
            #expect(error?.code == .replayMismatch)
            #expect(error?.message.contains("the trial 'one' of the study 'study'") == true)
            #expect(error?.message.hasSuffix(says) == true, "\(String(describing: error))")
        }
        #expect(try counts(log) == ["one": 20])
        #expect(try query(folder.path(), "SELECT count(*) AS n FROM spaces").first?["n"] == 1)
    }

    @Test("a very wide space compares too")
    func wide() throws {
        let folder = try Folder()
        let spec = Fixture.plain(parameters: 1_000, metrics: 500)
        for name in ["sextant.db", "other.db"] {
            let log = try SampleLog(path: folder.path(name), mode: .write)
            let trial = try log.opened(Fixture.trial(), spec)
            try log.append([Fixture.sample(0, trial: trial, parameters: 1_000, metrics: 500)])
            log.close()
        }
        let log = try SampleLog(path: folder.path(), mode: .write)
        #expect(try log.merge(from: folder.path("other.db")).skipped == 1)
    }

    @Test("what is no log is refused, and not made")
    func missing() throws {
        let folder = try Folder()
        let log = try SampleLog(path: folder.path(), mode: .write)
        #expect(gymError { _ = try log.merge(from: folder.path("no.db")) }?.code == .logUnusable)
        #expect(!FileManager.default.fileExists(atPath: folder.path("no.db")))
    }
}
