import Foundation
import Gym
import Testing

extension Faults {
    @Suite("A broker that is used for long stays as it was")
    struct SoakTests {
        @Test("8 agents and 8 workers, one of which is killed now and then: memory and descriptors are constant")
        func soak() throws {
            let place = try Place()
            let serve = try place.serve()
            var dice = Dice.generator("soak")
            var workers = try (0..<8).map { try Self.worker($0, place) }
            let agents = (0..<8).map { Survivor(label: "soak-\($0)") }
            let searches = agents.map { $0.run(at: place.agents) }
            let (whole, pause) = Dice.isFull ? (600.0, 10.0) : (12, 1)
            try #require(soon { Self.joined(serve) >= 8 && agents.allSatisfy { $0.acknowledged > 50 } })
            let start = ContinuousClock.now
            var usages: [(at: Double, usage: Usage)] = []
            var kills = 0
            while seconds(since: start) < whole {
                let next = min(whole, Double(kills + 1) * pause)
                while seconds(since: start) < next {
                    usleep(200_000)
                    usages.append((seconds(since: start), try Usage(of: serve.pid)))
                }
                let victim = dice.below(workers.count)
                workers[victim].signal(SIGKILL)
                #expect(try workers[victim].end() == .signal(SIGKILL))
                workers[victim] = try Self.worker(victim, place)
                kills += 1
            }
            agents.forEach { $0.stop() }
            for search in searches { try search.wait() }
            #expect(agents.allSatisfy { $0.losses == 0 })
            #expect(soon { Self.joined(serve) == 8 + kills }, "a worker does not come back")
            Self.check(usages, samples: agents.reduce(0) { $0 + $1.acknowledged })
            for child in workers + [serve] {
                child.signal(SIGTERM)
                #expect(try child.end() == .exit(143))
            }
            #expect(try isSound(place.log))
            #expect(samplesLogged(place.log) == agents.reduce(0) { $0 + $1.acknowledged })
        }

        private static func worker(_ place: Int, _ broker: Place) throws -> Child {
            let words = [
                "work", Survivor.environment, "--to", broker.workers, "--threads", "1", "--name", "hand-\(place)",
            ]
            return try Program.begin(words, in: broker.scratch)
        }

        private static func joined(_ serve: Child) -> Int {
            serve.errors.split(separator: "\n").count { $0.contains("worker hand-") && $0.contains(" joined") }
        }

        private static func check(_ usages: [(at: Double, usage: Usage)], samples: Int) {
            let whole = usages.last?.at ?? 0
            let late = usages.filter { $0.at > whole / 2 }
            // Memory in MiB over time in hours, by least squares over the second half.
            let (meanTime, meanMemory) = (
                late.reduce(0) { $0 + $1.at } / Double(late.count),
                late.reduce(0) { $0 + $1.usage.mebibytes } / Double(late.count)
            )
            let above = late.reduce(0) { $0 + ($1.at - meanTime) * ($1.usage.mebibytes - meanMemory) }
            let slope = above / late.reduce(0) { $0 + ($1.at - meanTime) * ($1.at - meanTime) } * 3_600
            let peaks = late.map(\.usage.mebibytes)
            let words = "\(usages.count) looks, \(samples) samples, \(meanMemory) MiB, \(slope) MiB/h"
            FileHandle.standardError.write(Data("soak: \(words)\n".utf8))
            if Dice.isFull { #expect(slope < 1, "\(words)") }
            #expect((peaks.max() ?? 0) - (peaks.min() ?? 0) < 8, "\(words)")
            // A worker that was killed is a connection less until the next one has come.
            let counts = usages.map(\.usage.descriptors)
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 6, "\(counts)")
            let firstThreads = usages.first?.usage.threads ?? 0
            #expect(usages.allSatisfy { $0.usage.threads <= firstThreads + 8 })
        }
    }
}
