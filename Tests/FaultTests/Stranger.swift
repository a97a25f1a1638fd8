import CZeroMQ
import Exchange
import Foundation
import Gym
import Synchronization
import Wire

/// A peer that comes with any key or none, and sees what becomes of its handshake. One thread uses it.
final class Stranger {
    /// What it brings.
    enum Security {
        case null
        case plain
        case curve(public: String?, secret: String?, server: String)
    }

    /// Where strangers live; one context has no more than a thousand sockets.
    final class World: @unchecked Sendable {
        let handle: UnsafeMutableRawPointer
        fileprivate let serial = Atomic(0)

        init() throws {
            guard let handle = zmq_ctx_new() else { throw GymError(.internal, "no context") }
            self.handle = handle
        }

        deinit { zmq_ctx_term(handle) }
    }

    private let world: World
    private let handle: UnsafeMutableRawPointer
    private let events: UnsafeMutableRawPointer

    init(_ security: Security, to endpoint: String, in world: World) throws {
        guard let handle = zmq_socket(world.handle, ZMQ_DEALER), let events = zmq_socket(world.handle, ZMQ_PAIR) else {
            throw GymError(.internal, String(cString: zmq_strerror(zmq_errno())))
        }
        (self.world, self.handle, self.events) = (world, handle, events)
        var (linger, interval): (Int32, Int32) = (0, -1)
        zmq_setsockopt(handle, ZMQ_LINGER, &linger, MemoryLayout<Int32>.size)
        zmq_setsockopt(handle, ZMQ_RECONNECT_IVL, &interval, MemoryLayout<Int32>.size)
        switch security {
        case .null: break
        case .plain:
            set(ZMQ_PLAIN_USERNAME, "admin")
            set(ZMQ_PLAIN_PASSWORD, "admin")
        case .curve(let publicKey, let secretKey, let serverKey):
            set(ZMQ_CURVE_SERVERKEY, serverKey)
            if let publicKey { set(ZMQ_CURVE_PUBLICKEY, publicKey) }
            if let secretKey { set(ZMQ_CURVE_SECRETKEY, secretKey) }
        }
        let watch = "inproc://watch-\(world.serial.add(1, ordering: .relaxed).newValue)"
        let wanted =
            ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_DISCONNECTED
        guard zmq_socket_monitor(handle, watch, wanted) == 0, zmq_connect(events, watch) == 0,
            zmq_connect(handle, endpoint) == 0
        else { throw GymError(.internal, String(cString: zmq_strerror(zmq_errno()))) }
    }

    deinit {
        zmq_socket_monitor(handle, nil, 0)
        zmq_close(handle)
        zmq_close(events)
    }

    private func set(_ option: Int32, _ text: String) { zmq_setsockopt(handle, option, text, text.utf8.count) }

    /// Whether it was let in; nil where that is open for half a minute.
    func isLetIn() -> Bool? {
        guard let frames = Stranger.receive(events, milliseconds: 30_000), frames[0].count == 6 else { return nil }
        return Int32(frames[0][0]) | Int32(frames[0][1]) << 8 == ZMQ_EVENT_HANDSHAKE_SUCCEEDED
    }

    /// Sends a request, which waits in a queue until it is let in.
    func send(_ request: Request) throws {
        let frames = try request.envelope(Header(request.verb, sequence: 1)).frames
        for (index, frame) in frames.enumerated() {
            zmq_send(handle, frame, frame.count, ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0))
        }
    }

    /// Whether anything is answered.
    func isAnswered(milliseconds: Int) -> Bool { Stranger.receive(handle, milliseconds: milliseconds) != nil }

    private static func receive(_ socket: UnsafeMutableRawPointer, milliseconds: Int) -> [[UInt8]]? {
        var item = zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
        guard zmq_poll(&item, 1, milliseconds) > 0 else { return nil }
        var frames: [[UInt8]] = []
        var part = zmq_msg_t()
        repeat {
            zmq_msg_init(&part)
            guard zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) >= 0 else { return nil }
            frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))))
        } while zmq_msg_more(&part) != 0
        return frames
    }
}

/// A peer that speaks libzmq's protocol (ZMTP 3.0) by hand, so that it goes on where libzmq itself would give up.
enum Forger {
    /// Says which mechanism it uses, acts as if the handshake had succeeded, and sends a request; gives how many bytes
    /// came back until the connection was cut, nil where it is still open after half a minute.
    static func knock(at port: UInt16, mechanism: String, _ request: Request) throws -> Int? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw GymError(.unreachable, "port \(port)") }
        let bytes = try greeting(mechanism) + ready + message(request)
        Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var (buffer, total) = ([UInt8](repeating: 0, count: 4_096), 0)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0, errno == EAGAIN { return nil }
            if count <= 0 { return total }
            total += count
        }
    }

    private static func greeting(_ mechanism: String) -> [UInt8] {
        let name = Array(mechanism.utf8)
        let signature: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0]
        return signature + name + [UInt8](repeating: 0, count: 52 - name.count)
    }

    private static var ready: [UInt8] {
        let (name, value) = (Array("Socket-Type".utf8), Array("DEALER".utf8))
        let property = [UInt8(name.count)] + name + [0, 0, 0, UInt8(value.count)] + value
        let command = [5] + Array("READY".utf8) + property
        return [4, UInt8(command.count)] + command
    }

    private static func message(_ request: Request) throws -> [UInt8] {
        let frames = try request.envelope(Header(request.verb, sequence: 1)).frames
        return frames.enumerated().flatMap { index, frame -> [UInt8] in
            let size = UInt64(frame.count).bigEndian
            return [index < frames.count - 1 ? 3 : 2] + withUnsafeBytes(of: size) { Array($0) } + frame
        }
    }
}
