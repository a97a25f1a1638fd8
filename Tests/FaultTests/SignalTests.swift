import Foundation
import Gym
import Testing

extension Faults {
    @Suite("Ctrl-C and SIGTERM stop a run in order")
    struct SignalTests {
        @Test("at any moment: quickly, with its exit code, the way to go on, and a complete log")
        func interrupted() throws {
            let study = try Study(.memoryController)
            var dice = Dice.generator("signals")
            var delays: [Double] = []
            let wanted = Dice.count(100)
            for count in 1...wanted * 2 where delays.count < wanted {
                let log = study.scratch.newPath("db")
                let number = dice.chance(0.5) ? SIGINT : SIGTERM
                let child = try study.begin(log, resuming: false)
                try #require(child.wait { child.errors.contains("Study controller") }, "\(child.errors)")
                if child.wait(seconds: dice.draw(0..<study.seconds * 0.8)) != nil { continue }
                let asked = child.age
                child.signal(number)
                let ending = try child.end()
                // The last trial may end in the same moment, and then nothing is left to be stopped.
                if ending == .exit(0) { continue }
                delays.append(child.age - asked)
                #expect(ending == .exit(128 + number), "signal \(count): \(child.errors)")
                let command = "sextant run \(study.manifest) --log \(log) --resume"
                #expect(child.errors.hasSuffix("all are in the log.\n  resume  \(command)\n"), "\(child.errors)")
                #expect(child.output == "")
                try study.finish(log)
            }
            #expect(delays.count == wanted, "most signals came too late")
            // Two seconds are the promise; a machine that is busy with other things may break it now and then.
            #expect(delays.sorted()[delays.count / 2] <= 2 && delays.allSatisfy { $0 <= 10 }, "\(delays)")
        }

        @Test("a second Ctrl-C does not wait")
        func twice() throws {
            let study = try Study(.memoryController, samples: 100)
            let log = study.scratch.newPath("db")
            let child = try study.begin(log, resuming: false, ["--set", "budget=100000", "--set", "budget.minutes=5"])
            #expect(child.wait { samplesLogged(log) > 0 })
            child.signal(SIGINT)
            child.signal(SIGINT)
            #expect(try child.end() == .exit(130))
            #expect(try isSound(log))
        }
    }
}
