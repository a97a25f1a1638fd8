import Foundation
import Gym
import Samples
import Testing

@Suite("Transitions in SQLite")
struct TransitionLogTests {
    private static let transitions: [KnownTransition] = [
        .state(name: "a", content: [0, 255, 10]), .state(name: "b", content: []),
        .step(from: "a", command: "rewrite -z", to: "b"),
        .size(of: "b", after: "", measure: "lut6", values: [12, 3, 40.5]),
        .failure(of: "b", command: "fraig", kind: "tool_crash", detail: "signal 6"),
    ]

    private static func path() -> String {
        FileManager.default.temporaryDirectory.appending(path: "transitions-\(UUID().uuidString).sqlite").path
    }

    private static func remove(_ path: String) {
        for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ending) }
    }

    private static func all(_ log: TransitionLog) throws -> [KnownTransition] {
        var found: [KnownTransition] = []
        try log.forEach { found.append($0) }
        return found
    }

    @Test("what was kept comes back, once, states first, also to another reader")
    func roundTrip() throws {
        let path = Self.path()
        defer { Self.remove(path) }
        let log = try TransitionLog(path: path, version: "ABC 1.01")
        try log.append(Array(Self.transitions.reversed()))
        try log.append(Self.transitions)
        #expect(try Self.all(log) == Self.transitions)
        let reader = try TransitionLog(path: path, version: nil)
        #expect(try Self.all(reader) == Self.transitions && reader.version == "ABC 1.01")
    }

    @Test("two writers share a file")
    func writers() throws {
        let path = Self.path()
        defer { Self.remove(path) }
        let (one, other) = (
            try TransitionLog(path: path, version: "ABC 1.01"), try TransitionLog(path: path, version: "ABC 1.01")
        )
        for transition in Self.transitions { try one.append([transition]) }
        try other.append([.state(name: "c", content: [1])])
        #expect(try Self.all(one).count == Self.transitions.count + 1)
    }

    @Test("another build, a file that is none, and a file that is not there are refused")
    func refused() throws {
        let path = Self.path()
        defer { Self.remove(path) }
        _ = try TransitionLog(path: path, version: "ABC 1.01")
        #expect(throws: GymError.self) { try TransitionLog(path: path, version: "ABC 2") }
        #expect(throws: GymError.self) { try TransitionLog(path: path + "x", version: nil) }
        let junk = Self.path()
        defer { Self.remove(junk) }
        try Data(repeating: 7, count: 5_000).write(to: URL(filePath: junk))
        #expect(throws: GymError.self) { try TransitionLog(path: junk, version: "ABC 1.01") }
    }
}
