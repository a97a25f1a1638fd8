import Exchange
import Foundation
import Gym
import Synchronization
import Testing

/// A folder of keys of its own, with a server's pair and a key file for each client beside it.
final class KeyFolder: Sendable {
    let path: String
    var keys: String { "\(path)/keys" }

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "sextant-keys-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        _ = try Keyring.make(in: keys)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Lists a new peer, and gives the key that is carried to it.
    func admit(_ name: String, to list: Keyring.List = .agents) throws -> PeerKey {
        let file = "\(path)/\(name).key"
        try Keyring(folder: keys).admit(name, to: list, writingKeyTo: file)
        return try PeerKey(file: file)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func mode(of name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")[.posixPermissions] as? Int
    }
}

@Suite("A folder of keys")
struct KeyringTests {
    private static let key = "Xl@?[j5]]tT+/?PAFT31446Tr83IwXUj6pu/su#J"

    @Test("secrets are the owner's alone, public halves fit them, and nothing is overwritten")
    func making() throws {
        let folder = try KeyFolder()
        let key = try folder.admit("alice")
        let keyring = try Keyring(folder: folder.keys)
        #expect(key.serverKey == keyring.serverKey)
        #expect(try folder.read("keys/server.pub") == keyring.serverKey + "\n")
        #expect(try folder.mode(of: "keys/server.key") == 0o600)
        #expect(try folder.mode(of: "alice.key") == 0o600)
        #expect(try folder.read("alice.key").hasPrefix("# "))
        #expect(keyring.listed(on: .agents).map(\.name) == ["alice"])
        #expect(keyring.listed(on: .agents).map(\.key) == [key.publicKey])
        #expect(keyring.listed(on: .workers) == [])
        #expect(try Keyring.make(in: folder.keys).serverKey == keyring.serverKey)
        // What is printed by accident shows no secret.
        let secret = try #require(try folder.read("alice.key").firstMatch(of: /secret (\S{40})/)?.1)
        #expect(!"\(key) \(keyring)".contains(secret))
        #expect(throws: GymError.self) { try folder.admit("alice") }
        // Where only the secret has been carried away, its public half stays listed as it is.
        try FileManager.default.removeItem(atPath: "\(folder.path)/alice.key")
        #expect(throws: GymError.self) { try folder.admit("alice") }
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/alice.key"))
        #expect(try folder.read("keys/clients/alice.pub") == key.publicKey + "\n")
    }

    @Test("a name that could leave the folder or hide is none", arguments: ["", ".a", "-a", "a/b", "../a", "a b", "ä"])
    func names(_ name: String) throws {
        let folder = try KeyFolder()
        #expect { try folder.admit(name) } throws: {
            ($0 as? GymError)?.message.contains("can't be a peer's name") == true
        }
    }

    /// A file of the folder, what is written into it (nil: nothing), its mode, and what is said.
    private static let flaws: [(String, String?, mode_t, String)] = [
        ("keys/server.key", nil, 0o640, "others on this machine may read the secret key"),
        ("keys/server.key", nil, 0o604, "others on this machine may read the secret key"),
        ("keys/server.key", "", 0o600, "holds no key"),
        ("keys/server.key", String(key.dropLast()), 0o600, "holds no key"),
        ("keys/server.key", key + "\n" + key, 0o600, "holds no key"),
        ("keys/server.key", String(repeating: "a", count: 5_000), 0o600, "holds no key"),
        ("keys/server.pub", key, 0o644, "does not belong to"),
        ("keys/server.pub", "", 0o644, "holds no key"),
        ("keys/clients/bob.pub", "# bob", 0o644, "holds no key"),
        ("keys/clients/bob.pub", key.replacing("@", with: "~"), 0o644, "holds no key"),
        ("keys/workers/bob.pub", key + "x", 0o644, "holds no key"),
        ("keys/workers/b b.pub", key, 0o644, "has a name that no peer can have"),
        ("keys/workers", nil, 0o777, "everybody on this machine may add keys"),
    ]

    @Test("a file that is wrong is named in a sentence", arguments: flaws)
    func flaw(_ name: String, _ text: String?, _ mode: mode_t, _ sentence: String) throws {
        let folder = try KeyFolder()
        if let text { try folder.write(text, to: name) }
        chmod("\(folder.path)/\(name)", mode)
        #expect { try Keyring(folder: folder.keys) } throws: { error in
            let error = error as? GymError
            return error?.code == .badInput && error?.message.contains(sentence) == true
                && error?.message.contains(name) == true
        }
    }

    @Test("one key under two names, no folder and no file are refused")
    func missing() throws {
        let folder = try KeyFolder()
        try folder.write(Self.key, to: "keys/clients/a.pub")
        try folder.write(Self.key + "\n", to: "keys/clients/b.pub")
        #expect { try Keyring(folder: folder.keys) } throws: {
            ($0 as? GymError)?.message.contains("holds the same key as a.pub") == true
        }
        #expect { try Keyring(folder: "\(folder.path)/nowhere") } throws: { ($0 as? GymError)?.code == .usage }
        #expect { try PeerKey(file: "\(folder.path)/nobody.key") } throws: { ($0 as? GymError)?.code == .usage }
        // A file that a mistyped ending or an editor has left there lists nobody.
        let other = try KeyFolder()
        try other.write("", to: "keys/clients/bob.pub~")
        try other.write("", to: "keys/clients/.bob.pub")
        #expect(try Keyring(folder: other.keys).listed(on: .agents) == [])
    }

    @Test(
        "a peer's file has a secret and a server, once each, and no error shows what it holds",
        arguments: [
            ("", "'secret KEY' is missing"), ("secret \(key)", "'server KEY' is missing"),
            ("server \(key)", "'secret KEY' is missing"),
            ("secret \(key)\nsecret \(key)\nserver \(key)", "line 2 is not"), ("secret \(key) x", "line 1 is not"),
            ("secret\nserver \(key)", "line 1 is not"), ("# a\n\(key)", "line 2 is not"),
            ("secret abc\nserver \(key)", "line 1 is not"),
        ])
    func peerFile(_ text: String, _ sentence: String) throws {
        let folder = try KeyFolder()
        try folder.write(text, to: "a.key")
        chmod("\(folder.path)/a.key", 0o600)
        #expect { try PeerKey(file: "\(folder.path)/a.key") } throws: { error in
            let error = error as? GymError
            return error?.code == .badInput && error?.message.contains(sentence) == true
                && error?.description.contains(Self.key) == false
        }
        try folder.write("secret \(Self.key)\n\n# mine\nserver\t\(Self.key)\r\n", to: "a.key")
        #expect(try PeerKey(file: "\(folder.path)/a.key").serverKey == Self.key)
        chmod("\(folder.path)/a.key", 0o644)
        #expect(throws: GymError.self) { try PeerKey(file: "\(folder.path)/a.key") }
    }
}
