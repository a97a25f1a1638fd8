import Foundation
import Gym
import Intake
import Testing

extension Faults {
    @Suite("Whatever bytes come, reading them is an error at worst")
    struct DecoderTests {
        /// Inputs that a fuzzer once failed on, each a file of its own; see the README there.
        private static let failCases = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "FailCases")

        @Test("the corpus can be read, and is of many kinds")
        func corpus() {
            let counts = Corpus.messages.map { Intake.read($0) }
            #expect(counts.count > 50)
            #expect(counts.allSatisfy { $0 > 0 }, "\(counts)")
            #expect(Intake.read([]) == 0)
        }

        @Test("what fuzzers once failed on")
        func known() throws {
            let files = try FileManager.default.contentsOfDirectory(atPath: Self.failCases.path)
            for file in files where !file.hasPrefix(".") && !file.hasSuffix(".md") {
                let bytes = Array(try Data(contentsOf: Self.failCases.appending(path: file)))
                #expect(!bytes.isEmpty, "\(file)")
                Intake.read(bytes)
            }
        }

        @Test("mutations of the corpus: no trap, no hang, no large allocation")
        func mutations() async throws {
            let scratch = try Scratch()
            let last = scratch.path("input")
            let start = ContinuousClock.now
            // In a process of its own, so that a trap is a failure of this test and leaves its input behind.
            let result = await #expect(processExitsWith: .success) { [last = last as String] in
                Self.mutate(last)
            }
            if result == nil { Issue.record("the input is \(Self.keep(last))") }
            #expect(seconds(since: start) < (Dice.isFull ? 120 : 60))
        }

        /// Reads mutations in the order of the seed, each noted in a file before it is tried.
        private static func mutate(_ last: String) {
            let file = open(last, O_RDWR | O_CREAT | O_TRUNC, 0o600)
            var mutator = Mutator(Dice.generator("mutations"), corpus: Corpus.messages)
            var understood = 0
            var first = 0.0
            let wanted = Dice.count(1_000_000)
            for place in 0..<wanted {
                let bytes = mutator.next()
                pwrite(file, bytes, bytes.count, 0)
                ftruncate(file, off_t(bytes.count))
                understood += min(1, Intake.read(bytes))
                if place == wanted / 10 { first = (try? Usage())?.peakMebibytes ?? 0 }
            }
            let peak = (try? Usage())?.peakMebibytes ?? .infinity
            // Twice the size of a message is the most that may be taken; and mutations of which nothing can be read,
            // or all, would try little.
            precondition(first > 0 && peak - first < 32 && peak < 200, "memory went from \(first) to \(peak) MiB")
            precondition(understood > wanted / 10 && understood < wanted * 9 / 10, "\(understood) could be read")
        }

        /// Keeps the input of a failure where it will be tried ever after.
        private static func keep(_ input: String) -> String {
            let kept = failCases.appending(path: "mutation-\(Dice.seed)").path
            try? FileManager.default.copyItem(atPath: input, toPath: kept)
            return kept
        }
    }
}
