import CZeroMQ
import Foundation
import Gym

/// A CURVE key pair. Keys are text in Z85, 40 characters for 32 bytes, as in every file of keys.
public struct KeyPair: Sendable, CustomStringConvertible {
    /// What others may know.
    public let publicKey: String
    let secretKey: String

    /// A new pair, drawn by libzmq from the system's source of secrets.
    ///
    /// - Throws: `GymError` (`internal`) where libzmq can't encrypt.
    public init() throws {
        var (publicKey, secretKey) = (KeyPair.blank, KeyPair.blank)
        guard zmq_curve_keypair(&publicKey, &secretKey) == 0 else { throw KeyPair.noCurve }
        (self.publicKey, self.secretKey) = (KeyPair.text(publicKey), KeyPair.text(secretKey))
    }

    /// The pair of a secret key that is known to be one.
    init(secretKey: String) throws {
        var publicKey = KeyPair.blank
        guard zmq_curve_public(&publicKey, secretKey) == 0 else { throw KeyPair.noCurve }
        (self.publicKey, self.secretKey) = (KeyPair.text(publicKey), secretKey)
    }

    /// The public key alone, so that no secret is printed by accident.
    public var description: String { publicKey }

    /// Whether a text is a key; of either kind, since they look alike.
    static func isKey(_ text: String) -> Bool {
        guard text.utf8.count == 40 else { return false }
        var bytes = [UInt8](repeating: 0, count: 32)
        return zmq_z85_decode(&bytes, text) != nil
    }

    /// The text of a key that came as 32 bytes; nil for any other number of them.
    static func text(ofBytes bytes: [UInt8]) -> String? {
        var text = blank
        guard bytes.count == 32, zmq_z85_encode(&text, bytes, bytes.count) != nil else { return nil }
        return KeyPair.text(text)
    }

    private static let blank = [CChar](repeating: 0, count: 41)

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix(40).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    static let noCurve = GymError(
        .internal, "libzmq \(ZeroMQContext.libraryVersion) was built without CURVE, so it can't use keys",
        hint: "install a libzmq with libsodium; sextant doctor shows what is there")
}
