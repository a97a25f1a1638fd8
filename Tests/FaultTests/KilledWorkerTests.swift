import Exchange
import Foundation
import Gym
import Testing

extension Faults {
    @Suite("Workers that are killed or stopped lose no step")
    struct KilledWorkerTests {
        /// What came of one crew.
        private struct Found: Sendable {
            var log: LogContents
            var batches: Int
            var failed: Int
            /// From each kill to the broker's knowing, and to the end of the batch that was under way.
            var losses: [Double] = []
            var delays: [Double] = []
            /// How many kills found the worker in the middle of a step: the batch took longer than ever without one.
            var hits = 0
        }

        @Test("kill -9 in the middle of a step: every sample comes once, as if nothing had happened, soon")
        func killed() throws {
            let scratch = try Scratch()
            let wanted = Dice.count(500)
            let crews = Dice.isFull ? 8 : 5
            let found = try together(crews) { place in
                let share = wanted / crews + (place < wanted % crews ? 1 : 0)
                return try Self.kill(share, label: "crew \(place)", scratch)
            }
            for (place, crew) in found.enumerated() {
                let clean = try Self.undisturbed(crew.batches, label: "crew \(place)", scratch)
                #expect(crew.log.differences(from: clean) == [], "crew \(place), \(Dice.comment)")
                #expect(crew.failed == 0, "a step was lost twice, by one kill")
            }
            let losses = found.flatMap(\.losses).sorted()
            let delays = found.flatMap(\.delays).sorted()
            #expect(losses.count == wanted)
            // The promise is 3.5 s. A machine that is busy with other things may break it now and then.
            #expect(losses[wanted * 9 / 10] <= 3.5, "\(losses)")
            #expect(delays[wanted / 2] <= 3.5, "\(delays)")
            #expect(found.reduce(0) { $0 + $1.hits } * 3 > wanted, "most kills found no step under way")
            #expect(try Self.workersLeft() == 0)
        }

        private static func kill(_ count: Int, label: String, _ scratch: Scratch) throws -> Found {
            var dice = Dice.generator(label)
            let crew = try Crew(scratch)
            for _ in 0..<2 { try crew.hire() }
            let stepper = Stepper()
            let search = stepper.run(at: crew.broker.endpoints[0], label: label)
            /// Waits for some more batches; false where the client has given up.
            func progress(_ more: Int) -> Bool {
                let goal = stepper.batchCount + more
                return soon(seconds: 120) { stepper.batchCount >= goal || search.isOver } && !search.isOver
            }
            var (losses, delays) = ([Double](), [Double]())
            var places: [Int] = []
            for _ in 0..<count where progress(2) {
                usleep(UInt32(dice.below(30_000)))
                places.append(stepper.batchCount)
                let start = ContinuousClock.now
                losses.append(try crew.kill(dice.below(2)))
                // The lost step is done again before another worker dies, so that none is lost twice.
                guard progress(1) else { break }
                delays.append(seconds(since: start))
                try crew.hire()
            }
            stepper.stop()
            try search.wait()
            let times = stepper.seconds
            let usual = times.sorted()[times.count / 2]
            let hits = places.count { $0 < times.count && times[$0] > 2 * usual }
            return Found(
                log: try crew.finish(), batches: stepper.batchCount, failed: stepper.failedCount, losses: losses,
                delays: delays, hits: hits)
        }

        private static func undisturbed(_ batches: Int, label: String, _ scratch: Scratch) throws -> LogContents {
            let crew = try Crew(scratch)
            for _ in 0..<2 { try crew.hire() }
            try Stepper().run(at: crew.broker.endpoints[0], label: label, limit: batches).wait()
            return try crew.finish()
        }

        /// Processes of this one that ended and were not waited for, or that still run.
        private static func workersLeft() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").count { pid in
                guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
                    let fields = text.split(separator: ")").last?.split(separator: " "), fields.count > 1
                else { return false }
                return text.contains("(sextant)") && fields[1] == "\(getpid())"
            }
        }

        @Test("a worker that was stopped and goes on again is told to begin anew, and is of use again")
        func paused() throws {
            let crew = try Crew(Scratch())
            for _ in 0..<2 { try crew.hire() }
            let stepper = Stepper()
            let search = stepper.run(at: crew.broker.endpoints[0], label: "paused")
            #expect(soon { stepper.batchCount > 2 })
            let (name, child) = crew.workers[0]
            child.signal(SIGSTOP)
            let start = ContinuousClock.now
            #expect(soon { crew.notes.have("worker \(name) was lost") })
            #expect(seconds(since: start) <= 5)
            let before = stepper.batchCount
            #expect(soon { stepper.batchCount > before })
            child.signal(SIGCONT)
            #expect(soon { crew.notes.all.count { $0.hasPrefix("worker \(name) joined") } == 2 })
            stepper.stop()
            try search.wait()
            let log = try crew.finish()
            #expect(log.count == stepper.batchCount * Stepper.slots)
            #expect(log.trials["s/paused"]?.numbers == Array(0..<log.count))
            #expect(stepper.failedCount == 0)
        }
    }
}
