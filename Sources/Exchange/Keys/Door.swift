import CZeroMQ
import Foundation

/// Watches the connections of one socket for those that fail before libzmq asks about their key.
struct Door {
    let events: Socket
    private let refusals: Refusals
    /// Where each connection comes from, by its descriptor.
    private var addresses: [Int32: String] = [:]
    /// Why the connection that ends next was refused: one thread has all connections, so nothing comes in between.
    private var failure: String?

    init(_ events: Socket, refusals: Refusals) { (self.events, self.refusals) = (events, refusals) }

    /// Takes what has happened, not all of it at once; false when the socket is closed.
    mutating func look() -> Bool {
        for _ in 0..<64 {
            guard let frames = events.receive() else { return true }
            guard frames.count == 2, frames[0].count == 6 else { continue }
            let (event, value) = frames[0].withUnsafeBytes {
                (Int32($0.loadUnaligned(as: UInt16.self)), $0.loadUnaligned(fromByteOffset: 2, as: UInt32.self))
            }
            if event == ZMQ_EVENT_MONITOR_STOPPED { return false }
            take(event, value, at: String(decoding: frames[1], as: UTF8.self))
        }
        return true
    }

    private mutating func take(_ event: Int32, _ value: UInt32, at endpoint: String) {
        switch event {
        case ZMQ_EVENT_ACCEPTED:
            let descriptor = Int32(bitPattern: value)
            addresses[descriptor] = Door.address(of: descriptor) ?? "somebody at \(endpoint)"
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
            switch Int32(bitPattern: value) {
            case ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH: failure = "it came without a key"
            case ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC: failure = "it has no key, or another server's public key"
            default: failure = "its handshake was none of CURVE's"
            }
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL: failure = "it went away before it had shown a key"
        case ZMQ_EVENT_DISCONNECTED:
            let address = addresses.removeValue(forKey: Int32(bitPattern: value))
            if let failure { refusals.note(address ?? "somebody at \(endpoint)", failure) }
            failure = nil
        default: break
        }
    }

    /// The peer's IP address; nil where it has none, or is gone already.
    private static func address(of descriptor: Int32) -> String? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getpeername(descriptor, $0, &size) == 0 && Int32($0.pointee.sa_family) != AF_UNIX
                    && getnameinfo($0, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0
            }
        }
        guard isKnown else { return nil }
        return String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
