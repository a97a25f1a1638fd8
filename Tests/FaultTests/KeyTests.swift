import Exchange
import Foundation
import Gym
import Samples
import Synchronization
import Testing
import Wire

extension Faults {
    @Suite("Nobody without a listed key is heard")
    struct KeyTests {
        /// A broker with keys, a log, a client whose key is listed, and everything the broker says.
        private final class Fort {
            let scratch = try? Scratch()
            let keyring: Keyring
            let count = Moody.Count()
            let broker: Broker
            let session: ClientSession
            let client: Client
            let known: PeerKey
            private let log: SampleLog
            private let lines = Shelf()
            private let begun = ContinuousClock.now
            private(set) var steps = 0

            final class Shelf: Sendable {
                let lines = Mutex<[String]>([])
            }

            init() throws {
                let scratch = try #require(scratch)
                keyring = try Keyring.make(in: scratch.path("keys"))
                known = try keyring.admit("known", to: .agents, writingKeyTo: scratch.path("known.key"))
                log = try SampleLog(path: scratch.path("log.db"), mode: .write)
                var configuration = Broker.Configuration(environments: [Moody.entry(count)])
                configuration.keys = keyring
                configuration.onEvent = { [lines] line in lines.lines.withLock { $0.append(line) } }
                broker = try Broker(configuration, sink: log, endpoints: ["tcp://127.0.0.1:*"])
                client = try Client(endpoint: broker.endpoints[0], key: known)
                session = try client.make(
                    "moody-v0", trial: TrialDescription(study: "s", label: "good", slots: 1), isCaching: false)
                _ = try session.reset(seeds: [1])
            }

            func close() {
                broker.stop()
                log.close()
            }

            func said(_ beginning: String) -> [String] {
                lines.lines.withLock { $0.filter { $0.hasPrefix(beginning) } }
            }

            /// A step of the client whose key is listed: what others try does not disturb it.
            func step() throws {
                #expect(try session.step([[Double(steps), 0.5, 0]]).map(\.number) == [Int64(steps)])
                steps += 1
            }

            /// Checks that nothing was done for anybody else, and that it was told once per peer and minute.
            func check(_ reasons: [String]) {
                #expect(count.now == steps)
                #expect(said("session").count == 1, "\(said("session"))")
                let minutes = 1 + Int((ContinuousClock.now - begun) / .seconds(60))
                let refusals = said("refused ")
                // Where a peer is gone before it is looked at, only the endpoint is known.
                for peer in ["refused 127.0.0.1: ", "refused somebody at "] {
                    #expect(refusals.filter { $0.hasPrefix(peer) }.count <= minutes, "\(refusals)")
                }
                #expect((1...2 * minutes).contains(refusals.count), "\(refusals)")
                #expect(refusals.allSatisfy { line in reasons.contains { line.contains($0) } }, "\(refusals)")
            }
        }

        /// Asks for a session that nobody may get.
        private static let make = Request.make(
            Request.Make(environment: "moody-v0", slots: 1, trial: TrialDescription(study: "s", label: "bad", slots: 1))
        )

        private enum Kind: String, CaseIterable, Sendable {
            case noKey, wrongServerKey, unknownKey, workersKey, plain, null

            /// What is told of it; a peer that gives up by itself may be gone before it is looked at.
            var reasons: [String] {
                switch self {
                case .noKey, .wrongServerKey: ["it has no key, or another server's public key"]
                case .unknownKey, .workersKey: ["is not on the list of clients"]
                case .plain, .null: ["it came without a key", "it went away before"]
                }
            }
        }

        private func security(_ kind: Kind, _ fort: Fort, _ place: Int) throws -> Stranger.Security {
            let folder = try #require(fort.scratch)
            switch kind {
            case .null: return .null
            case .plain: return .plain
            case .noKey: return .curve(public: nil, secret: nil, server: fort.keyring.serverKey)
            case .wrongServerKey:
                let pair = try Secret(folder.path("known.key"))
                return .curve(public: pair.publicKey, secret: pair.secret, server: try KeyPair().publicKey)
            case .unknownKey, .workersKey:
                let file = folder.newPath("key")
                if kind == .workersKey {
                    try fort.keyring.admit("w\(place)", to: .workers, writingKeyTo: file)
                } else {
                    try PeerKey(try KeyPair(), serverKey: fort.keyring.serverKey).write(to: file, of: "x")
                }
                let pair = try Secret(file)
                return .curve(public: pair.publicKey, secret: pair.secret, server: pair.server)
            }
        }

