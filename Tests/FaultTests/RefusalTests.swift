import CZeroMQ
import Exchange
import Foundation
import Gym
import Samples
import Testing
import Wire

/// What can't be served, and what has to be said of it.
private struct Refusal: CustomTestStringConvertible {
    let request: Request
    var session: UInt64 = 0
    /// The verb's number where it is none of the request's.
    var number: UInt8?
    let code: GymError.Code
    let hint: String
    var testDescription: String { "\(number.map { "verb \($0)" } ?? "\(request.verb)"): \(code.rawValue)" }
}

extension Faults {
    @Suite("What can't be served is answered with a code and a hint, never with silence")
    struct RefusalTests {
        private static func make(_ environment: String, _ options: [String: Value] = [:]) -> Request {
            .make(.init(environment: environment, options: options, trial: TrialDescription(study: "s", label: "x")))
        }

        private static let refusals = [
            Refusal(
                request: .hello(.init(client: "old", versions: [0, 7])), code: .unsupportedVersion,
                hint: "upgrade the older of the two"),
            Refusal(request: .ping, number: 0, code: .unknownVerb, hint: "docs/protocol.md has the verbs"),
            Refusal(request: .ping, number: 10, code: .unknownVerb, hint: "docs/protocol.md has the verbs"),
            Refusal(request: .ping, number: 16, code: .unknownVerb, hint: "docs/protocol.md has the verbs"),
            Refusal(request: .ping, number: 255, code: .unknownVerb, hint: "docs/protocol.md has the verbs"),
            Refusal(request: make("mody-v0"), code: .unknownEnvironment, hint: "did you mean 'moody-v0'?"),
            Refusal(request: make("moody-v0", ["fautl": "nan"]), code: .badOption, hint: "did you mean 'fault'?"),
            Refusal(request: make("moody-v0", ["fault": "nam"]), code: .badOption, hint: "did you mean 'nan'?"),
            Refusal(
                request: .reset([1]), session: 5, code: .sessionLost,
                hint: "MAKE it again under the same study and trial"),
            Refusal(
                request: .step(.packed([1, 0.5, 0])), session: .max, code: .sessionLost,
                hint: "MAKE it again under the same study and trial"),
            Refusal(
                request: .history(from: 0, limit: 1), session: 0, code: .sessionLost,
                hint: "MAKE it again under the same study and trial"),
        ]

        private func withBroker(_ body: (Broker) throws -> Void) throws {
            let scratch = try Scratch()
            let log = try SampleLog(path: scratch.path("log.db"), mode: .write)
            defer { log.close() }
            let broker = try Broker(
                Broker.Configuration(environments: [Moody.entry()]), sink: log, endpoints: ["tcp://127.0.0.1:*"],
                workerEndpoints: ["tcp://127.0.0.1:*"])
            defer { broker.stop() }
            try body(broker)
        }

        @Test("an agent's request, in both encodings", arguments: Header.Encoding.allCases)
        func agents(_ encoding: Header.Encoding) throws {
            try withBroker { broker in
                let client = try RawClient(broker.endpoints[0])
                for (place, refusal) in Self.refusals.enumerated() {
                    var header = Header(
                        refusal.request.verb, encoding: encoding, session: refusal.session, sequence: UInt64(place + 1))
                    var envelope = try refusal.request.envelope(header)
                    header = envelope.header
                    if let number = refusal.number { header.verbNumber = number }
                    envelope.header = header
                    client.socket.send(envelope.frames)
                    let frames = try #require(client.socket.receive(milliseconds: 20_000), "\(refusal.testDescription)")
                    let reply = try Envelope(frames: frames)
                    #expect(reply.header == header.answer(.error), "\(refusal.testDescription)")
                    guard case .failure(let error) = try Reply(reply) else { throw GymError(.internal, "answered") }
                    #expect(error.code == refusal.code, "\(refusal.testDescription): \(error)")
                    #expect(error.hint?.contains(refusal.hint) == true, "\(refusal.testDescription): \(error)")
                }
            }
        }

        @Test("a request of a session that is over")
        func expired() throws {
            try withBroker { broker in
                var client = try RawClient(broker.endpoints[0])
                try client.make(.init(environment: "moody-v0", trial: TrialDescription(study: "s", label: "a")))
                guard case .closed = try client.ask(client.next(.close(.finished))) else {
                    throw GymError(.internal, "CLOSE is not answered")
                }
                guard case .failure(let error) = try client.ask(client.next(.reset([1]))) else {
                    throw GymError(.internal, "a session goes on after its end")
                }
                #expect(error.code == .expiredSession)
                #expect(error.hint == "MAKE it again under the same study and trial")
            }
        }

        @Test("a worker's message")
        func workers() throws {
            let listing = Reply.Listing(
                datasheet: Moody.entry().datasheet, spec: Moody(fault: .nothing, count: .init()).spec, servedBy: "w")
            func ready(_ listings: [Reply.Listing], versions: [Int] = [1], capacity: Int = 1) -> WorkerReport {
                .ready(.init(worker: "w", versions: versions, capacity: capacity, environments: listings))
            }
            let other = Reply.Listing(datasheet: MoodyTwin.sheet, spec: nil, servedBy: "w")
            try withBroker { broker in
                for (report, number, code) in [
                    (ready([listing], versions: [7]), nil, GymError.Code.unsupportedVersion),
                    (ready([listing], capacity: 5_000), nil, .badInput), (ready([]), nil, .badInput),
                    (ready([other]), nil, .badInput), (.beat, 24, .unknownVerb), (.beat, 25, .unknownVerb),
                    (.beat, 1, .unknownVerb), (.beat, 200, .unknownVerb),
                ] as [(WorkerReport, UInt8?, GymError.Code)] {
                    let socket = try RawSocket(ZMQ_DEALER)
                    try socket.connect(broker.workerEndpoints[0])
                    var envelope = try report.envelope(Header(.ready, sequence: 1))
                    if let number { envelope.header.verbNumber = number }
                    socket.send(envelope.frames)
                    let frames = try #require(socket.receive(milliseconds: 20_000), "\(report), \(number ?? 0)")
                    guard case .refused(let error) = try WorkerOrder(Envelope(frames: frames)) else {
                        throw GymError(.internal, "\(report) is not refused")
                    }
                    #expect(error.code == code && !error.message.isEmpty, "\(error)")
                    #expect(code == .badInput || error.hint != nil, "\(error)")
                }
                // Who was never asked, or is forgotten, is told to begin anew.
                for report in [
                    WorkerReport.beat, .result(.success(.init())), .result(.failure(GymError(.internal, "no"))),
                ] {
                    let socket = try RawSocket(ZMQ_DEALER)
                    try socket.connect(broker.workerEndpoints[0])
                    socket.send(try report.envelope(Header(.beat, session: 3, sequence: 4)).frames)
                    let frames = try #require(socket.receive(milliseconds: 20_000), "\(report)")
                    guard case .drop("READY is due") = try WorkerOrder(Envelope(frames: frames)) else {
                        throw GymError(.internal, "\(report) is not answered with DROP")
                    }
                }
            }
        }
    }
}

/// What pretends to be `Moody`, but says something else.
private enum MoodyTwin {
    static let sheet = Datasheet(id: "moody-v0", title: "Twin", summary: "another one", description: "")
}
