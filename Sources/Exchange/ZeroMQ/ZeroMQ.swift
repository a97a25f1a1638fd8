import CZeroMQ
import Gym

/// A libzmq context: what brokers and clients of one process share, and where `inproc://` endpoints live.
public final class ZeroMQContext: @unchecked Sendable {
    // libzmq's contexts may be used from any thread; the pointer itself never changes.
    let handle: UnsafeMutableRawPointer

    /// Makes a context with one I/O thread.
    public init() {
        guard let handle = zmq_ctx_new() else { preconditionFailure("libzmq could not make a context: out of memory") }
        self.handle = handle
    }

    /// The version of libzmq that is linked.
    public static var libraryVersion: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// Whether that libzmq can encrypt.
    public static var hasCurve: Bool { zmq_has("curve") == 1 }

    // Every socket holds its context, so all of them are closed when this runs and it can't block.
    deinit { zmq_ctx_term(handle) }
}

/// One libzmq socket. It may move between threads, but only one thread uses it at a time: its owner sees to that.
final class Socket: @unchecked Sendable {
    struct Kind {
        let rawValue: Int32
        static let router = Kind(rawValue: ZMQ_ROUTER)
        static let dealer = Kind(rawValue: ZMQ_DEALER)
        static let pair = Kind(rawValue: ZMQ_PAIR)
    }

    /// What became of a message that was to be sent.
    enum Delivery { case sent, wouldBlock, unreachable }

    /// More frames than any message of the protocol has, so that a flood of them is cut short.
    static let frameLimit = 8

    let handle: UnsafeMutableRawPointer
    private let context: ZeroMQContext
    /// Whether a message of a peer with this key and address is heard, where keys are in force; both are nil for a peer
    /// in this process.
    var admission: ((_ key: String?, _ address: String?) -> Bool)?
    /// Where this socket's events go, kept until it is closed: libzmq would wait for ever for a reader that is gone.
    var eventReader: Socket?

    init(_ kind: Kind, in context: ZeroMQContext) throws {
        guard let handle = zmq_socket(context.handle, kind.rawValue) else {
            throw GymError(.internal, "libzmq could not make a socket: \(Socket.reason())")
        }
        (self.context, self.handle) = (context, handle)
    }

    deinit {
        if eventReader != nil { zmq_socket_monitor(handle, nil, 0) }
        zmq_close(handle)
    }

    func set(_ option: Int32, _ value: Int32) {
        var value = value
        zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
    }

    func setLong(_ option: Int32, _ value: Int64) {
        var value = value
        zmq_setsockopt(handle, option, &value, MemoryLayout<Int64>.size)
    }

    /// Binds and returns the endpoint with its real port, nil with `errno` set where it can't.
    func bind(_ endpoint: String) -> String? {
        guard zmq_bind(handle, endpoint) == 0 else { return nil }
        var buffer = [CChar](repeating: 0, count: 512)
        var count = buffer.count
        guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &buffer, &count) == 0, count > 0 else { return endpoint }
        return String(decoding: buffer.prefix(count - 1).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func connect(_ endpoint: String) throws {
        guard zmq_connect(handle, endpoint) == 0 else {
            throw GymError(
                .usage, "'\(endpoint)' is no endpoint to connect to: \(Socket.reason())",
                hint: "for example tcp://127.0.0.1:5755 or ipc:///tmp/sextant")
        }
    }

    /// Sends all frames without waiting; of a multi-part message either all or none are sent.
    func send(_ frames: [[UInt8]]) -> Delivery {
        for (index, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (index < frames.count - 1 ? ZMQ_SNDMORE : 0)
            while frame.withUnsafeBytes({ zmq_send(handle, $0.baseAddress, $0.count, flags) }) < 0 {
                switch zmq_errno() {
                case EINTR: continue
                case EAGAIN: return .wouldBlock
                default: return .unreachable
                }
            }
        }
        return .sent
    }

    /// The next message, nil where none waits. Of a message with too many frames only the first few are kept, and of
    /// one that is not to be heard none.
    func receive() -> [[UInt8]]? { receive(flags: ZMQ_DONTWAIT) }

    /// The next message, nil where none comes for so long. Waiting inside libzmq takes fewer calls than polling does.
    func receive(withinMilliseconds wait: Int32) -> [[UInt8]]? {
        set(ZMQ_RCVTIMEO, wait)
        return receive(flags: 0)
    }

    private func receive(flags: Int32) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        var part = zmq_msg_t()
        while true {
            zmq_msg_init(&part)
            defer { zmq_msg_close(&part) }
            guard zmq_msg_recv(&part, handle, flags) >= 0 else {
                if zmq_errno() == EINTR { continue }
                return nil
            }
            if frames.count <= Socket.frameLimit {
                frames.append(Array(UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))))
            }
            if zmq_msg_more(&part) == 0 { return isHeard(&part) ? frames : [] }
        }
    }

    /// libzmq knows of each message's last frame who sent it.
    private func isHeard(_ part: inout zmq_msg_t) -> Bool {
        guard let admission else { return true }
        let key = zmq_msg_gets(&part, "User-Id").map { String(cString: $0) }
        return admission(key, zmq_msg_gets(&part, "Peer-Address").map { String(cString: $0) })
    }

    /// A descriptor that becomes readable when something may have happened. Only the change is signalled, so before
    /// waiting on it `receive` must have returned nil, with no `send` since.
    var descriptor: Int32 {
        var value: Int32 = -1
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(handle, ZMQ_FD, &value, &size)
        return value
    }

    /// Waits until a message can be sent, at most so long.
    func waitToSend(milliseconds: Int) {
        var item = zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLOUT), revents: 0)
        zmq_poll(&item, 1, milliseconds)
    }

    /// Why the last call failed, in libzmq's words.
    static func reason() -> String { String(cString: zmq_strerror(zmq_errno())) }
}
