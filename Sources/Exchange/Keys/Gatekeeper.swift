import CZeroMQ
import Foundation
import Gym

/// Lets only those in whose keys are listed: answers libzmq's question about each new connection, has messages ignored
/// of whoever was taken off a list meanwhile, and tells of refusals. One per context, on a thread of its own, which
/// ends when the sockets it guards are closed.
final class Gatekeeper: @unchecked Sendable {
    // Until `start` whoever made it uses `doors`, and from then on its own thread alone. Where it is never started,
    // nobody is let in.
    private var doors: [Door] = []
    private let requests: Socket
    private let keyring: Keyring
    private let context: ZeroMQContext
    private let lists: AllowLists
    private let refusals: Refusals

    /// Where libzmq asks, in each context.
    private static let endpoint = "inproc://zeromq.zap.01"

    init(_ keyring: Keyring, in context: ZeroMQContext, onEvent: @escaping @Sendable (String) -> Void) throws {
        (self.keyring, self.context) = (keyring, context)
        (lists, refusals) = (AllowLists(keyring, onEvent: onEvent), Refusals(onEvent: onEvent))
        requests = try Socket(.router, in: context)
        requests.set(ZMQ_LINGER, 0)
        guard requests.bind(Gatekeeper.endpoint) != nil else {
            throw GymError(
                .usage, "this process has a broker with keys in the same context already",
                hint: "give each a ZeroMQContext of its own")
        }
    }

    /// Guards a socket that is not bound yet. Peers in this process are let in without a key: libzmq has none there.
    func guardDoor(of socket: Socket, for list: Keyring.List) throws {
        try socket.serve(as: keyring.pair, domain: list.domain)
        let events =
            ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        doors.append(
            Door(try socket.events(events, at: "inproc://sextant-door-\(list.domain)", in: context), refusals: refusals)
        )
        let (lists, refusals) = (lists, refusals)
        socket.admission = { key, address in
            if let key, lists.name(of: key, on: list) != nil { return true }
            guard let address else { return key == nil }
            refusals.note(address, "its key was taken off the list of \(list.rawValue)")
            return false
        }
    }

    /// Begins to let peers in.
    func start() {
        let thread = Thread { [self] in
            while !doors.isEmpty {
                Socket.wait(for: [requests] + doors.map(\.events), milliseconds: 1_000)
                lists.refresh(isUrgent: false)
                // A flood at one of them must not keep the others waiting.
                _ = (0..<64).allSatisfy { _ in answer() }
                for index in doors.indices.reversed() where !doors[index].look() { doors.remove(at: index) }
            }
        }
        thread.name = "sextant gatekeeper"
        thread.start()
    }

    /// Answers one of libzmq's questions (ZAP 1.0); false where none waits.
    private func answer() -> Bool {
        guard let request = requests.receive() else { return false }
        // Routing id, delimiter, version, number, domain, address, the peer's own id, mechanism, credentials.
        guard request.count > 7 else { return true }
        let (domain, address, mechanism) = (text(request[4]), text(request[5]), text(request[7]))
        let list = Keyring.List.allCases.first { $0.domain == domain }
        let key = mechanism == "CURVE" && request.count == 9 ? KeyPair.text(ofBytes: request[8]) : nil
        let verdict = isListed(key, on: list) ? ["200", "OK", key ?? ""] : ["400", "not listed", ""]
        if verdict[0] != "200" {
            refusals.note(address, "its key \(key ?? mechanism) is not on the list of \(list?.rawValue ?? domain)")
        }
        _ = requests.send([request[0], [], Array("1.0".utf8), request[3]] + (verdict + [""]).map { Array($0.utf8) })
        return true
    }

    private func isListed(_ key: String?, on list: Keyring.List?) -> Bool {
        guard let key, let list else { return false }
        if lists.name(of: key, on: list) != nil { return true }
        lists.refresh(isUrgent: true)
        return lists.name(of: key, on: list) != nil
    }

    private func text(_ frame: [UInt8]) -> String { String(decoding: frame, as: UTF8.self) }
}
