import CZeroMQ
import Exchange
import Foundation
import Gym
import Samples
import Synchronization
import Testing
import Wire

extension Faults {
    @Suite("Nothing is evaluated or logged twice, whatever a link does to messages")
    struct LinkTests {
        private static let make = Request.Make(
            environment: "moody-v0", slots: 2, trial: TrialDescription(study: "s", label: "a", slots: 2),
            isCaching: false)

        private static func broker(_ count: Moody.Count, _ log: SampleLog) throws -> Broker {
            var configuration = Broker.Configuration(environments: [Moody.entry(count)])
            configuration.workers = 2
            return try Broker(configuration, sink: log, endpoints: ["tcp://127.0.0.1:*"])
        }

        /// Two designs that no other step has; JSON has no packed numbers.
        private static func step(_ place: Int, isPacked: Bool = true) -> Request {
            let designs = [[Double(place), 0.25, 0], [Double(place + 40_000), 0.75, 1]]
            return .step(isPacked ? .packed(designs.flatMap(\.self)) : .listed(designs.map { .values($0) }))
        }

        @Test("a step that comes one to five times is evaluated once, and every reply is the same")
        func duplicates() throws {
            let scratch = try Scratch()
            let log = try SampleLog(path: scratch.path("log.db"), mode: .write)
            defer { log.close() }
            let count = Moody.Count()
            let broker = try Self.broker(count, log)
            defer { broker.stop() }
            var client = try RawClient(broker.endpoints[0])
            try client.make(Self.make)
            _ = try client.ask(client.next(.reset([1, 2])))
            var dice = Dice.generator("duplicates")
            let wanted = Dice.count(10_000)
            var copiesAnswered = 0
            for place in 0..<wanted {
                let isJSON = dice.chance(0.2)
                let request = try client.next(Self.step(place, isPacked: !isJSON), isJSON ? .json : .binary)
                let (copies, late) = (dice.draw(1..<4), dice.below(3))
                for _ in 0..<copies { client.socket.send(request.frames) }
                var replies = try Self.replies(to: request, of: client, mark: UInt64(2 * place))
                for _ in 0..<late { client.socket.send(request.frames) }
                if late > 0 { replies += try Self.replies(to: request, of: client, mark: UInt64(2 * place + 1)) }
                let reply = try client.reply(replies[0], to: request)
                guard case .steps(let steps)? = reply else {
                    Issue.record("\(request.header) gives \(String(describing: reply))")
                    return
                }
                #expect(steps.map(\.number) == [Int64(2 * place), Int64(2 * place + 1)])
                #expect(replies.allSatisfy { $0 == replies[0] }, "replies to request \(place) differ")
                #expect(replies.count > late)
                copiesAnswered += replies.count - 1
            }
            #expect(count.now == 2 * wanted)
            #expect(try log.samples(of: 1, from: 0, limit: 1 << 30).map(\.number) == (0..<Int64(2 * wanted)).map { $0 })
            #expect(copiesAnswered > wanted / 2, "copies were hardly answered from what was kept")
        }

        /// Every reply to a request: a PING behind it is answered after all its copies have been looked at.
        private static func replies(
            to request: Envelope, of client: RawClient, mark: UInt64
        ) throws -> [[[UInt8]]] {
            let ping = try Request.ping.envelope(Header(.ping, sequence: mark))
            client.socket.send(ping.frames)
            var replies: [[[UInt8]]] = []
            var isMarked = false
            while !isMarked || replies.isEmpty {
                guard let frames = client.socket.receive(milliseconds: 30_000) else {
                    throw GymError(.unreachable, "request \(request.header.sequence) is not answered")
                }
                if try client.reply(frames, to: ping) != nil { isMarked = true }
                if try client.reply(frames, to: request) != nil { replies.append(frames) }
            }
            return replies
        }

        @Test("an older number is stale, a newer one out of order, and neither is evaluated")
        func wrongNumbers() throws {
            let scratch = try Scratch()
            let log = try SampleLog(path: scratch.path("log.db"), mode: .write)
            defer { log.close() }
            let count = Moody.Count()
            let broker = try Self.broker(count, log)
            defer { broker.stop() }
            var client = try RawClient(broker.endpoints[0])
            try client.make(Self.make)
            _ = try client.ask(client.next(.reset([1, 2])))
            _ = try client.ask(client.next(Self.step(0)))
            _ = try client.ask(client.next(Self.step(1)))
            for (sequence, code) in [(0, GymError.Code.stale), (1, .stale), (2, .stale), (5, .outOfOrder)] {
                let header = Header(.step, session: client.session, sequence: UInt64(sequence))
                guard case .failure(let error) = try client.ask(Self.step(9).envelope(header)) else {
                    Issue.record("request \(sequence) was answered")
                    continue
                }
                #expect(error.code == code)
            }
            _ = try client.ask(client.next(Self.step(2)))
            #expect(count.now == 6)
        }

        @Test("a link that drops, doubles, delays and reorders messages gives the log of a clean one")
        func lossyLink() throws {
            let steps = Dice.isFull ? 1_000 : 25
            let clean = try Self.log(steps, link: nil)
            #expect(clean.count == 2 * steps)
            let links = (0..<Dice.count(100)).map { "link \($0)" }
            let results = Mutex<[String: Result<[String], any Error>]>([:])
            let left = Mutex(links)
            let ended = DispatchSemaphore(value: 0)
            // Most of the time a link only delays, so many of them share the machine.
            let width = min(links.count, 25)
            for _ in 0..<width {
                Thread.detachNewThread {
                    while let link = left.withLock({ $0.popLast() }) {
                        let found = Result { try Self.log(steps, link: link).differences(from: clean) }
                        results.withLock { $0[link] = found }
                    }
                    ended.signal()
                }
            }
            for _ in 0..<width { ended.wait() }
            for link in links {
                #expect(try results.withLock { $0[link] }?.get() == [], "\(link), \(Dice.comment)")
            }
        }

        /// The log of a session over a link; over none where its name is nil.
        private static func log(_ steps: Int, link name: String?) throws -> LogContents {
            let scratch = try Scratch()
            let log = try SampleLog(path: scratch.path("log.db"), mode: .write)
            let count = Moody.Count()
            let broker = try Self.broker(count, log)
            let link = try name.map { try FaultyLink(to: broker.endpoints[0], Dice.generator($0)) }
            var client = try RawClient(link?.endpoint ?? broker.endpoints[0])
            let patience = link == nil ? 20_000 : 100
            try client.make(Self.make, patienceMilliseconds: patience)
            _ = try client.ask(client.next(.reset([1, 2])), patienceMilliseconds: patience)
            for place in 0..<steps {
                let reply = try client.ask(client.next(Self.step(place)), patienceMilliseconds: patience)
                guard case .steps = reply else { throw GymError(.internal, "step \(place) gives \(reply)") }
            }
            link?.stop()
            broker.stop()
            log.close()
            guard count.now == 2 * steps else { throw GymError(.internal, "\(count.now) evaluations") }
            return try LogContents(scratch.path("log.db"))
        }
    }
}
