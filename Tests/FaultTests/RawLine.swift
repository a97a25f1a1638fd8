import Foundation
import Gym

/// A TCP connection on which every byte is in the test's hands.
final class RawLine {
    private let descriptor: Int32

    init(_ endpoint: String) throws {
        let port = endpoint.split(separator: ":").last.flatMap { UInt16($0) } ?? 0
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw GymError(.unreachable, "can't connect to \(endpoint)") }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) { _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    /// Says what a ZeroMQ socket says first: a greeting without security, and that it is a DEALER.
    func greet() -> Bool {
        let mechanism = Array("NULL".utf8) + [UInt8](repeating: 0, count: 16)
        send([0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + mechanism + [UInt8](repeating: 0, count: 32))
        guard read(64, seconds: 20).count == 64 else { return false }
        let ready = [5] + Array("READY".utf8) + [11] + Array("Socket-Type".utf8) + [0, 0, 0, 6] + Array("DEALER".utf8)
        send([4, UInt8(ready.count)] + ready)
        return read(10, seconds: 20).count == 10
    }

    /// Whether the other side closes the connection in time.
    func isCut(seconds: Double) -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            guard let byte = next(seconds: 0.2) else { continue }
            if byte.isEmpty { return true }
        }
        return false
    }

    private func read(_ count: Int, seconds: Double) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, let byte = next(seconds: seconds), !byte.isEmpty { bytes += byte }
        return bytes
    }

    /// The next byte; empty at the connection's end, nil where nothing comes in time.
    private func next(seconds: Double) -> [UInt8]? {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&item, 1, Int32(seconds * 1_000)) > 0 else { return nil }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 1 ? [byte] : []
    }
}
