import CZeroMQ
import Foundation
import Gym
import Wire

/// One client's line to a broker: sends a request and waits for its reply. Any thread may use it, one at a time.
final class Connection: @unchecked Sendable {
    /// How long silence may last before it is asked whether anybody is there.
    private static let sliceMilliseconds: Int32 = 1_700

    let endpoint: String
    /// How often that is asked.
    private let tries: Int
    private let socket: Socket
    private let lock = NSLock()
    private let hasKey: Bool
    private let limits = Limits()
    private var sequence: UInt64 = 0

    init(endpoint: String, key: PeerKey?, context: ZeroMQContext) throws {
        (self.endpoint, hasKey) = (endpoint, key != nil)
        // A broker of this process is there; it only gets no processor for a while where others take them all.
        tries = endpoint.hasPrefix("inproc:") ? 18 : 3
        socket = try Socket.toBroker(endpoint, in: context, key: key)
    }

    /// A request that belongs to no session, under a number of this connection's own.
    func ask(_ request: Request) throws -> Reply {
        sequence += 1
        return try ask(request, session: 0, sequence: sequence, deadlineSeconds: 0, spec: nil)
    }

    /// Sends a request and returns its reply. A request that may have been lost is sent again under the same number,
    /// which does nothing twice.
    ///
    /// - Throws: `GymError`: `unreachable` when nobody answers, `too-large` before sending, or what the broker says.
    func ask(
        _ request: Request, session: UInt64, sequence: UInt64, deadlineSeconds: Double, spec: EnvironmentSpec?
    ) throws -> Reply {
        lock.lock()
        defer { lock.unlock() }
        let deadline = UInt32(min(deadlineSeconds * 1_000, Double(UInt32.max)).rounded(.up))
        let header = Header(
            request.verb, session: session, sequence: sequence, deadlineMilliseconds: deadline)
        let envelope = try request.envelope(header)
        guard envelope.byteCount <= limits.messageBytes else {
            throw GymError(.tooLarge, "the request has \(envelope.byteCount) bytes; \(limits.messageBytes) fit")
        }
        let reply = try Reply(try exchange(envelope), spec: spec)
        if case .failure(let error) = reply { throw error }
        return reply
    }

    private func exchange(_ request: Envelope) throws -> Envelope {
        var silentSlices = 0
        try send(request)
        while true {
            guard let frames = socket.receive(withinMilliseconds: Connection.sliceMilliseconds) else {
                silentSlices += 1
                guard silentSlices < tries else { throw unreachable() }
                try send(request)
                try send(try Request.ping.envelope(Header(.ping)))
                continue
            }
            silentSlices = 0
            guard let envelope = try? Envelope(frames: frames) else { continue }
            let (header, asked) = (envelope.header, request.header)
            if header.flags.contains(.reply), header.verbNumber == asked.verbNumber,
                header.session == asked.session, header.sequence == asked.sequence
            {
                return envelope
            }
        }
    }

    private func send(_ envelope: Envelope) throws {
        let frames = envelope.frames
        for _ in 1...tries {
            if socket.send(frames) == .sent { return }
            socket.waitToSend(milliseconds: Int(Connection.sliceMilliseconds))
        }
        throw unreachable()
    }

    private func unreachable() -> GymError {
        let seconds = Int(Connection.sliceMilliseconds) * tries / 1_000
        return GymError(
            .unreachable, "nothing answers at \(endpoint) (waited \(seconds) s, \(tries) tries)",
            hint: "on that machine: sextant serve --agents \(endpoint)\n"
                + (hasKey
                    ? "if it runs: it has no keys, another server's, or does not list this one (sextant keys show)"
                    : "if it runs with --keys: connect with a key of its list (sextant keys new NAME)"))
    }
}

extension Socket {
    /// The line of a client or worker to a broker, with every one of libzmq's defaults that would hurt set otherwise.
    static func toBroker(
        _ endpoint: String, in context: ZeroMQContext, key: PeerKey?, longestPauseMilliseconds: Int32 = 5_000
    ) throws -> Socket {
        let socket = try Socket(.dealer, in: context)
        socket.set(ZMQ_LINGER, 500)
        socket.set(ZMQ_RECONNECT_IVL, 100)
        socket.set(ZMQ_RECONNECT_IVL_MAX, longestPauseMilliseconds)
        socket.set(ZMQ_HANDSHAKE_IVL, 5_000)
        socket.set(ZMQ_IMMEDIATE, 1)
        socket.set(ZMQ_IPV6, endpoint.contains("[") ? 1 : 0)
        socket.setLong(ZMQ_MAXMSGSIZE, Int64(Limits().messageBytes))
        if let key { try socket.identify(by: key) }
        try socket.connect(endpoint)
        return socket
    }
}
