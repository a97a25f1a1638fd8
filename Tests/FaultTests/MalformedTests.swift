import CZeroMQ
import Foundation
import Gym
import Intake
import Synchronization
import Testing
import Wire

extension Faults {
    @Suite("Whoever sends garbage harms nobody else")
    struct MalformedTests {
        @Test("malformed messages to both endpoints of a broker, while a client works")
        func garbage() throws {
            let place = try Place(isNetworked: true)
            let serve = try place.serve()
            let client = Survivor(label: "good")
            let search = client.run(at: place.agents)
            try #require(soon { client.acknowledged >= 1_000 || search.isOver })
            let (calm, before) = (client.times, try Usage(of: serve.pid))
            let wanted = Dice.count(100_000)
            _ = try together(2) { side in
                try Self.flood(side == 0 ? place.agents : place.workers, wanted / 2, "garbage \(side)")
            }
            let disturbed = Array(client.times.dropFirst(calm.count))
            let after = try Usage(of: serve.pid)
            client.stop()
            try search.wait()
            serve.signal(SIGTERM)
            #expect(try serve.end() == .exit(143), "\(serve.errors.suffix(2_000))")
            #expect(after.mebibytes - before.mebibytes < 10, "from \(before.mebibytes) to \(after.mebibytes) MiB")
            #expect(after.descriptors <= before.descriptors + 4)
            let (usual, worst) = (percentile(calm, 0.99), percentile(disturbed, 0.99))
            // Twice the usual is the promise. The flood itself takes a core, and tests beside this one the other: then
            // the system's time slices are longer than any step.
            #expect(worst < max(2 * usual, 0.05), "the slowest steps took \(usual) s, then \(worst) s")
            #expect(disturbed.count > 50)
            #expect(serve.errors.contains("a peer that sent 100 malformed messages is cut off"))
            #expect(try LogContents(place.log).differences(from: Survivor.undisturbed([client])) == [])
        }

        /// Sends mutated messages, from a new connection every so often: one that sends too many is cut off.
        private static func flood(_ endpoint: String, _ count: Int, _ purpose: String) throws {
            var mutator = Mutator(Dice.generator(purpose), corpus: Corpus.messages)
            var dice = Dice.generator(purpose + " shapes")
            for first in stride(from: 0, to: count, by: 200) {
                let socket = try RawSocket(ZMQ_DEALER, lingerMilliseconds: 2_000)
                try socket.connect(endpoint)
                for place in first..<min(count, first + 200) {
                    // Slow enough that the client has many steps meanwhile.
                    if place.isMultiple(of: 10) { usleep(1_000) }
                    var frames = Intake.frames(of: mutator.next())
                    if dice.chance(0.05) { frames += [[UInt8]](repeating: [0], count: dice.below(20)) }
                    if dice.chance(0.05) { frames.removeFirst() }
                    socket.send(frames)
                }
                // And one that does not even speak ZeroMQ.
                let line = try RawLine(endpoint)
                line.send((0..<dice.below(200)).map { _ in UInt8(dice.below(256)) })
            }
        }

        /// What is too large, with what has to be answered; nil where the connection is cut.
        private static func excess(_ place: Int) throws -> (envelope: Envelope, code: GymError.Code?) {
            func json(_ verb: Verb, _ text: String) throws -> (Envelope, GymError.Code?) {
                (
                    try Envelope(frames: [Header(verb, encoding: .json, sequence: 1).bytes, Array(text.utf8)]),
                    .malformed
                )
            }
            func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] { (0..<count).flatMap { _ in bytes } }
            func binary(_ verb: Verb, _ body: [UInt8], _ code: GymError.Code?) throws -> (Envelope, GymError.Code?) {
                (try Envelope(frames: [Header(verb, sequence: 1).bytes, body]), code)
            }
            switch place % 9 {
            case 0: return try json(.make, String(repeating: "[", count: 1_000_000))
            case 1: return try json(.step, String(repeating: #"{"a":"#, count: 1_000_000))
            case 2: return try json(.step, #"{"actions":"# + String(repeating: "[", count: 1_000_000))
            case 3: return try binary(.make, [UInt8](repeating: 0, count: 16 << 20 + 1), nil)
            // Ten million seeds of one byte each; as many versions; millions of empty actions and terms.
            case 4:
                let seeds = [0x0A, 0x80, 0xAD, 0xE2, 0x04] + [UInt8](repeating: 1, count: 10_000_000)
                return try binary(.reset, seeds, .tooLarge)
            case 5:
                let versions = [0x12, 0x80, 0xAD, 0xE2, 0x04] + [UInt8](repeating: 1, count: 10_000_000)
                return try binary(.hello, versions, .tooLarge)
            case 6: return try binary(.step, repeated([0x0A, 0], 5_000_000), .tooLarge)
            case 7: return try binary(.make, repeated([0x1A, 2, 0x12, 0], 2_000_000), .tooLarge)
            default:
                let text = #"{"seeds":["# + String(repeating: "1,", count: 6_000_000) + "1]}"
                return (try json(.reset, text).0, .tooLarge)
            }
        }

        @Test("messages of 16 MiB and more, endless nesting and arrays of millions are refused, one connection each")
        func oversize() throws {
            let place = try Place(isNetworked: true)
            let serve = try place.serve()
            let client = Survivor(label: "good")
            let search = client.run(at: place.agents)
            try #require(soon { client.acknowledged >= 300 || search.isOver })
            let before = try Usage(of: serve.pid)
            for count in 0..<Dice.count(100) {
                let (envelope, code) = try Self.excess(count)
                let socket = try RawSocket(ZMQ_DEALER, lingerMilliseconds: 5_000)
                try socket.connect(place.agents)
                socket.send(envelope.frames)
                if let code {
                    let frames = try #require(socket.receive(milliseconds: 60_000), "kind \(count % 9) gets no answer")
                    guard case .failure(let error) = try Reply(Envelope(frames: frames)) else {
                        Issue.record("kind \(count % 9) is answered")
                        continue
                    }
                    #expect(error.code == code, "kind \(count % 9): \(error)")
                } else {
                    #expect(socket.receive(milliseconds: 200) == nil)
                }
                // What says that it will be large is cut off before it comes.
                let length = [UInt64(16 << 20) + 1, 1 << 26, 1 << 30, 1 << 40, 1 << 62, .max][count % 6]
                let line = try RawLine([place.agents, place.workers][count % 2])
                #expect(line.greet(), "the broker does not greet")
                line.send([0x02] + (0..<8).reversed().map { UInt8(length >> (8 * $0) & 0xFF) } + [1, 2, 3])
                #expect(line.isCut(seconds: 20), "a message of \(length) bytes is waited for")
            }
            let seen = client.acknowledged
            #expect(soon { client.acknowledged > seen + 10 })
            let after = try Usage(of: serve.pid)
            client.stop()
            try search.wait()
            // Twice the size of a message, beside the message itself.
            #expect(after.peakMebibytes - before.mebibytes < 16 + 32 + 16, "from \(before) to \(after)")
            serve.signal(SIGTERM)
            #expect(try serve.end() == .exit(143))
            #expect(try LogContents(place.log).differences(from: Survivor.undisturbed([client])) == [])
        }
    }
}

/// The value below which a share of the values lies; infinite where there are none.
func percentile(_ values: [Double], _ share: Double) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .infinity : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}
