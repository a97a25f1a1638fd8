import CZeroMQ
import Gym

/// What a socket needs for keys, and to be watched while peers fail to get in.
extension Socket {
    /// Has the socket take only encrypted connections that the domain's gatekeeper lets in. To be called before `bind`.
    func serve(as pair: KeyPair, domain: String) throws {
        guard ZeroMQContext.hasCurve else { throw KeyPair.noCurve }
        set(ZMQ_CURVE_SERVER, 1)
        try setText(ZMQ_CURVE_SECRETKEY, pair.secretKey)
        try setText(ZMQ_ZAP_DOMAIN, domain)
    }

    /// Has the socket encrypt, show its key, and talk to the server of that key alone. To be called before `connect`.
    func identify(by key: PeerKey) throws {
        try setText(ZMQ_CURVE_SERVERKEY, key.serverKey)
        try setText(ZMQ_CURVE_PUBLICKEY, key.publicKey)
        try setText(ZMQ_CURVE_SECRETKEY, key.pair.secretKey)
    }

    /// A socket that receives the given events of this one, then `ZMQ_EVENT_MONITOR_STOPPED` when it is closed.
    func events(_ events: Int32, at endpoint: String, in context: ZeroMQContext) throws -> Socket {
        guard zmq_socket_monitor(handle, endpoint, events | ZMQ_EVENT_MONITOR_STOPPED) == 0 else {
            throw GymError(.internal, "libzmq can't watch a socket: \(Socket.reason())")
        }
        let reader = try Socket(.pair, in: context)
        // The thread that has all connections waits for whoever reads the events, so none may ever fill a queue.
        reader.set(ZMQ_RCVHWM, 0)
        try reader.connect(endpoint)
        eventReader = reader
        return reader
    }

    /// Waits until one of the sockets has something to be received, at most so long.
    static func wait(for sockets: [Socket], milliseconds: Int) {
        var items = sockets.map { zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0) }
        zmq_poll(&items, Int32(items.count), milliseconds)
    }

    /// Sets an option that must not be missing unnoticed.
    private func setText(_ option: Int32, _ text: String) throws {
        // A key's terminating zero counts, any other text's does not.
        let count = text.utf8.count + (option == ZMQ_ZAP_DOMAIN ? 0 : 1)
        guard zmq_setsockopt(handle, option, text, count) == 0 else { throw KeyPair.noCurve }
    }
}
