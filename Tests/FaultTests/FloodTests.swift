import CZeroMQ
import Foundation
import Gym
import Testing
import Wire

extension Faults {
    @Suite("Who asks without end and never reads the answers has only himself to blame")
    struct FloodTests {
        /// What is asked: answers that cost nothing, some that have to be looked up, and large ones.
        private static func requests(_ client: inout RawClient) throws -> [Envelope] {
            let ping = try Request.ping.envelope(Header(.ping))
            let list = try Request.list.envelope(Header(.list))
            let unknown = try Request.reset([1]).envelope(Header(.reset, session: 77, sequence: 1))
            let stale = try Request.history(from: 0, limit: 1).envelope(Header(.history, session: client.session))
            return [ping, unknown, stale, ping, ping, ping, list, ping]
        }

        @Test("memory stays where it was, and another client is served")
        func flood() throws {
            let place = try Place()
            let serve = try place.serve()
            let good = Survivor(label: "good")
            let search = good.run(at: place.agents)
            try #require(soon { good.acknowledged >= 500 || search.isOver })
            var growth: [Double] = []
            for _ in 0..<Dice.count(10) {
                let before = try Usage(of: serve.pid)
                let seen = good.acknowledged
                var flooder = try RawClient(place.agents)
                try flooder.make(
                    .init(environment: Survivor.environment, trial: TrialDescription(study: "flood", label: "")))
                let requests = try Self.requests(&flooder).map(\.frames)
                for count in 0..<100_000 { flooder.socket.send(requests[count % (count % 50 == 0 ? 8 : 6)]) }
                // The last one is taken in before the next client begins.
                #expect(soon { good.acknowledged > seen + 20 || search.isOver }, "the other client starves")
                growth.append(try Usage(of: serve.pid).mebibytes - before.mebibytes)
            }
            // A thousand answers may wait for whoever does not read them; they are given back with the connection.
            #expect(growth.allSatisfy { $0 < 64 } && growth.dropFirst().reduce(0, +) < 64, "\(growth) MiB")
            good.stop()
            try search.wait()
            #expect(good.times.allSatisfy { $0 < 5 }, "a step of the other client was lost")
            serve.signal(SIGTERM)
            #expect(try serve.end() == .exit(143))
            let trial = try LogContents(place.log).trials["s/good"]
            #expect(trial == (try Survivor.undisturbed([good]).trials["s/good"]))
        }
    }
}