        /// What a file of a peer's key holds.
        private struct Secret {
            let publicKey, secret, server: String
            init(_ file: String) throws {
                publicKey = try PeerKey(file: file).publicKey
                let words = try String(contentsOfFile: file, encoding: .utf8).split { $0.isWhitespace }.map(String.init)
                secret = words[try #require(words.lastIndex(of: "secret")) + 1]
                server = words[try #require(words.lastIndex(of: "server")) + 1]
            }
        }

        @Test("neither with no key, another server's, one of no list or the other list, nor with PLAIN or NULL")
        func strangers() throws {
            for kind in Kind.allCases {
                let fort = try Fort()
                defer { fort.close() }
                let count = Dice.count(1_000)
                for start in stride(from: 0, to: count, by: 50) {
                    let world = try Stranger.World()
                    let strangers = try (start..<min(start + 50, count)).map { place in
                        let security = try security(kind, fort, place)
                        let stranger = try Stranger(security, to: fort.broker.endpoints[0], in: world)
                        try stranger.send(Self.make)
                        return stranger
                    }
                    try fort.step()
                    for stranger in strangers {
                        #expect(stranger.isLetIn() == false, "\(kind)")
                        #expect(!stranger.isAnswered(milliseconds: 0), "\(kind)")
                    }
                }
                try fort.step()
                fort.check(kind.reasons)
            }
        }

        @Test("nor by forging the end of a handshake", arguments: ["NULL", "PLAIN", "CURVE"])
        func forgers(_ mechanism: String) throws {
            let fort = try Fort()
            defer { fort.close() }
            let port = try #require(fort.broker.endpoints[0].split(separator: ":").last.flatMap { UInt16($0) })
            for _ in 0..<Dice.count(1_000) {
                // The server's greeting has 64 bytes, and nothing may follow it.
                let bytes = try Forger.knock(at: port, mechanism: mechanism, Self.make)
                #expect(bytes.map { $0 <= 64 } == true)
            }
            try fort.step()
            fort.check(["it came without a key", "none of CURVE's", "it has no key", "it went away before"])
        }

        @Test("nor with a key that is taken off the list while it is connected, or when it comes again")
        func revoked() throws {
            let fort = try Fort()
            defer { fort.close() }
            let scratch = try #require(fort.scratch)
            let count = Dice.count(1_000)
            for start in stride(from: 0, to: count, by: 100) {
                let names = (start..<min(start + 100, count)).map { "peer-\($0)" }
                let world = try Stranger.World()
                let peers = try names.map { name in
                    try fort.keyring.admit(name, to: .agents, writingKeyTo: scratch.path("\(name).key"))
                    let pair = try Secret(scratch.path("\(name).key"))
                    return Stranger.Security.curve(
                        public: pair.publicKey, secret: pair.secret, server: pair.server)
                }
                let connected = try peers.map { try Stranger($0, to: fort.broker.endpoints[0], in: world) }
                for peer in connected {
                    try peer.send(.ping)
                    #expect(peer.isLetIn() == true)
                    #expect(peer.isAnswered(milliseconds: 30_000))
                }
                for name in names { unlink(fort.keyring.path(of: name, on: .agents)) }
                let end = ContinuousClock.now + .seconds(10)
                while ContinuousClock.now < end, Self.revocations(fort) < start + names.count { usleep(10_000) }
                #expect(Self.revocations(fort) == start + names.count, "the list is not read again")
                for peer in connected { try peer.send(Self.make) }
                let again = try peers.map { try Stranger($0, to: fort.broker.endpoints[0], in: world) }
                for peer in again {
                    try peer.send(Self.make)
                    #expect(peer.isLetIn() == false)
                }
                for _ in 0..<20 { try fort.step() }
                for peer in connected + again { #expect(!peer.isAnswered(milliseconds: 0)) }
            }
            fort.check(["was taken off the list of clients", "is not on the list of clients"])
        }

        @Test("and who sees to it goes with its broker: the next one may take its place")
        func successor() throws {
            let fort = try Fort()
            try fort.step()
            var configuration = Broker.Configuration(environments: [Moody.entry()])
            configuration.keys = fort.keyring
            let scratch = try #require(fort.scratch)
            let log = try SampleLog(path: scratch.path("next.db"), mode: .write)
            defer { log.close() }
            func next() throws -> Broker {
                try Broker(configuration, sink: log, endpoints: ["tcp://127.0.0.1:*"], context: fort.broker.context)
            }
            #expect(throws: GymError.self) { try next() }
            fort.close()
            let end = ContinuousClock.now + .seconds(10)
            var broker: Broker?
            while broker == nil, ContinuousClock.now < end {
                broker = try? next()
                usleep(10_000)
            }
            let successor = try #require(broker, "the gatekeeper stays")
            #expect(try Client(endpoint: successor.endpoints[0], key: fort.known).greet(as: "x") == "sextant")
            successor.stop()
        }

        /// How many keys the broker has said to be off the list.
        private static func revocations(_ fort: Fort) -> Int {
            fort.said("no longer on the list of clients: ").map { line in
                let rest = line.firstMatch(of: /and (\d+) more$/).flatMap { Int($0.1) } ?? 0
                return line.split(separator: ",").count + rest
            }.reduce(0, +)
        }
    }
}
