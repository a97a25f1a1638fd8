import Files
import Gym
import Studies
import Synchronization
import Testing

/// Walks as its memory says; the memory is its note, and asking in full is counted as work.
private struct Thinker: Agent {
    static let name = "thinker"
    static let summary = "thinks for long"
    static let hyperparameters = Space([])
    static let takesNotes = true
    static let work = Mutex(0)
    private(set) var note: [UInt64] = []
    private var generator: Generator

    init(_ problem: Problem, settings: Settings, seed: UInt64) { generator = Generator(seed: seed) }

    mutating func ask(_ observations: [Observation]) -> [Action] {
        Self.work.withLock { $0 += 1 }
        let places = observations.map { _ in UInt64(generator.below(7)) }
        note = generator.words + places
        return places.map { [Double($0 + 1), 0.5, 0] }
    }

    mutating func ask(_ observations: [Observation], recalling note: [UInt64]) throws -> [Action] {
        generator = Generator(words: (note[0], note[1], note[2], note[3]))
        self.note = note
        return note.dropFirst(4).map { [Double($0 + 1), 0.5, 0] }
    }

    mutating func tell(_ transitions: [Transition]) {}
}

/// A notebook in memory.
private final class Pages: Sendable {
    let notes = Mutex<[Int64: [UInt64]]>([:])

    var notebook: Notebook {
        Notebook(
            find: { number in self.notes.withLock { $0[number] } },
            keep: { number, note in self.notes.withLock { $0[number] = note } })
    }
}

@Suite("A trial resumed by its agent's notes", .serialized)
struct NotebookTests {
    private func trial() throws -> Trial {
        let catalogs = Catalogs(environments: [Bowl.entry], agents: [AgentEntry(Thinker.self)])
        let text = "environment: bowl-v0\nagent: thinker\nbudget: { samples: 500 }\nbatch: 2"
        return try #require(
            try Manifest.plan(
                YAMLDocument.parse(text, file: "study.yaml"), folder: "", defaultName: "study", sets: [],
                catalogs: catalogs
            ).trials.first)
    }

    private func run(_ pages: Pages, history: Driver.History, until: Int) throws -> (actions: [[Action]], work: Int) {
        let trial = try trial()
        let session = try FakeSession(trial.cell)
        let before = Thinker.work.withLock { $0 }
        let driver = Driver(
            trial, session: session, history: history, notebook: pages.notebook, clock: { 0 },
            isStopped: { session.state.withLock { $0.batches.count >= until } })
        _ = try driver.run()
        return (session.state.withLock { $0.batches }, Thinker.work.withLock { $0 } - before)
    }

    @Test("it asks for the same, at a twentieth of the work, and goes on like one that was never stopped")
    func resume() throws {
        let pages = Pages()
        let whole = try run(Pages(), history: Driver.History(), until: 130)
        let first = try run(pages, history: Driver.History(), until: 100)
        #expect(first.work == 100)
        // 100 batches of 2 designs; a note stands under the number of its first sample.
        #expect(pages.notes.withLock { $0.keys.sorted() } == (0..<100).map { Int64($0 * 2) })
        let again = try run(pages, history: Driver.History(samples: 200), until: 130)
        #expect(again.actions == whole.actions)
        #expect(Array(whole.actions.prefix(100)) == first.actions)
        // Every twentieth of 100, the last of them, and 30 new ones.
        #expect(again.work == 5 + 1 + 30)
    }

    @Test("a note that is gone is made good by asking, one that leads astray is reported by the next check")
    func flaws() throws {
        let pages = Pages()
        let first = try run(pages, history: Driver.History(), until: 50)
        pages.notes.withLock { $0[20] = nil }
        let again = try run(pages, history: Driver.History(samples: 100), until: 50)
        #expect(again.actions == first.actions)
        pages.notes.withLock { $0[38]?[0] ^= 1 }
        let error = #expect(throws: GymError.self) {
            try run(pages, history: Driver.History(samples: 100), until: 50)
        }
        #expect(error?.code == .replayMismatch)
        #expect(error?.message.contains("sample 40") == true)
    }
}
