import CZeroMQ
import Foundation
import Gym
import Wire

/// A socket without any care for its protocol: sends frames as they are and takes what comes. One thread uses it.
final class RawSocket: @unchecked Sendable {
    private let context: UnsafeMutableRawPointer
    private let handle: UnsafeMutableRawPointer

    init(_ kind: Int32, lingerMilliseconds: Int32 = 0) throws {
        guard let context = zmq_ctx_new(), let handle = zmq_socket(context, kind) else {
            throw GymError(.internal, String(cString: zmq_strerror(zmq_errno())))
        }
        (self.context, self.handle) = (context, handle)
        var linger = lingerMilliseconds
        zmq_setsockopt(handle, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
    }

    deinit {
        zmq_close(handle)
        zmq_ctx_term(context)
    }

    func connect(_ endpoint: String) throws {
        guard zmq_connect(handle, endpoint) == 0 else { throw GymError(.usage, "can't connect to \(endpoint)") }
    }

    /// Binds to any free port of this machine and gives the endpoint.
    func bind() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        var count = buffer.count
        guard zmq_bind(handle, "tcp://127.0.0.1:*") == 0,
            zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &count) == 0
        else { throw GymError(.internal, "can't bind: \(String(cString: zmq_strerror(zmq_errno())))") }
        return String(decoding: buffer.prefix(count - 1), as: UTF8.self)
    }

    func send(_ frames: [[UInt8]]) {
        for (index, frame) in frames.enumerated() {
            let flags = index < frames.count - 1 ? ZMQ_SNDMORE : 0
            while zmq_send(handle, frame, frame.count, flags) < 0, zmq_errno() == EINTR {}
        }
    }

    /// The next message; nil where none comes in time.
    func receive(milliseconds: Int) -> [[UInt8]]? {
        var item = zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        guard zmq_poll(&item, 1, milliseconds) > 0 else { return nil }
        var frames: [[UInt8]] = []
        while true {
            var part = zmq_msg_t()
            zmq_msg_init(&part)
            defer { zmq_msg_close(&part) }
            guard zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) >= 0 else { return nil }
            frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))))
            if zmq_msg_more(&part) == 0 { return frames }
        }
    }
}

/// A client that knows the messages but none of the manners: every frame is in the test's hands.
struct RawClient {
    let socket: RawSocket
    private(set) var session: UInt64 = 0
    private(set) var sequence: UInt64 = 0
    private var spec: EnvironmentSpec?

    init(_ endpoint: String) throws {
        socket = try RawSocket(ZMQ_DEALER)
        try socket.connect(endpoint)
    }

    /// A request of the session under its next number.
    mutating func next(_ request: Request, _ encoding: Header.Encoding = .binary) throws -> Envelope {
        sequence += 1
        return try request.envelope(
            Header(request.verb, encoding: encoding, session: session, sequence: sequence))
    }

    /// Makes a session; its requests are counted from 1.
    mutating func make(_ make: Request.Make, patienceMilliseconds: Int = 20_000) throws {
        guard case .made(let made) = try ask(next(.make(make)), patienceMilliseconds: patienceMilliseconds) else {
            throw GymError(.internal, "MAKE gave no session")
        }
        (session, sequence, spec) = (made.session, 0, made.spec)
    }

    /// Sends a request, again and again where nothing comes back for a while, until it is answered.
    func ask(_ request: Envelope, patienceMilliseconds: Int = 20_000) throws -> Reply {
        let end = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < end {
            socket.send(request.frames)
            while let frames = socket.receive(milliseconds: patienceMilliseconds) {
                if let reply = try reply(frames, to: request) { return reply }
            }
        }
        throw GymError(.unreachable, "request \(request.header.sequence) is not answered")
    }

    /// What the frames say, if they answer this request.
    func reply(_ frames: [[UInt8]], to request: Envelope) throws -> Reply? {
        let envelope = try Envelope(frames: frames)
        let (header, asked) = (envelope.header, request.header)
        guard header.verbNumber == asked.verbNumber, header.sequence == asked.sequence, header.session == asked.session
        else { return nil }
        return try Reply(envelope, spec: spec)
    }
}
