import Exchange
import Foundation
import Gym
import Synchronization
import Testing

@Suite("A broker with keys")
struct GatekeeperTests {
    /// What a broker says.
    final class Events: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func all(_ part: String) -> [String] { lines.withLock { $0.filter { $0.contains(part) } } }

        /// Waits until it has said something.
        func wait(for part: String) -> Bool {
            for _ in 0..<1_000 where all(part).isEmpty { usleep(5_000) }
            return !all(part).isEmpty
        }
    }

    private let folder: KeyFolder
    private let events = Events()
    private let broker: Broker

    init() throws {
        folder = try KeyFolder()
        var configuration = Broker.Configuration(environments: [Bowl.entry])
        configuration.keys = try Keyring(folder: folder.keys)
        configuration.onEvent = { [events] in events.add($0) }
        // With keys an endpoint that other machines reach may be bound.
        let sink = MemorySink()
        broker = try Broker(configuration, sink: sink, endpoints: ["tcp://0.0.0.0:*", "inproc://broker"])
    }

    private var endpoint: String { broker.endpoints[0].replacing("0.0.0.0", with: "127.0.0.1") }

    @Test("lets in whoever is listed, at once and while it runs, and whoever is in its process")
    func listed() throws {
        defer { broker.stop() }
        // Clients are made before anybody knows them: the lists are read again when they come.
        for name in ["alice", "bob"] {
            let client = try Client(endpoint: endpoint, key: folder.admit(name))
            #expect(try client.list().map(\.datasheet.id) == ["bowl-v0"])
            let trial = TrialDescription(study: "s", label: name, agent: "tester", slots: 1)
            let session = try client.make("bowl-v0", trial: trial)
            _ = try session.reset(seeds: [1])
            #expect(try session.step([[0, 1, 0]]).map(\.evaluation.metrics) == [[2, 0]])
        }
        #expect(try Client(endpoint: "inproc://broker", context: broker.context).greet(as: "inside") == "sextant")
        #expect(events.wait(for: "new on the list of clients: bob"))
        #expect(events.all("refused") == [])
    }

    @Test("hears nobody without a key, with another server's, of no list, of the workers', or taken off meanwhile")
    func refused() throws {
        defer { broker.stop() }
        let alice = try Client(endpoint: endpoint, key: folder.admit("alice"))
        let bob = try Client(endpoint: endpoint, key: folder.admit("bob"))
        let mallory = try KeyFolder().admit("mallory")
        let known = try folder.admit("carol")
        let keys: [PeerKey?] = [
            nil, mallory, PeerKey(try KeyPair(), serverKey: known.serverKey), try folder.admit("w", to: .workers),
            PeerKey(try KeyPair(), serverKey: try KeyPair().publicKey),
        ]
        let strangers = try keys.map { try Client(endpoint: endpoint, key: $0) }
        #expect(try alice.greet(as: "alice") == "sextant")
        #expect(try bob.greet(as: "bob") == "sextant")
        try FileManager.default.removeItem(atPath: "\(folder.keys)/clients/bob.pub")
        #expect(events.wait(for: "no longer on the list of clients: bob"))
        // Each waits some five seconds for an answer.
        let codes = Mutex<[GymError.Code?]>([])
        DispatchQueue.concurrentPerform(iterations: strangers.count + 1) { index in
            let client = index == 0 ? bob : strangers[index - 1]
            let found = Result { try client.greet(as: "stranger") }
            codes.withLock { codes in
                if case .failure(let error as GymError) = found { codes.append(error.code) } else { codes.append(nil) }
            }
        }
        #expect(codes.withLock { $0 } == [GymError.Code?](repeating: .unreachable, count: strangers.count + 1))
        #expect(try alice.greet(as: "alice") == "sextant")
        #expect(events.all("refused 127.0.0.1: ").count == 1)
    }

    @Test("says what is wrong in a list that changes, and goes on with the rest of it")
    func flaws() throws {
        defer { broker.stop() }
        let alice = try Client(endpoint: endpoint, key: folder.admit("alice"))
        #expect(try alice.greet(as: "alice") == "sextant")
        try folder.write("oops", to: "keys/clients/bob.pub")
        #expect(events.wait(for: "bob.pub' holds no key"))
        #expect(try alice.greet(as: "alice") == "sextant")
        // Another key under the same name, in the same file, takes the place of the one before.
        let key = try KeyPair().publicKey
        try folder.write(key, to: "keys/clients/alice.pub")
        #expect(events.wait(for: "no longer on the list of clients: alice"))
    }
}
