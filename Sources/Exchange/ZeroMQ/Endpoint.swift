import CZeroMQ
import Foundation
import Gym

/// Binding to endpoints that people name: refuses what is unsafe or taken, in a sentence.
enum Endpoint {
    /// Binds the socket and returns the endpoint with its real port.
    ///
    /// - Throws: `GymError`: `usage` for something that is no endpoint or not on this machine alone, `unreachable` for
    ///   one that is taken.
    static func bind(_ socket: Socket, to endpoint: String, allowingNetwork: Bool) throws -> String {
        if endpoint.hasPrefix("tcp://"), !allowingNetwork, !isLoopback(endpoint) {
            throw GymError(
                .usage, "'\(endpoint)' can be reached from other machines, and no keys protect it",
                hint: "add --keys FOLDER; sextant keys new NAME makes one\n"
                    + "or bind tcp://127.0.0.1:PORT, or add --insecure where the network is trusted")
        }
        // libzmq silently takes an ipc path away from whoever listens on it, so whether one does is asked first.
        if endpoint.hasPrefix("ipc://"), isListening(String(endpoint.dropFirst("ipc://".count))) {
            throw taken(endpoint)
        }
        if let bound = socket.bind(endpoint) { return bound }
        switch zmq_errno() {
        case EADDRINUSE: throw taken(endpoint)
        default:
            throw GymError(
                .usage, "'\(endpoint)' can't be bound: \(Socket.reason())",
                hint: "for example tcp://127.0.0.1:5755 or ipc:///tmp/sextant")
        }
    }

    private static func taken(_ endpoint: String) -> GymError {
        GymError(
            .unreachable, "'\(endpoint)' is taken by another process",
            hint: "stop that one, or name another endpoint with --agents")
    }

    /// Whether only this machine reaches the endpoint.
    static func isLoopback(_ endpoint: String) -> Bool {
        let host = endpoint.dropFirst("tcp://".count).prefix { $0 != "]" }
        return host.hasPrefix("127.") || host.hasPrefix("localhost:") || host.hasPrefix("[::1")
    }

    private static func isListening(_ path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
