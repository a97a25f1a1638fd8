import Foundation
import Gym
import Testing

extension Faults {
    @Suite("What runs beside a run changes nothing in it")
    struct WorkerTests {
        @Test("1, 2 and 8 workers write the same log")
        func workerCounts() throws {
            var dice = Dice.generator("worker counts")
            for place in 0..<Dice.count(50) {
                let kind = Study.Kind.allCases[place % Study.Kind.allCases.count]
                let study = try Study(kind, samples: dice.draw(40..<160))
                let changes = [
                    "--set", "batch=\(dice.draw(1..<40))", "--seed", "\(dice.below(1 << 40))", "--set", "workers=3",
                ]
                let logs = try [1, 2, 8].map { workers in
                    let log = study.scratch.newPath("db")
                    let child = try study.begin(log, resuming: false, changes + ["--workers", "\(workers)"])
                    #expect(try child.end() == .exit(0), "\(child.errors)")
                    return try LogContents(log)
                }
                #expect(logs[1].differences(from: logs[0]) == [], "\(kind), \(changes), \(Dice.comment)")
                #expect(logs[2].differences(from: logs[0]) == [], "\(kind), \(changes), \(Dice.comment)")
                #expect(logs[0].count > 0)
            }
        }

        @Test("a log is read while it is written, and neither side hears of the other")
        func readers() throws {
            let study = try Study(.memoryController, samples: 40)
            let log = study.scratch.newPath("db")
            // Slow evaluations keep the log small, so that reading it does not take longer and longer.
            let writer = try study.begin(
                log, resuming: false,
                [
                    "--set", "budget=1000000", "--set", "budget.minutes=30", "--set", "batch=1", "--set",
                    "environment.workload=mixed",
                ])
            try #require(writer.wait { samplesLogged(log) > 0 }, "\(writer.errors)")
            var last = 0
            for place in 0..<Dice.count(1_000) {
                let words = [
                    ["studies", "--log", log], ["studies", "controller", "--json", "--log", log],
                    ["export", "controller", "--format", "jsonl", "--log", log],
                ]
                let reader = try Program.run(words[place % 3], in: study.scratch)
                #expect(reader.ending == .exit(0), "\(words[place % 3]): \(reader.errors)")
                #expect(reader.errors == "")
                guard place % 3 == 2 else { continue }
                let count = reader.output.utf8.count { $0 == UInt8(ascii: "\n") }
                #expect(count >= last, "a reader saw fewer samples than the one before it")
                last = count
            }
            #expect(last > 0)
            try #require(writer.wait(seconds: 0) == nil, "the writer ended: \(writer.errors)")
            writer.signal(SIGINT)
            #expect(try writer.end() == .exit(130))
            #expect(!writer.errors.contains("error:"), "\(writer.errors)")
            #expect(try isSound(log))
        }

        @Test("a second run of one log is turned away at once, and a removal as well; the first one is named")
        func secondWriter() throws {
            let study = try Study(.memoryController, samples: 40)
            let log = study.scratch.newPath("db")
            let first = try study.begin(log, resuming: false, ["--set", "budget=1000000", "--set", "budget.minutes=5"])
            try #require(first.wait { samplesLogged(log) > 0 }, "\(first.errors)")
            for words in [
                ["run", study.manifest, "--log", log, "--as", "other"],
                ["studies", "remove", "controller", "--log", log],
                ["serve", "--agents", "ipc://\(study.scratch.newPath("ipc"))", "--log", log],
            ] {
                let second = try Program.run(words, in: study.scratch)
                #expect(second.ending == .exit(74))
                #expect(
                    second.headline
                        == "error: the log '\(log)' is being written by another process (pid \(first.pid))")
                #expect(second.output == "")
                #expect(second.seconds < 20)
            }
            try #require(first.wait(seconds: 0) == nil, "the first run ended: \(first.errors)")
            first.signal(SIGTERM)
            #expect(try first.end() == .exit(143))
            let next = try study.begin(log, resuming: false, ["--as", "other"])
            #expect(try next.end() == .exit(0), "the log is not free again: \(next.errors)")
        }

        @Test("an endpoint that is taken", arguments: ["ipc", "tcp"])
        func takenEndpoint(_ transport: String) throws {
            let scratch = try Scratch()
            let asked = transport == "ipc" ? "ipc://\(scratch.newPath("ipc"))" : "tcp://127.0.0.1:*"
            let first = try Program.begin(["serve", "--agents", asked, "--log", scratch.newPath("db")], in: scratch)
            try #require(first.wait { first.errors.contains("  log ") }, "\(first.errors)")
            let line = first.errors.split(separator: "\n").first { $0.hasPrefix("  agents   ") }
            let endpoint = try #require(line?.split(separator: " ").last.map(String.init))
            let log = scratch.newPath("db")
            let second = try Program.run(["serve", "--agents", endpoint, "--log", log], in: scratch)
            #expect(second.ending == .exit(69))
            #expect(second.headline == "error: '\(endpoint)' is taken by another process")
            #expect(second.output == "")
            #expect(!FileManager.default.fileExists(atPath: log + "-lock"))
            let listing = try Program.run(["envs", "--at", endpoint, "--json"], in: scratch)
            #expect(listing.ending == .exit(0), "the first one no longer answers: \(listing.errors)")
            first.signal(SIGTERM)
            #expect(try first.end() == .exit(143))
        }
    }
}
