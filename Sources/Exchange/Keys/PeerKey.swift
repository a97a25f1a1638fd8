import Foundation
import Gym

/// What a client or worker needs to be let in: its own key pair, and the server's public key to know it by.
public struct PeerKey: Sendable {
    /// Whom the server lists.
    public var publicKey: String { pair.publicKey }
    /// The server's public key.
    public let serverKey: String
    let pair: KeyPair

    /// A key for a server.
    public init(_ pair: KeyPair, serverKey: String) { (self.pair, self.serverKey) = (pair, serverKey) }

    /// Reads a file that `sextant keys new` wrote.
    ///
    /// - Throws: `GymError`: `usage` where there is none, `bad-input` where others may read it or its lines are wrong.
    public init(file path: String) throws {
        var keys: [String: String] = [:]
        let text = try KeyFile.read(path, isSecret: true)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() where !line.hasPrefix("#") {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            if words.isEmpty { continue }
            guard words.count == 2, ["secret", "server"].contains(words[0]), KeyPair.isKey(words[1]),
                keys.updateValue(words[1], forKey: words[0]) == nil
            else {
                // The line itself may be a secret, so it is not shown.
                throw PeerKey.flaw(path, "line \(index + 1) is not 'secret KEY' or 'server KEY', once each")
            }
        }
        guard let secret = keys["secret"], let server = keys["server"] else {
            throw PeerKey.flaw(path, "the line '\(keys["secret"] == nil ? "secret" : "server") KEY' is missing")
        }
        self.init(try KeyPair(secretKey: secret), serverKey: server)
    }

    /// Writes the file that is carried to the peer's machine.
    ///
    /// - Throws: `GymError` (`usage`) where there is such a file already, or it can't be made.
    public func write(to path: String, of name: String) throws {
        let text = """
            # The key of '\(name)' for a Sextant server: secret, for its owner's eyes only.
            secret \(pair.secretKey)
            server \(serverKey)

            """
        try KeyFile.write(text, to: path, isSecret: true)
    }

    private static func flaw(_ path: String, _ what: String) -> GymError {
        GymError(
            .badInput, "'\(path)' is no key of a client or worker: \(what)",
            hint: "sextant keys new NAME makes one, where the server runs")
    }
}
