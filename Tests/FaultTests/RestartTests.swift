import Foundation
import Gym
import Testing

extension Faults {
    @Suite("A broker that is killed and begun again finds agents and workers where they were")
    struct RestartTests {
        @Test("kill -9: all are back soon, go on under the same labels, and the log is as if nothing had happened")
        func killed() throws {
            let place = try Place()
            var serve = try place.serve()
            let words = ["work", Survivor.environment, "--to", place.workers, "--threads", "1", "--name", "stayer"]
            let worker = try Program.begin(words, in: place.scratch)
            try #require(serve.wait { serve.errors.contains("worker stayer joined") }, "\(serve.errors)")
            let survivors = ["a", "b"].map { Survivor(label: $0) }
            let searches = survivors.map { $0.run(at: place.agents) }
            var dice = Dice.generator("restarts")
            var (returns, rejoins) = ([Double](), [Double]())
            for _ in 0..<Dice.count(50) {
                #expect(Self.progress(survivors, searches, by: 3))
                usleep(UInt32(dice.below(100_000)))
                serve.signal(SIGKILL)
                #expect(try serve.end() == .signal(SIGKILL))
                usleep(UInt32(dice.below(500_000)))
                let before = survivors.map(\.acknowledged)
                serve = try place.serve()
                let start = ContinuousClock.now
                var (back, rejoined): (Double?, Double?)
                _ = soon {
                    if back == nil, zip(survivors, before).allSatisfy({ $0.acknowledged > $1 }) {
                        back = seconds(since: start)
                    }
                    if rejoined == nil, serve.errors.contains("worker stayer joined") {
                        rejoined = seconds(since: start)
                    }
                    return back != nil && rejoined != nil || searches.contains(where: \.isOver)
                }
                returns.append(back ?? .infinity)
                rejoins.append(rejoined ?? .infinity)
            }
            survivors.forEach { $0.stop() }
            for search in searches { try search.wait() }
            // Six seconds are the promise; a machine that is busy with other things may break it now and then.
            for times in [returns.sorted(), rejoins.sorted()] {
                #expect(times[times.count * 9 / 10] <= 6 && times.allSatisfy { $0 <= 20 }, "\(times)")
            }
            #expect(survivors.allSatisfy { $0.losses == returns.count }, "a session outlived its broker")
            worker.signal(SIGTERM)
            #expect(try worker.end() == .exit(143))
            serve.signal(SIGTERM)
            #expect(try serve.end() == .exit(143))
            #expect(try isSound(place.log))
            let wanted = try Survivor.undisturbed(survivors)
            #expect(try LogContents(place.log).differences(from: wanted) == [], Dice.comment)
        }

        private static func progress(_ survivors: [Survivor], _ searches: [Aside<Void>], by more: Int) -> Bool {
            let goals = survivors.map { $0.acknowledged + more }
            _ = soon {
                zip(survivors, goals).allSatisfy { $0.acknowledged >= $1 } || searches.contains(where: \.isOver)
            }
            return zip(survivors, goals).allSatisfy { $0.acknowledged >= $1 } && !searches.contains(where: \.isOver)
        }
    }
}
